using NUnit.Framework;

// The forced lane width belongs to the whole process, so one test runs at a time.
[assembly: NonParallelizable]
