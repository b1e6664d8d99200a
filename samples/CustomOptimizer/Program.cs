using CustomOptimizer;
using Samples.Shared.CommandLine;

var command = new CustomCommand();
return SampleProgram.Run(
    command.Root, CustomCommand.Examples, args, (result, cancellationToken) => new Race(command.Read(result)).Run(cancellationToken));
