using OptimizerPaths;
using Samples.Shared.CommandLine;

var command = new PathsCommand();
return SampleProgram.Run(
    command.Root, PathsCommand.Examples, args, (result, cancellationToken) => new Tour(command.Read(result)).Run(cancellationToken));
