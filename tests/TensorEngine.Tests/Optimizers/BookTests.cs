using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Tests.Optimizers;

/// <summary>
/// The first experiment of "Deep Learning from Scratch", chapter 6: 30 updates on x^2 / 20 + y^2 from (-7, 2). The expected
/// points are the book's code run in float64.
/// </summary>
public sealed class BookTests
{
    // Values up to 7, 30 roundings of half a unit (2.4e-7) each, and what the steps make of them.
    private const double Tolerance = 4e-6;

    private static readonly (int Update, double X, double Y)[] s_sgd =
        [(1, -6.335, -1.8), (29, -0.387174580942, -0.0942025739449), (30, -0.350392995752, 0.0847823165504)];

    private static readonly (int Update, double X, double Y)[] s_momentum =
        [(1, -6.93, 1.6), (29, 0.814112149508, 0.27287785238), (30, 0.896413858494, 0.0880856017151)];

    private static readonly (int Update, double X, double Y)[] s_adaGrad =
        [(1, -5.50000021, 0.500000037), (29, -0.136185399907, 9.07097872615e-17), (30, -0.120162322314, 2.48638989398e-17)];

    private static readonly (int Update, double X, double Y)[] s_nesterov =
        [(1, -6.867, 1.24), (29, 0.619266308391, 0.00737368479474), (30, 0.689614901697, -0.000679905836117)];

    private static readonly (int Update, double X, double Y)[] s_adam =
        [(1, -6.70000136, 1.70000024), (29, 0.0201490647175, 0.321957221871), (30, 0.136006852395, 0.318245375537)];

    [Test]
    public void SgdTakesTheBooksPath() =>
        Follow(parameters => new Sgd(parameters, new() { LearningRate = 0.95 }), s_sgd);

    [Test]
    public void MomentumTakesTheBooksPath() =>
        Follow(parameters => new Momentum(parameters, new() { LearningRate = 0.1 }), s_momentum);

    [Test]
    public void SgdWithMomentumTakesTheSamePath() =>
        Follow(parameters => new Sgd(parameters, new() { LearningRate = 0.1, Momentum = 0.9 }), s_momentum);

    [Test]
    public void SgdWithNesterovTakesThePathOfTheBooksNesterov() =>
        Follow(parameters => new Sgd(parameters, new() { LearningRate = 0.1, Momentum = 0.9, Nesterov = true }), s_nesterov);

    [Test]
    public void NesterovTakesTheBooksPath() =>
        Follow(parameters => new Nesterov(parameters, new() { LearningRate = 0.1 }), s_nesterov);

    [Test]
    public void AdamWithEpsilonOutsideOfTheCorrectionTakesTheBooksPath() =>
        Follow(parameters => new Adam(parameters, new() { LearningRate = 0.3, Epsilon = 1e-7, EpsilonOutsideCorrection = true }), s_adam);

    [Test]
    public void AdaGradTakesTheBooksPath() =>
        Follow(parameters => new AdaGrad(parameters, new() { LearningRate = 1.5, Epsilon = 1e-7 }), s_adaGrad);

    private static void Follow(Func<IEnumerable<Parameter>, Optimizer> make, (int Update, double X, double Y)[] expected)
    {
        var store = new ParameterStore();
        Parameter x = store.Add("x", []), y = store.Add("y", []);
        store.Freeze();
        x.Values[0] = -7;
        y.Values[0] = 2;
        Optimizer optimizer = make([x, y]);
        int next = 0;
        for (int update = 1; update <= 30; update++)
        {
            x.Gradients[0] = x.Values[0] / 10;
            y.Gradients[0] = 2 * y.Values[0];
            optimizer.Step();
            if (update != expected[next].Update)
                continue;
            Assert.That(x.Values[0], Is.EqualTo(expected[next].X).Within(Tolerance), $"x after update {update}");
            Assert.That(y.Values[0], Is.EqualTo(expected[next].Y).Within(Tolerance), $"y after update {update}");
            next++;
        }

        Assert.That(next, Is.EqualTo(expected.Length));
    }
}
