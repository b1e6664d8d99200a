using ActivationHistograms;
using Samples.Shared.CommandLine;

var command = new HistogramsCommand();
return SampleProgram.Run(
    command.Root,
    HistogramsCommand.Examples,
    args,
    (result, cancellationToken) => new Experiment(command.Read(result)).Run(cancellationToken));
