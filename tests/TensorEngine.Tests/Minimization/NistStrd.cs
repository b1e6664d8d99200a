using System.Globalization;

namespace TensorEngine.Tests.Minimization;

/// <summary>A data set of nonlinear regression with certified results.</summary>
/// <param name="Name">NIST's name.</param>
/// <param name="Model">The curve: place (a vector if there are two predictors) and parameters.</param>
/// <param name="X">The places.</param>
/// <param name="Y">The responses, as the model sees them.</param>
/// <param name="Starts">The two starts, the first one farther away.</param>
/// <param name="Certified">The certified parameters.</param>
/// <param name="Deviations">Their certified standard deviations.</param>
/// <param name="SumOfSquares">The certified residual sum of squares.</param>
public sealed record NistSet(
    string Name,
    NistModel Model,
    double[][] X,
    double[] Y,
    double[][] Starts,
    double[] Certified,
    double[] Deviations,
    double SumOfSquares)
{
    public override string ToString() => Name;
}

public delegate double NistModel(double[] x, ReadOnlySpan<double> b);

/// <summary>
/// Data sets of NIST's Statistical Reference Datasets, nonlinear regression (https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml),
/// of the United States government and in the public domain. Certified values have eleven digits. Not here, for their length:
/// Chwirut1, Gauss1, Gauss2, Gauss3, Kirby2, Hahn1, ENSO, Bennett5.
/// </summary>
public static class NistStrd
{
    private static readonly double[] s_pressures =
        [77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0];

    private static readonly double[] s_volumes =
        [10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78];

    public static IEnumerable<NistSet> All =>
    [
        Misra(
            "Misra1a",
            (x, b) => b[0] * (1 - Math.Exp(-b[1] * x[0])),
            [250, 0.0005],
            [2.3894212918E+02, 5.5015643181E-04],
            [2.7070075241E+00, 7.2668688436E-06],
            1.2455138894E-01),
        Misra(
            "Misra1b",
            (x, b) => b[0] * (1 - Math.Pow(1 + b[1] * x[0] / 2, -2)),
            [300, 0.0002],
            [3.3799746163E+02, 3.9039091287E-04],
            [3.1643950207E+00, 4.2547321834E-06],
            7.5464681533E-02),
        Misra(
            "Misra1c",
            (x, b) => b[0] * (1 - Math.Pow(1 + 2 * b[1] * x[0], -0.5)),
            [600, 0.0002],
            [6.3642725809E+02, 2.0813627256E-04],
            [4.6638326572E+00, 1.7728423155E-06],
            4.0966836971E-02),
        Misra(
            "Misra1d",
            (x, b) => b[0] * b[1] * x[0] / (1 + b[1] * x[0]),
            [450, 0.0003],
            [4.3736970754E+02, 3.0227324449E-04],
            [3.6489174345E+00, 2.9334354479E-06],
            5.6419295283E-02),
        new(
            "Chwirut2",
            (x, b) => Math.Exp(-b[0] * x[0]) / (b[1] + b[2] * x[0]),
            Places(NistData.Chwirut2X),
            NistData.Chwirut2Y,
            [[0.1, 0.01, 0.02], [0.15, 0.008, 0.010]],
            [1.6657666537E-01, 5.1653291286E-03, 1.2150007096E-02],
            [3.8303286810E-02, 6.6621605126E-04, 1.5304234767E-03],
            5.1304802941E+02),
        Lanczos(
            "Lanczos1",
            "E12",
            [9.5100000027E-02, 1.0000000001E+00, 8.6070000013E-01, 3.0000000002E+00, 1.5575999998E+00, 5.0000000001E+00],
            [5.3347304234E-11, 2.7473038179E-10, 1.3576062225E-10, 3.3308253069E-10, 1.8815731448E-10, 1.1057500538E-10],
            1.4307867721E-25),
        Lanczos(
            "Lanczos2",
            "E5",
            [9.6251029939E-02, 1.0057332849E+00, 8.6424689056E-01, 3.0078283915E+00, 1.5529016879E+00, 5.0028798100E+00],
            [6.6770575477E-04, 3.3989646176E-03, 1.7185846685E-03, 4.1707005856E-03, 2.3744381417E-03, 1.3958787284E-03],
            2.2299428125E-11),
        Lanczos(
            "Lanczos3",
            "F4",
            [8.6816414977E-02, 9.5498101505E-01, 8.4400777463E-01, 2.9515951832E+00, 1.5825685901E+00, 4.9863565084E+00],
            [1.7197908859E-02, 9.7041624475E-02, 4.1488663282E-02, 1.0766312506E-01, 5.8371576281E-02, 3.4436403035E-02],
            1.6117193594E-08),
        new(
            "DanWood",
            (x, b) => b[0] * Math.Pow(x[0], b[1]),
            Places([1.309, 1.471, 1.490, 1.565, 1.611, 1.680]),
            [2.138, 3.421, 3.597, 4.340, 4.882, 5.660],
            [[1, 5], [0.7, 4]],
            [7.6886226176E-01, 3.8604055871E+00],
            [1.8281973860E-02, 5.1726610913E-02],
            4.3173084083E-03),
        new(
            "Nelson",
            (x, b) => b[0] - b[1] * x[0] * Math.Exp(-b[2] * x[1]),
            NistData.NelsonX,
            [.. NistData.NelsonY.Select(y => Math.Log(y))],
            [[2, 0.0001, -0.01], [2.5, 0.000000005, -0.05]],
            [2.5906836021E+00, 5.6177717026E-09, -5.7701013174E-02],
            [1.9149996413E-02, 6.1124096540E-09, 3.9572366543E-03],
            3.7976833176E+00),
        new(
            "MGH17",
            (x, b) => b[0] + b[1] * Math.Exp(-x[0] * b[3]) + b[2] * Math.Exp(-x[0] * b[4]),
            Places([.. Enumerable.Range(0, 33).Select(i => 10.0 * i)]),
            NistData.Mgh17Y,
            [[50, 150, -100, 1, 2], [0.5, 1.5, -1, 0.01, 0.02]],
            [3.7541005211E-01, 1.9358469127E+00, -1.4646871366E+00, 1.2867534640E-02, 2.2122699662E-02],
            [2.0723153551E-03, 2.2031669222E-01, 2.2175707739E-01, 4.4861358114E-04, 8.9471996575E-04],
            5.4648946975E-05),
        new(
            "Roszman1",
            (x, b) => b[0] - b[1] * x[0] - Math.Atan(b[2] / (x[0] - b[3])) / Math.PI,
            Places(NistData.Roszman1X),
            NistData.Roszman1Y,
            [[0.1, -0.00001, 1000, -100], [0.2, -0.000005, 1200, -150]],
            [2.0196866396E-01, -6.1953516256E-06, 1.2044556708E+03, -1.8134269537E+02],
            [1.9172666023E-02, 3.2058931691E-06, 7.4050983057E+01, 4.9573513849E+01],
            4.9484847331E-04),
        new(
            "MGH09",
            (x, b) => b[0] * (x[0] * x[0] + x[0] * b[1]) / (x[0] * x[0] + x[0] * b[2] + b[3]),
            Places([4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625]),
            [0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246],
            [[25, 39, 41.5, 39], [0.25, 0.39, 0.415, 0.39]],
            [1.9280693458E-01, 1.9128232873E-01, 1.2305650693E-01, 1.3606233068E-01],
            [1.1435312227E-02, 1.9633220911E-01, 8.0842031232E-02, 9.0025542308E-02],
            3.0750560385E-04),
        new(
            "Thurber",
            (x, b) => (b[0] + x[0] * (b[1] + x[0] * (b[2] + x[0] * b[3]))) / (1 + x[0] * (b[4] + x[0] * (b[5] + x[0] * b[6]))),
            Places(NistData.ThurberX),
            NistData.ThurberY,
            [[1000, 1000, 400, 40, 0.7, 0.3, 0.03], [1300, 1500, 500, 75, 1, 0.4, 0.05]],
            [1.2881396800E+03, 1.4910792535E+03, 5.8323836877E+02, 7.5416644291E+01, 9.6629502864E-01, 3.9797285797E-01, 4.9727297349E-02],
            [4.6647963344E+00, 3.9571156086E+01, 2.8698696102E+01, 5.5675370270E+00, 3.1333340687E-02, 1.4984928198E-02, 6.5842344623E-03],
            5.6427082397E+03),
        new(
            "BoxBOD",
            (x, b) => b[0] * (1 - Math.Exp(-b[1] * x[0])),
            Places([1, 2, 3, 5, 7, 10]),
            [109, 149, 149, 191, 213, 224],
            [[1, 1], [100, 0.75]],
            [2.1380940889E+02, 5.4723748542E-01],
            [1.2354515176E+01, 1.0455993237E-01],
            1.1680088766E+03),
        new(
            "Rat42",
            (x, b) => b[0] / (1 + Math.Exp(b[1] - b[2] * x[0])),
            Places([9, 14, 21, 28, 42, 57, 63, 70, 79]),
            [8.93, 10.80, 18.59, 22.33, 39.35, 56.11, 61.73, 64.62, 67.08],
            [[100, 1, 0.1], [75, 2.5, 0.07]],
            [7.2462237576E+01, 2.6180768402E+00, 6.7359200066E-02],
            [1.7340283401E+00, 8.8295217536E-02, 3.4465663377E-03],
            8.0565229338E+00),
        new(
            "MGH10",
            (x, b) => b[0] * Math.Exp(b[1] / (x[0] + b[2])),
            Places([.. Enumerable.Range(10, 16).Select(i => 5.0 * i)]),
            [34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872],
            [[2, 400000, 25000], [0.02, 4000, 250]],
            [5.6096364710E-03, 6.1813463463E+03, 3.4522363462E+02],
            [1.5687892471E-04, 2.3309021107E+01, 7.8486103508E-01],
            8.7945855171E+01),
        new(
            "Eckerle4",
            (x, b) => b[0] / b[1] * Math.Exp(-0.5 * ((x[0] - b[2]) / b[1]) * ((x[0] - b[2]) / b[1])),
            Places(NistData.Eckerle4X),
            NistData.Eckerle4Y,
            [[1, 10, 500], [1.5, 5, 450]],
            [1.5543827178E+00, 4.0888321754E+00, 4.5154121844E+02],
            [1.5408051163E-02, 4.6803020753E-02, 4.6800518816E-02],
            1.4635887487E-03),
        new(
            "Rat43",
            (x, b) => b[0] / Math.Pow(1 + Math.Exp(b[1] - b[2] * x[0]), 1 / b[3]),
            Places([.. Enumerable.Range(1, 15).Select(i => (double)i)]),
            [16.08, 33.83, 65.80, 97.20, 191.55, 326.20, 386.87, 520.53, 590.03, 651.92, 724.93, 699.56, 689.96, 637.56, 717.41],
            [[100, 10, 1, 1], [700, 5, 0.75, 1.3]],
            [6.9964151270E+02, 5.2771253025E+00, 7.5962938329E-01, 1.2792483859E+00],
            [1.6302297817E+01, 2.0828735829E+00, 1.9566123451E-01, 6.8761936385E-01],
            8.7864049080E+03),
    ];

    private static double[][] Places(double[] x) => [.. x.Select(place => new[] { place })];

    /// <summary>Four curves over the same observations.</summary>
    private static NistSet Misra(string name, NistModel model, double[] start, double[] certified, double[] deviations, double sum) =>
        new(name, model, Places(s_pressures), s_volumes, [[500, 0.0001], start], certified, deviations, sum);

    /// <summary>NIST made the observations of the curve itself, and rounded them.</summary>
    private static NistSet Lanczos(string name, string format, double[] certified, double[] deviations, double sum)
    {
        double[] places = [.. Enumerable.Range(0, 24).Select(i => i / 20.0)];
        double[] heights = [.. places.Select(x => 0.0951 * Math.Exp(-x) + 0.8607 * Math.Exp(-3 * x) + 1.5576 * Math.Exp(-5 * x))];
        return new(
            name,
            (x, b) => b[0] * Math.Exp(-b[1] * x[0]) + b[2] * Math.Exp(-b[3] * x[0]) + b[4] * Math.Exp(-b[5] * x[0]),
            Places(places),
            [.. heights.Select(y => double.Parse(y.ToString(format, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))],
            [[1.2, 0.3, 5.6, 5.5, 6.5, 7.6], [0.5, 0.7, 3.6, 4.2, 4, 6.3]],
            certified,
            deviations,
            sum);
    }
}
