using TensorEngine;
using TensorEngine.Checkpoints;
using TensorEngine.Checks;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Schedules;
using TensorEngine.UserCode;

namespace YourProject;

/// <summary>The page "Write your own optimizer", compiled; a test compares it with the page and runs it.</summary>
public static class WriteYourOwnOptimizer
{
    public static void Use(string path)
    {
        // PAGE use
        var store = new ParameterStore();
        Parameter weight = store.Add("weight", [1, 3]), bias = store.Add("bias", [3]);
        var yogi = new Yogi(store, new YogiOptions { LearningRate = 0.05, WeightDecay = 0.01 });
        yogi.AddGroup([bias], options => options with { WeightDecay = 0 });
        yogi.GradientOptions.ClipNorm = 10;
        var schedule = new CosineAnnealing(steps: 200);

        float[] target = [1, -2, 3];
        for (int step = 0; step < 200; step++)
        {
            for (int i = 0; i < target.Length; i++)
                weight.Gradients[i] = bias.Gradients[i] = 2 * (weight.Values[i] + bias.Values[i] - target[i]);
            yogi.ApplySchedule(schedule, step);
            yogi.Step();
        }

        new Checkpoint(store) { { "optimizer", yogi } }.Save(path);
        Console.WriteLine($"{yogi.StepCount(weight)} steps, first moment {yogi.State(weight, "exp_avg").Length} floats");
        // END
    }

    public static void Spans()
    {
        // PAGE spans
        float[] values = [1, 2, 3], gradients = [0.1f, -0.2f, 0.3f], m = new float[3], v = new float[3];
        var options = new YogiOptions();
        for (long step = 1; step <= 100; step++)
            Yogi.Update(options, step, values, gradients, m, v);

        // The rule alone, as long as you bring its constants and its decay.
        FusedUpdate.Run(new YogiRule(options, step: 101), values, gradients, m, v, decay: WeightDecay.Coupled(0.01));
        // END
    }

    public static CheckReport Check()
    {
        // PAGE check
        CheckReport report = RuleCheck.Of(
            (parameters, options) => new Yogi(parameters, options), new YogiOptions { WeightDecay = 0.01 });
        Console.WriteLine(report);
        report.ThrowIfFailed();
        // END
        return report;
    }

    public static void Functions()
    {
        // PAGE function
        float[] inputs = [-1, 0, 1], outputs = new float[3];
        Map.Run(new Swish(), inputs, outputs);
        FunctionCheck.OfUnary(new Swish()).ThrowIfFailed();
        // END
    }
}
