using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

// Stays up, and for each request on a line of the input runs it and answers with nanoseconds, as torch_peer.py, which says more.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
set_num_threads(1);
string version = $"TorchSharp {typeof(torch).Assembly.GetName().Version?.ToString(3)}, libtorch {__version__} (eager)";
Console.WriteLine(new JsonObject { ["version"] = version, ["blas"] = "of libtorch" }.ToJsonString());
var made = new Dictionary<string, Action>(StringComparer.Ordinal);
while (Console.ReadLine() is { } line)
{
    JsonObject request = JsonNode.Parse(line)!.AsObject();
    int repeats = request["repeats"]!.GetValue<int>();
    request.Remove("repeats");
    set_num_threads(request["threads"]?.GetValue<int>() ?? 1);
    string key = request.ToJsonString();
    if (!made.TryGetValue(key, out Action? work))
    {
        try
        {
            made.Add(key, work = Make(request));
        }
        catch (ArgumentException exception)
        {
            Console.WriteLine(new JsonObject { ["error"] = exception.Message }.ToJsonString());
            continue;
        }
    }

    long start = Stopwatch.GetTimestamp();
    for (int i = 0; i < repeats; i++)
        work();
    double nanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    Console.WriteLine(new JsonObject { ["nanoseconds"] = nanoseconds }.ToJsonString());
}

static Action Make(JsonObject request) => request["work"]!.GetValue<string>() switch
{
    "training_step" => TrainingStep(Integers(request["sizes"]!), request["batch"]!.GetValue<int>()),
    "network" => Network(request["network"]!.GetValue<string>(), request["batch"]!.GetValue<int>()),
    "gpt" => Gpt.MakeStep(request["network"]!.GetValue<string>(), request["batch"]!.GetValue<long>()),
    "adam" => AdamStep(request["shapes"]!.AsArray()),
    "fill" => Fill(request["fill"]!.GetValue<string>(), request["elements"]!.GetValue<long>()),
    "product" => Product(request["side"]!.GetValue<long>()),
    "cross_entropy" => CrossEntropy(request["rows"]!.GetValue<long>(), request["classes"]!.GetValue<long>()),
    string other => throw new ArgumentException($"There is no work {other}.", nameof(request)),
};

static long[] Integers(JsonNode numbers) => [.. numbers.AsArray().Select(number => number!.GetValue<long>())];

static Action TrainingStep(long[] sizes, int batch)
{
    random.manual_seed(1);
    var layers = new List<nn.Module<Tensor, Tensor>>();
    for (int i = 0; i < sizes.Length - 1; i++)
    {
        TorchSharp.Modules.Linear linear = nn.Linear(sizes[i], sizes[i + 1]);
        nn.init.kaiming_normal_(linear.weight, nonlinearity: nn.init.NonlinearityType.ReLU);
        nn.init.zeros_(linear.bias!);
        layers.Add(linear);
        if (i < sizes.Length - 2)
            layers.Add(nn.ReLU());
    }

    TorchSharp.Modules.Sequential network = nn.Sequential(layers);
    Tensor index = arange(batch * sizes[0]);
    Tensor images = ((((index * 37) + (index.div(sizes[0], RoundingMode.floor) * 11)) % 17) / 16.0f).to(float32).reshape(batch, sizes[0]);
    Tensor labels = arange(batch) % sizes[^1];
    TorchSharp.Modules.Adam optimizer = optim.Adam(network.parameters(), lr: 1e-6);
    return () =>
    {
        using DisposeScope scope = NewDisposeScope();
        optimizer.zero_grad();
        nn.functional.cross_entropy(network.forward(images), labels).backward();
        optimizer.step();
    };
}

// As network in torch_peer.py, with the Adam that there is.
static Action Network(string name, int batch)
{
    random.manual_seed(1);
    var layers = new List<nn.Module<Tensor, Tensor>>();
    long[] pixels;
    if (name.StartsWith("CNN", StringComparison.Ordinal))
    {
        (int side, int first, int second, int hidden) = name is "CNN 8x8" ? (8, 16, 32, 0) : (28, 32, 64, 128);
        layers.AddRange([nn.Conv2d(1, first, 3, padding: 1), nn.ReLU(), nn.MaxPool2d(2)]);
        layers.AddRange([nn.Conv2d(first, second, 3, padding: 1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()]);
        int features = second * (side / 4) * (side / 4);
        if (hidden > 0)
            layers.AddRange([nn.Linear(features, hidden), nn.ReLU(), nn.Linear(hidden, 10)]);
        else
            layers.Add(nn.Linear(features, 10));
        pixels = [1, side, side];
    }
    else
    {
        long[] sizes = [.. name.Split('-').Select(long.Parse)];
        for (int i = 0; i < sizes.Length - 1; i++)
        {
            layers.Add(nn.Linear(sizes[i], sizes[i + 1]));
            if (i < sizes.Length - 2)
                layers.Add(nn.ReLU());
        }

        pixels = [sizes[0]];
    }

    TorchSharp.Modules.Sequential network = nn.Sequential(layers);
    long length = pixels.Aggregate(1L, (product, side) => product * side);
    Tensor index = arange(batch * length);
    Tensor images = ((((index * 37) + (index.div(length, RoundingMode.floor) * 11)) % 17) / 16.0f).to(float32).reshape([batch, .. pixels]);
    Tensor labels = arange(batch) % 10;
    TorchSharp.Modules.Adam optimizer = optim.Adam(network.parameters(), lr: 1e-6);
    return () =>
    {
        using DisposeScope scope = NewDisposeScope();
        optimizer.zero_grad();
        nn.functional.cross_entropy(network.forward(images), labels).backward();
        optimizer.step();
    };
}

static Action AdamStep(JsonArray shapes)
{
    random.manual_seed(1);
    var parameters = new List<TorchSharp.Modules.Parameter>();
    foreach (JsonNode? shape in shapes)
    {
        var parameter = nn.Parameter(0.1 * randn(Integers(shape!)));
        parameter.grad = 1e-3 * randn(Integers(shape!));
        parameters.Add(parameter);
    }

    TorchSharp.Modules.Adam optimizer = optim.Adam(parameters, lr: 1e-6);
    return () =>
    {
        using DisposeScope scope = NewDisposeScope();
        optimizer.step();
    };
}

static Action Fill(string fill, long elements)
{
    Tensor tensor = empty(elements);
    return fill switch
    {
        "torch normal" => () => tensor.normal_(),
        "torch uniform" => () => tensor.uniform_(0, 1),
        _ => throw new ArgumentException($"There is no fill {fill}.", nameof(fill)),
    };
}

static Action Product(long side)
{
    Tensor left = randn(side, side), right = randn(side, side);
    return () =>
    {
        using DisposeScope scope = NewDisposeScope();
        using Tensor result = mm(left, right);
    };
}

static Action CrossEntropy(long rows, long classes)
{
    Tensor logits = randn(rows, classes, requires_grad: true), labels = arange(rows) % classes;
    return () =>
    {
        using DisposeScope scope = NewDisposeScope();
        nn.functional.cross_entropy(logits, labels).backward();
        logits.grad!.zero_();
    };
}
