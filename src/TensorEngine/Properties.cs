using System.Runtime.CompilerServices;

// Kernels and their constants are large structs on the stack, which the runtime would otherwise clear before every step.
[module: SkipLocalsInit]
