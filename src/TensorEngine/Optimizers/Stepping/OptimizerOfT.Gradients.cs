using TensorEngine.Lanes;
using TensorEngine.Numerics;

namespace TensorEngine.Optimizers.Stepping;

/// <content>The gradients of all trainable parameters together.</content>
public abstract partial class Optimizer<TOptions>
{
    internal override float LargestGradient()
    {
        float largest = 0;
        for (int i = 0; i < Slots.Stores.Length; i++)
        {
            foreach (Segment segment in Slots.Trainable(i))
            {
                largest = Math.Max(largest, Slots.Stores[i].HasHalves
                    ? HalfGradients.Largest(Slots.Stores[i], segment)
                    : LargestMagnitude.Of(Slots.Stores[i].Gradients.Slice(segment.Offset, segment.Length), Workers));
            }
        }

        return largest;
    }

    internal override double GradientSum(in GradientPower power)
    {
        double sum = 0;
        for (int i = 0; i < Slots.Stores.Length; i++)
        {
            foreach (Segment segment in Slots.Trainable(i))
            {
                sum += Slots.Stores[i].HasHalves
                    ? HalfGradients.Sum(Slots.Stores[i], segment, power)
                    : power.SumOf(Slots.Stores[i].Gradients.Slice(segment.Offset, segment.Length), Workers);
            }
        }

        return sum;
    }

    internal override void ClearTrainableGradients()
    {
        for (int i = 0; i < Slots.Stores.Length; i++)
        {
            foreach (Segment segment in Slots.Trainable(i))
            {
                if (Slots.Stores[i].HasHalves)
                    Slots.Stores[i].BFloat16Gradients.Slice(segment.Offset, segment.Length).Clear();
                else
                    ElementLoop.Fill(Slots.Stores[i].Gradients.Slice(segment.Offset, segment.Length), 0, Workers);
            }
        }
    }
}
