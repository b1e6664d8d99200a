namespace TensorEngine.Benchmarks.Files;

/// <summary>One line of a process of the command <c>endurance</c>.</summary>
/// <param name="What">saved, refused or read.</param>
/// <param name="Step">The step of the run that it has.</param>
/// <param name="Count">How many saves were refused, or reads done.</param>
/// <param name="Handles">Its open handles; 0 where the system does not say.</param>
/// <param name="Managed">Bytes that the collector has given out.</param>
/// <param name="Resident">Bytes of memory that the process has.</param>
internal readonly record struct EnduranceReport(string What, long Step, long Count, long Handles, long Managed, long Resident);
