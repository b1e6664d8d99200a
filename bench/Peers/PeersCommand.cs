using System.CommandLine;
using TensorEngine.Benchmarks.Products;

namespace TensorEngine.Benchmarks.Peers;

/// <summary>The command <c>peers</c>: the same work by the library and by others, in turn.</summary>
internal static class PeersCommand
{
    public static Command Create() => SessionCommand.Create(
        "peers",
        "Side by side with the peers",
        "Compare with C++ loops, PyTorch, NumPy and OpenBLAS, side by side in one run; say which of them is missing",
        Run);

    private static void Run(PeerSession session, string python)
    {
        CppLoops? cpp = CppLoops.TryBuild(out string missing);
        if (cpp is null)
            session.Lacks("C++", missing);
        else
            session.Found(cpp.Compiler);
        if (cpp is { HasIntrinsics: false })
            session.Lacks("C++, AVX-512 intrinsics", "this machine has no AVX-512");

        using TorchProcess? torch = TorchProcess.TryStart(python, out missing);
        if (torch is null)
            session.Lacks("PyTorch", missing);
        else
            session.Found($"{torch.Version}, BLAS: {torch.Blas}");
        if (torch is not null && !torch.Blas.Contains("OpenBLAS", StringComparison.Ordinal))
            session.Lacks("PyTorch with OpenBLAS", $"it uses {torch.Blas} here (Debian: apt-get install libopenblas0-pthread)");

        AdamPeers.Run(session, cpp, cpp is null ? null : CppLoops.TryBuild(out _, CppLoops.PlainFlags));
        ManyParametersPeers.Run(session, torch);
        TrainingStepPeers.Run(session, torch);
        FillPeers.Run(session, torch);
        ProductsCommand.Run(session, python);
    }
}
