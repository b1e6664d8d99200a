using NUnit.Framework;
using TensorEngine.Averages;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Schedules;

namespace TensorEngine.Tests.Optimizers;

/// <summary>
/// Defaults and constants that have a source, each compared with it. Those of the elementwise optimizers stand in the catalog
/// (<see cref="OptionsTests.DefaultsAreThoseOfTheSource"/>).
/// </summary>
public sealed class DefaultTests
{
    private static IEnumerable<TestCaseData> Defaults()
    {
        // You, Gitman and Ginsburg 2017, section 5: eta 0.001, momentum 0.9.
        yield return Of(new LarsOptions(), "LearningRate = 1, Maximize = False, WeightDecay = 0, Momentum = 0.9, Dampening = 0, "
            + "Nesterov = False, TrustCoefficient = 0.001, Epsilon = 0");

        // You et al. 2020 and its authors' optimizer: epsilon 1e-6, ratios not limited.
        yield return Of(new LambOptions(), "LearningRate = 0.001, Maximize = False, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1E-06, "
            + "WeightDecay = 0, MaximumTrustRatio = ");

        // torch.optim.Adafactor: lr 1e-2, beta2_decay -0.8, eps (None: the spacing of floats at 1, 1e-3), d 1, weight_decay 0.
        yield return Of(new AdafactorOptions(), "LearningRate = 0.01, Maximize = False, WeightDecay = 0, Beta2Decay = -0.8, "
            + "Epsilon1 = 1.1920928955078125E-07, Epsilon2 = 0.001, ClippingThreshold = 1");

        // torch.optim.Muon: lr 1e-3, weight_decay 0.1, momentum 0.95, nesterov, ns_coefficients (3.4445, -4.7750, 2.0315), eps 1e-7,
        // ns_steps 5, adjust_lr_fn None for "original".
        yield return Of(new MuonOptions(), "LearningRate = 0.001, Maximize = False, WeightDecay = 0.1, Momentum = 0.95, Nesterov = True, "
            + "NewtonSchulzCoefficients = NewtonSchulzCoefficients { A = 3.4445, B = -4.775, C = 2.0315 }, NewtonSchulzSteps = 5, "
            + "Epsilon = 1E-07, RateAdjustment = Original");

        // torch.optim.SparseAdam: lr 1e-3, betas (0.9, 0.999), eps 1e-8.
        yield return Of(new SparseAdamOptions(), "LearningRate = 0.001, Maximize = False, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1E-08");

        // Vyas et al. 2024 and its authors' code: lr 3e-3, betas 0.95 and 0.95, shampoo_beta that of the squares, eps 1e-8, weight_decay 0.01,
        // precondition_frequency 10, max_precond_dim 10,000, normalize_grads off.
        yield return Of(new SoapOptions(), "LearningRate = 0.003, Maximize = False, WeightDecay = 0.01, Beta1 = 0.95, Beta2 = 0.95, "
            + "ShampooBeta = , Epsilon = 1E-08, PreconditionFrequency = 10, MaximumSide = 10000, NormalizeSteps = False");

        // Wortsman et al. 2023, algorithm 2 and section 3: betas 0.9 and 0.99, epsilon 1e-6; weight decay as AdamW's.
        yield return Of(new StableAdamWOptions(), "LearningRate = 0.001, Maximize = False, WeightDecay = 0.01, Beta1 = 0.9, Beta2 = 0.99, "
            + "Epsilon = 1E-06");

        // Ginsburg et al. 2019, algorithm 1: betas 0.95 and 0.98.
        yield return Of(new NovoGradOptions(), "LearningRate = 0.01, Maximize = False, WeightDecay = 0, Beta1 = 0.95, Beta2 = 0.98, "
            + "Epsilon = 1E-08");

        // Yuan et al. 2024, section 4: betas 0.95 and 0.99, gamma 0.025; a rate of 3e-3.
        yield return Of(new MarsOptions(), "LearningRate = 0.003, Maximize = False, WeightDecay = 0, Beta1 = 0.95, Beta2 = 0.99, "
            + "Gamma = 0.025, Epsilon = 1E-08");

        // Mishchenko and Defazio 2023 and their package prodigyopt: lr 1, betas 0.9 and 0.999, d0 1e-6, d_coef 1, no growth rate.
        yield return Of(new ProdigyOptions(), "LearningRate = 1, Maximize = False, WeightDecay = 0, Beta1 = 0.9, Beta2 = 0.999, Beta3 = , "
            + "Epsilon = 1E-08, InitialDistance = 1E-06, Coefficient = 1, GrowthRate = ");

        // Defazio and Mishchenko 2023 and their package dadaptation: lr 1, betas 0.9 and 0.999, d0 1e-6, no growth rate.
        yield return Of(new DAdaptAdamOptions(), "LearningRate = 1, Maximize = False, WeightDecay = 0, Beta1 = 0.9, Beta2 = 0.999, "
            + "Epsilon = 1E-08, InitialDistance = 1E-06, GrowthRate = ");

        // Ivgi, Hinder and Carmon 2023 and their package dog-optimizer: reps_rel 1e-6, lr 1, eps 1e-8.
        yield return Of(new DogOptions(), "LearningRate = 1, Maximize = False, WeightDecay = 0, InitialDistance = 1E-06, Epsilon = 1E-08");

        // What nothing asks for does nothing.
        yield return Of(new GradientOptions(), "Scale = 1, StepEvery = 1, NormPower = 2, ClipNorm = , ClipValue = , SkipNonFinite = False, "
            + "Clear = False");
    }

    [TestCaseSource(nameof(Defaults))]
    public void DefaultsAreThoseOfTheSource(object options, string expected) =>
        Assert.That(options.ToString(), Is.EqualTo($"{options.GetType().Name} {{ {expected} }}"));

    [Test]
    public void EveryRecordOfOptionsIsCompared()
    {
        string[] compared =
        [
            .. Defaults().Select(data => data.Arguments[0]!.GetType().Name),
            .. Catalog.OptimizerCatalog.Rows.Select(row => row.DefaultOptions.GetType().Name),
        ];
        IEnumerable<string> all = typeof(OptimizerOptions).Assembly.GetExportedTypes()
            .Where(type => type.IsAssignableTo(typeof(OptimizerOptions)) && !type.IsAbstract)
            .Select(type => type.Name);
        Assert.That(compared, Is.SupersetOf(all));
    }

    [Test]
    public void DefaultsOfArgumentsAreThoseOfTheSource()
    {
        var store = new ParameterStore();
        store.Add("parameter", [1]);
        Assert.That(new ExponentialMovingAverage(store).Decay, Is.EqualTo(0.999), "torch.optim.swa_utils.get_ema_avg_fn");
        var lookahead = new Lookahead(new Sgd(store));
        Assert.That((lookahead.Interval, lookahead.Alpha), Is.EqualTo((5, 0.5)), "Zhang et al. 2019, section 5");
    }

    // torch.nn.utils.clip_grad_norm_ divides by the norm and 1e-6.
    [TestCase(1e-6, 1e-6, 5e-7)]
    [TestCase(1, 1, 0.999999)]
    [TestCase(1e-3, 1e-3, 1e-3 * 0.999000999)]
    public void TheClipsEpsilonIsTorchs(double gradient, double limit, double right)
    {
        var store = new ParameterStore();
        Parameter parameter = store.Add("parameter", [1]);
        var sgd = new Sgd(store, new() { LearningRate = 1 });
        parameter.Gradients[0] = (float)gradient;
        sgd.GradientOptions.ClipNorm = limit;
        sgd.Step();
        Assert.That(parameter.Values[0], Is.EqualTo(-right).Within(1e-7 * right));
    }

    [Test]
    public void MomentsAreFlushedBelowTwoToTheMinus60Epsilons()
    {
        Assert.That(Flush.MomentBelow(1e-8), Is.EqualTo((float)Math.ScaleB(1e-8, -60)));
        Assert.That(Flush.MomentBelow(9e-11), Is.Zero);
        Assert.That(Flush.CenterBelow(1e-8), Is.EqualTo((float)Math.ScaleB(1e-8, -28)));
        Assert.That(Flush.RootBelow(0.25, 1e-8), Is.EqualTo((float)Math.ScaleB(1, -62)));
        Assert.That(Flush.StillNormal(0.5), Is.EqualTo((float)Math.ScaleB(1, -124)));
        Assert.That((float)Math.ScaleB(1, -100), Is.EqualTo(Flush.Velocity));
        Assert.That((Flush.IsDue(31), Flush.IsDue(32), Flush.IsDue(64)), Is.EqualTo((false, true, true)));
        Assert.That(Flush.SquareBelow(0.999, 1e-8), Is.EqualTo((float)(Math.ScaleB(1, -125) / Math.Pow(0.999, 33))).Within(1e-43f));
    }

    [Test]
    public void AmsGradKeepsNaN([Values] bool isDecoupled)
    {
        foreach (int width in Support.ForcedWidth.All)
        {
            using var forced = new Support.ForcedWidth(width);
            var store = new ParameterStore();
            Parameter parameter = store.Add("parameter", [17]);
            Optimizer adam = isDecoupled ? new AdamW(store, new() { AmsGrad = true }) : new Adam(store, new() { AmsGrad = true });
            foreach (float gradient in (float[])[1, float.NaN, 1])
            {
                parameter.Gradients.Fill(gradient);
                adam.Step();
            }

            Assert.That(adam.State(parameter, "max_exp_avg_sq").ToArray(), Is.All.NaN);
            Assert.That(parameter.Values.ToArray(), Is.All.NaN);
        }
    }

    [Test]
    public void LionKeepsNaN()
    {
        foreach (int width in Support.ForcedWidth.All)
        {
            using var forced = new Support.ForcedWidth(width);
            var store = new ParameterStore();
            Parameter parameter = store.Add("parameter", [17]);
            var lion = new Lion(store);
            parameter.Gradients.Fill(float.NaN);
            lion.Step();
            Assert.That(parameter.Values.ToArray(), Is.All.NaN);
            Assert.That(lion.State(parameter, "exp_avg").ToArray(), Is.All.NaN);
        }
    }

    [Test]
    public void PlateauOptionsAreTorchs()
    {
        // torch.optim.lr_scheduler.ReduceLROnPlateau: factor 0.1, patience 10, threshold 1e-4 (rel), cooldown 0, min_lr 0, eps 1e-8.
        string text = new PlateauOptions().ToString();
        Assert.That(text, Does.Contain("Factor = 0.1").And.Contain("Patience = 10").And.Contain("Threshold = 0.0001"));
        Assert.That(text, Does.Contain("Cooldown = 0").And.Contain("1E-08").And.Contain("AbsoluteThreshold = False"));
        Assert.That(text, Does.Contain("Maximize = False"));
    }

    private static TestCaseData Of(object options, string expected) =>
        new TestCaseData(options, expected).SetArgDisplayNames(options.GetType().Name);
}
