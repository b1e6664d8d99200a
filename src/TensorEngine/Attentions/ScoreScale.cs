namespace TensorEngine.Attentions;

/// <summary>The factors still to be applied to the scores in memory and to their gradients.</summary>
internal readonly record struct ScoreScale(float Scores, float Slopes);
