using Digits;
using Samples.Shared.CommandLine;

var command = new DigitsCommand();
return SampleProgram.Run(
    command.Root, DigitsCommand.Examples, args, (result, cancellationToken) => new Comparison(command.Read(result)).Run(cancellationToken));
