namespace TensorEngine.Attentions;

/// <summary>By what scores that lie in memory are still to be multiplied, and by what their gradients.</summary>
internal readonly record struct ScoreScale(float Scores, float Slopes);
