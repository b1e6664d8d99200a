// The C++ peers of an Adam step: g++ -O3 -march=native -fno-math-errno. The update is that of AdamRule
// (src/TensorEngine/Optimizers/Adam.cs); the intrinsics have all its operations, those that keep denormal and infinite numbers away
// included, and the plain loop has none of those, which makes no difference to numbers as they occur here.
// -fno-math-errno changes no result: without it the square root may set errno, and g++ does not vectorize the loop at all.

#include <cmath>
#include <cstdint>
#if defined(__AVX512F__)
#include <immintrin.h>
#endif

// As AdamConstants.cs.
struct AdamConstants
{
    float beta1;
    float share1;      // 1 - beta1
    float beta2;
    float share2;      // 1 - beta2
    float minus_rate;  // -learningRate / (1 - beta1^step)
    float correction2; // 1 / sqrt(1 - beta2^step)
    float epsilon;
    float flush_root;  // gradients below it do not enter the second moment
};

extern "C" {

const char* compiler_version() { return __VERSION__; }

// Plain source, exact arithmetic, vectorized by the compiler as it sees fit.
void adam_plain(
    float* __restrict p, const float* __restrict g, float* __restrict m, float* __restrict v, int64_t n, const AdamConstants* constants)
{
    const AdamConstants c = *constants;
    for (int64_t i = 0; i < n; i++)
    {
        m[i] = c.beta1 * m[i] + c.share1 * g[i];
        v[i] = c.beta2 * v[i] + c.share2 * g[i] * g[i];
        p[i] += c.minus_rate * (m[i] / (std::sqrt(v[i]) * c.correction2 + c.epsilon));
    }
}

// The update as PyTorch writes it, with two divisions: m / (sqrt(v) / correction + epsilon).
void adam_two_divisions(
    float* __restrict p, const float* __restrict g, float* __restrict m, float* __restrict v, int64_t n, const AdamConstants* constants)
{
    const AdamConstants c = *constants;
    const float correction = 1 / c.correction2;
    for (int64_t i = 0; i < n; i++)
    {
        m[i] = c.beta1 * m[i] + c.share1 * g[i];
        v[i] = c.beta2 * v[i] + c.share2 * g[i] * g[i];
        p[i] += c.minus_rate * (m[i] / (std::sqrt(v[i]) / correction + c.epsilon));
    }
}

// The same operations in the same order as AdamRule, hence the same bits. n must be a multiple of 16.
// Returns 0, having done nothing, where the machine has no AVX-512.
int adam_intrinsics(float* p, const float* g, float* m, float* v, int64_t n, const AdamConstants* constants)
{
#if defined(__AVX512F__)
    const __m512 sign = _mm512_set1_ps(1.0f);
    const __m512 share1 = _mm512_set1_ps(constants->share1);
    const __m512 share2 = _mm512_set1_ps(constants->share2);
    const __m512 minus_rate = _mm512_set1_ps(constants->minus_rate);
    const __m512 correction2 = _mm512_set1_ps(constants->correction2);
    const __m512 epsilon = _mm512_set1_ps(constants->epsilon);
    const __m512 flush_root = _mm512_set1_ps(constants->flush_root);
    const __m512 infinity = _mm512_set1_ps(INFINITY);
    for (int64_t i = 0; i < n; i += 16)
    {
        const __m512 gradient = _mm512_mul_ps(_mm512_loadu_ps(g + i), sign);
        __m512 first = _mm512_loadu_ps(m + i);
        __m512 second = _mm512_loadu_ps(v + i);
        first = _mm512_fmadd_ps(share1, gradient, _mm512_fnmadd_ps(share1, first, first));
        const __mmask16 tiny = _mm512_cmp_ps_mask(_mm512_abs_ps(gradient), flush_root, _CMP_LT_OQ);
        const __m512 root = _mm512_mask_mov_ps(gradient, tiny, _mm512_setzero_ps());
        const __mmask16 finite = _mm512_cmp_ps_mask(second, infinity, _CMP_LT_OQ);
        const __m512 rest = _mm512_mask_mov_ps(second, finite, _mm512_fnmadd_ps(share2, second, second));
        second = _mm512_fmadd_ps(_mm512_mul_ps(share2, root), root, rest);
        const __m512 deviation = _mm512_fmadd_ps(_mm512_sqrt_ps(second), correction2, epsilon);
        const __m512 value = _mm512_fmadd_ps(minus_rate, _mm512_div_ps(first, deviation), _mm512_loadu_ps(p + i));
        _mm512_storeu_ps(p + i, value);
        _mm512_storeu_ps(m + i, first);
        _mm512_storeu_ps(v + i, second);
    }
    return 1;
#else
    (void)p, (void)g, (void)m, (void)v, (void)n, (void)constants;
    return 0;
#endif
}

// A whole step, as Adam.Step is one: the constants are computed from the options and the number of the step.
int adam_step(
    float* p, const float* g, float* m, float* v, int64_t n, double learning_rate, double beta1, double beta2, double epsilon, int64_t step)
{
    const AdamConstants constants = {
        (float)beta1,
        (float)(1 - beta1),
        (float)beta2,
        (float)(1 - beta2),
        (float)(-learning_rate / (1 - std::pow(beta1, (double)step))),
        (float)(1 / std::sqrt(1 - std::pow(beta2, (double)step))),
        (float)epsilon,
        epsilon < 1e-10 ? 0 : (float)std::sqrt(1.1754943508222875e-38 / (1 - beta2)),
    };
    return adam_intrinsics(p, g, m, v, n, &constants);
}

// Adam's loads and stores with one operation per store. zero is 0, which the compiler does not know, so the values stay.
void limit_loop(float* __restrict p, const float* __restrict g, float* __restrict m, float* __restrict v, int64_t n, float zero)
{
    for (int64_t i = 0; i < n; i++)
    {
        const float nothing = zero * g[i];
        p[i] += nothing;
        m[i] += nothing;
        v[i] += nothing;
    }
}

}
