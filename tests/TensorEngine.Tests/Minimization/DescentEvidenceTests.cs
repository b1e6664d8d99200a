using NUnit.Framework;
using TensorEngine.Minimization;

namespace TensorEngine.Tests.Minimization;

/// <summary>What two rises say of a slope: its contradiction, what rounding hides, and what is noise.</summary>
public sealed class DescentEvidenceTests
{
    [TestCase(0.2, true)]
    [TestCase(0.11, true)]
    [TestCase(0.09, false)]
    [TestCase(-1, false)]
    public void ARiseThatIsLinearContradictsTheSlope(double share, bool contradicts)
    {
        // share t + 5 t², where the model says that it falls by t.
        DescentEvidence evidence = default;
        foreach (double t in new[] { 1, 0.5, 0.25 })
            evidence.Note(t, share * t + 5 * t * t, t, 1);
        Assert.That((evidence.IsKnown, evidence.Contradicts), Is.EqualTo((true, contradicts)));
    }

    [Test]
    public void OnlyClearRisesCount([Values(0.9, 1.1)] double share)
    {
        // A rise has to be 1e6 times the precision of the values.
        double rise = share * 1e6 * DoubleVector.Epsilon * 7;
        DescentEvidence evidence = default;
        evidence.Note(1, 2 * rise, 1, 7);
        evidence.Note(0.5, rise, 0.5, 7);
        Assert.That(evidence.IsKnown, Is.EqualTo(share > 1));
    }

    [Test]
    public void ARiseThatDoesNotShrinkIsNoise([Values(2.9, 3.1)] double times)
    {
        DescentEvidence evidence = default;
        evidence.Note(1, 1, 1, 1);
        evidence.Note(0.1, times * 0.1, 0.1, 1);
        Assert.That(evidence.IsKnown, Is.EqualTo(times < 3));
    }

    [Test]
    public void RoundingHidesWhatIsBelowIt()
    {
        DescentEvidence none = default;
        double hidden = 1e4 * DoubleVector.Epsilon * 7;
        Assert.That((none.Hides(0.99 * hidden, 7), none.Hides(1.01 * hidden, 7)), Is.EqualTo((true, false)));

        // The last trial was too short to show more than it changed, but at most 1e-8 of the magnitude is noise.
        DescentEvidence small = default, large = default;
        small.Note(1, 1e-9, 1, 1);
        large.Note(1, 1e-5, 1, 1);
        Assert.That((small.Hides(0.9e-9, 1), small.Hides(1.1e-9, 1)), Is.EqualTo((true, false)));
        Assert.That((large.Hides(0.9e-8, 1), large.Hides(1.1e-8, 1)), Is.EqualTo((true, false)));
    }

    [TestCase(1e5, true)]
    [TestCase(1e3, false)]
    public void ACurvatureThatWasSeenLimitsWhatASlopeCanGain(double curvature, bool hides)
    {
        // -s t + b t² falls by s² / 4 b at most: 2.0e-12 and 2.5e-10 here, where 2.2e-12 and a last change of 2e-12 at most are hidden.
        double slope = curvature > 1e4 ? 9e-4 : 1e-3;
        DescentEvidence evidence = default;
        foreach (double t in new[] { 1e-3, 5e-4 })
            evidence.Note(t, -slope * t + curvature * t * t, slope * t, 1);
        Assert.That(evidence.IsKnown);
        evidence.Note(1e-9, 2e-12, slope * 1e-9, 1);
        Assert.That(evidence.Hides(1, 1), Is.EqualTo(hides));
    }
}
