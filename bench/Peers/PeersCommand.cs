using System.CommandLine;
using TensorEngine.Benchmarks.Products;

namespace TensorEngine.Benchmarks.Peers;

/// <summary>The command <c>peers</c>: the same work by the library and by others, in turn.</summary>
internal static class PeersCommand
{
    public static Command Create() => SessionCommand.Create(
        "peers",
        "Side by side with the peers",
        "Compare with C++ loops, PyTorch, TorchSharp, NumPy and OpenBLAS, side by side in one run; report the missing ones",
        (session, parsed) => Run(session, parsed.GetRequiredValue(SessionCommand.Python), parsed.GetRequiredValue(SessionCommand.TorchSharp)),
        options: [SessionCommand.Python, SessionCommand.TorchSharp]);

    private static void Run(PeerSession session, string python, string torchSharp)
    {
        CppLoops? cpp = CppLoops.TryBuild(out string missing);
        if (cpp is null)
            session.Lacks("C++", missing);
        else
            session.Found(cpp.Compiler);
        if (cpp is { HasIntrinsics: false })
            session.Lacks("C++, AVX-512 intrinsics", "this machine has no AVX-512");

        using PeerProcess? torch = Start(PeerProcess.TryStartPython(python, out missing), "PyTorch", missing);
        using PeerProcess? sharp = Start(PeerProcess.TryStartTorchSharp(torchSharp, out missing), "TorchSharp", missing);
        if (torch is not null && !torch.Blas.Contains("OpenBLAS", StringComparison.Ordinal))
            session.Lacks("PyTorch with OpenBLAS", $"it uses {torch.Blas} here (Debian: apt-get install libopenblas0-pthread)");
        if (Environment.ProcessorCount < 2)
            session.Lacks("two threads", "the process may use one processor only");

        AdamPeers.Run(session, cpp, cpp is null ? null : CppLoops.TryBuild(out _, CppLoops.PlainFlags));
        PeerProcess[] processes = [.. ((PeerProcess?[])[torch, sharp]).OfType<PeerProcess>()];
        OptimizerPeers.Run(session, processes);
        ManyParametersPeers.Run(session, processes);
        TrainingStepPeers.Run(session, processes);
        FunctionPeers.Run(session, processes);
        FillPeers.Run(session, torch, sharp);
        ProductsCommand.Run(session);

        PeerProcess? Start(PeerProcess? process, string name, string missing)
        {
            if (process is null)
                session.Lacks(name, missing);
            else
                session.Found($"{process.Version}, BLAS: {process.Blas}");
            return process;
        }
    }
}
