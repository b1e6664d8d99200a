using TensorEngine.Tests.Oracles;
using TensorEngine.UserCode;

namespace TensorEngine.Tests.Catalog;

/// <content>Optimizers as a user of the package writes them, without access to internals: all that ours pass, they pass.</content>
public static partial class OptimizerCatalog
{
    public static OptimizerRow<UserAdan, UserAdanOptions> UserAdan => new()
    {
        Make = (parameters, options) => new UserAdan(parameters, options),
        Oracle = UserOracles.Adan,
        Bound = new(First: 6, Hundred: 120),
        Defaults = "LearningRate = 0.001, Maximize = False, Beta1 = 0.98, Beta2 = 0.92, Beta3 = 0.99, Epsilon = 1E-08, "
            + "StartOfSquares = 0, WeightDecay = 0, DecoupledDecay = False",
        Bowl = [(new() { LearningRate = 0.1 }, 1e-4)],
        Rosenbrock = [(new() { LearningRate = 0.01 }, 1e-4)],
        Settings =
        [
            ("default", new()),
            ("coupled decay", new() { LearningRate = 0.02, WeightDecay = 0.1f }),
            ("decoupled decay", new() { WeightDecay = 0.1f, DecoupledDecay = true }),
            ("squares that start at 1", new() { StartOfSquares = 1, Maximize = true }),
        ],
    };

    public static OptimizerRow<UserAhead, UserAheadOptions> UserAhead => new()
    {
        Make = (parameters, options) => new UserAhead(parameters, options),
        Oracle = UserOracles.Ahead,
        Bound = new(First: 6, Hundred: 52),
        Defaults = "LearningRate = 0.002, Maximize = False, Beta1 = 0.9, Beta2 = 0.99, Epsilon = 1E-08, WarmUpSteps = 10",
        Bowl = [(new() { LearningRate = 0.1 }, 1e-4)],
        Rosenbrock = [(new() { LearningRate = 0.01 }, 1e-4)],
        Settings =
        [
            ("default", new()),
            ("all", new() { LearningRate = 0.02, Beta1 = 0.5, Beta2 = 0.9, Epsilon = 1e-4, WarmUpSteps = 3, Maximize = true }),
        ],
    };
}
