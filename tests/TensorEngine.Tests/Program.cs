using System.Globalization;
using TensorEngine.Tests.Checkpoints;

namespace TensorEngine.Tests;

/// <summary>What the test assembly does as a program of its own: the processes that tests start to kill, or to run out of disk.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["save-loop", string path]:
                SaveLoop.Run(path);
                return 0;
            case ["save-once", string path, string elements]:
                SaveLoop.SaveOnce(path, int.Parse(elements, CultureInfo.InvariantCulture));
                return 0;
            case ["save-many", string path, string saves]:
                SaveSharingTests.SaveMany(path, int.Parse(saves, CultureInfo.InvariantCulture));
                return 0;
            case ["read-loop", string path, string reads]:
                SaveSharingTests.ReadLoop(path, int.Parse(reads, CultureInfo.InvariantCulture));
                return 0;
            default:
                Console.Error.WriteLine("Run the tests with: dotnet test");
                return 1;
        }
    }
}
