using Distributed;
using Samples.Shared.CommandLine;
using TensorEngine.Distributed;
using TensorEngine.Distributed.Mpi;

var command = new DistributedCommand();
int code = 0;
int parsed = SampleProgram.Run(command.Root, DistributedCommand.Examples, args, (result, cancellationToken) =>
{
    JobSettings settings = command.Read(result);
    if (settings.Ranks is { } ranks)
        InProcessTransport.Run(ranks, transport => new Job(settings, transport).Run(cancellationToken), settings.Timeout);
    else
        code = MpiTransport.Run(transport => new Job(settings, transport).Run(cancellationToken), settings.Timeout);
});
return parsed != 0 ? parsed : code;
