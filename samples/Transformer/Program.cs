using Samples.Shared.CommandLine;
using Transformer;

var command = new TransformerCommand();
return SampleProgram.Run(
    command.Root,
    TransformerCommand.Examples,
    args,
    (result, cancellationToken) => new TransformerJob(command.Read(result)).Run(cancellationToken));
