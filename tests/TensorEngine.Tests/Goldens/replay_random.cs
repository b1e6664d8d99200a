#:package TorchSharp-cpu@0.107.0
#:property ManagePackageVersionsCentrally=false
#:property TreatWarningsAsErrors=false

// Replays the PyTorch calls of random.json with the release that the package above contains, libtorch 2.10, and writes
// random_torch_2_10.json beside them: the same calls, with the hashes of what this release drew.
// To run: dotnet run replay_random.cs. It needs a processor with AVX2 and the libstdc++ of GCC 13 or later; the tests read the file
// and never run this script. Left out are orthogonal, whose bits are LAPACK's, and xavier_normal, which TorchSharp draws its own way.

using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

string folder = Path.GetDirectoryName(GetSourcePath())!;
JsonNode recorded = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "random.json")))!;
set_num_threads(1);
List<string> lines = [];
foreach (JsonNode? entry in recorded["torch"]!.AsArray())
{
    random.manual_seed((long)(ulong)entry!["seed"]!);
    JsonNode[] calls = [.. entry["steps"]!.AsArray().Select(step => step!)];
    // What is not replayed would leave the stream in another place.
    if (calls.Any(call => (string?)call["call"] is "orthogonal" or "xavier_normal"))
        continue;
    List<string> steps = [];
    foreach (JsonNode call in calls)
    {
        JsonObject step = (JsonObject)call.DeepClone();
        step["results"] = new JsonArray([.. Draw(call).Select(Describe)]);
        steps.Add("      " + step.ToJsonString());
    }

    lines.Add($"    {{\"seed\": {entry["seed"]!.ToJsonString()}, \"steps\": [\n{string.Join(",\n", steps)}]}}");
}

File.WriteAllText(
    Path.Combine(folder, "random_torch_2_10.json"),
    $"{{\n  \"versions\": {{\"libtorch\": \"{__version__}\"}},\n  \"torch\": [\n{string.Join(",\n", lines)}\n  ]\n}}\n");

static Tensor[] Draw(JsonNode call)
{
    double Number(string name, double otherwise) => (double?)call[name] ?? otherwise;
    long Whole(string name, long otherwise = 0) => (long?)call[name] ?? otherwise;
    long[] Lengths(string name) => [.. call[name]!.AsArray().Select(length => (long)length!)];
    nn.init.FanInOut mode = call["mode"] is null ? nn.init.FanInOut.FanIn : nn.init.FanInOut.FanOut;
    nn.init.NonlinearityType follows = call["nonlinearity"] is null ? nn.init.NonlinearityType.LeakyReLU : nn.init.NonlinearityType.ReLU;
    return (string)call["call"]! switch
    {
        "normal" => [empty(Whole("length")).normal_(Number("mean", 0), Number("deviation", 1))],
        "uniform" => [empty(Whole("length")).uniform_(Number("low", 0), Number("high", 1))],
        "integers" => [randint(Whole("low"), Whole("high"), Whole("length"), dtype: int64)],
        "permutation" => [randperm(Whole("length"))],
        "xavier_uniform" => [nn.init.xavier_uniform_(empty(Lengths("shape")), Number("gain", 1))],
        "kaiming_uniform" => [nn.init.kaiming_uniform_(empty(Lengths("shape")), Number("a", 0), mode, follows)],
        "kaiming_normal" => [nn.init.kaiming_normal_(empty(Lengths("shape")), Number("a", 0), mode, follows)],
        "sparse" => [nn.init.sparse_(empty(Lengths("shape")), Number("sparsity", 0), Number("std", 0))],
        "linear" => Layer(nn.Linear(Whole("inputs"), Whole("outputs"))),
        "convolution" => Convolution(Lengths("kernel")),
        string other => throw new NotSupportedException(other),
    };

    Tensor[] Convolution(long[] kernel)
    {
        long inputs = Whole("inputs"), outputs = Whole("outputs"), groups = Whole("groups", 1);
        return kernel.Length switch
        {
            1 => Layer(nn.Conv1d(inputs, outputs, kernel[0], groups: groups)),
            2 => Layer(nn.Conv2d(inputs, outputs, (kernel[0], kernel[1]), groups: groups)),
            _ => Layer(nn.Conv3d(inputs, outputs, (kernel[0], kernel[1], kernel[2]), groups: groups)),
        };
    }
}

static Tensor[] Layer(nn.Module layer) => [.. layer.parameters().Select(parameter => parameter.detach())];

static JsonNode Describe(Tensor drawn) => new JsonObject
{
    ["type"] = drawn.dtype == int64 ? "int64" : "float32",
    ["length"] = drawn.numel(),
    ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(drawn.contiguous().bytes)),
};

static string GetSourcePath([System.Runtime.CompilerServices.CallerFilePath] string path = "") => path;
