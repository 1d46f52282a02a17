/* One step of an optimizer over many parameters, for ml/kernels/assembly/optimizers.ts; it knows neither their names nor their shapes. */
#include "kernels.h"

/* Floats whose gradients are added at a time: they stay in a core's first cache. */
enum { SOME = 512 };

/* The sum in order of the shards' gradients from float `first` on. */
INLINE void addShards(Float *restrict sum, const uint8_t *gradients, Count shards, Stride shardStride, long first, long count) {
  memcpy(sum, gradients + 4 * first, 4 * count);
  for (Count s = 1; s < shards; s++) {
    const Float *restrict g = floats(gradients + (long)s * shardStride) + first;
    for (long i = 0; i < count; i++) sum[i] += g[i];
  }
}
INLINE int fits(double bytes, Pointer weights, Pointer moments, Pointer gradients, Count shards, Stride shardStride, Vectors vectors) {
  const double size = 16.0 * vectors;
  return vectors >= 0 && within(bytes, weights, size) && within(bytes, moments, size) && shards >= 1 &&
      allWithin(bytes, gradients, shards, shardStride, size);
}

void momentumStep(uint8_t *memory, Pointer weights, Pointer velocity, Pointer gradients, Count shards, Stride shardStride, Vectors vectors,
    float rate, float momentum) {
  Float *restrict w = floats(AT(weights)), *restrict moved = floats(AT(velocity));
  const long all = 4L * vectors;
  for (long first = 0; first < all; first += SOME) {
    Float g[SOME];
    const long count = all - first < SOME ? all - first : SOME;
    addShards(g, AT(gradients), shards, shardStride, first, count);
    for (long i = 0, at = first; i < count; i++, at++) {
      const float v = momentum * moved[at] + g[i];
      moved[at] = v;
      w[at] = w[at] - rate * v;
    }
  }
}
int momentumStepFits(const uint8_t *memory, double bytes, Pointer weights, Pointer velocity, Pointer gradients, Count shards, Stride shardStride,
    Vectors vectors, float rate, float momentum) {
  (void)memory, (void)rate, (void)momentum;
  return fits(bytes, weights, velocity, gradients, shards, shardStride, vectors);
}

void adamStep(uint8_t *memory, Pointer weights, Pointer first, Pointer second, Pointer gradients, Count shards, Stride shardStride, Vectors vectors,
    float rate, float correction, float beta1, float beta2, float fresh1, float fresh2, float epsilon) {
  Float *restrict w = floats(AT(weights)), *restrict mean = floats(AT(first)), *restrict square = floats(AT(second));
  const long all = 4L * vectors;
  for (long from = 0; from < all; from += SOME) {
    Float g[SOME];
    const long count = all - from < SOME ? all - from : SOME;
    addShards(g, AT(gradients), shards, shardStride, from, count);
    for (long i = 0, at = from; i < count; i++, at++) {
      float m = beta1 * mean[at] + fresh1 * g[i];
      float v = beta2 * square[at] + fresh2 * g[i] * g[i];
      m = __builtin_fabsf(m) < 1e-30f ? 0 : m;
      v = v < 1e-30f ? 0 : v;
      mean[at] = m;
      square[at] = v;
      w[at] = w[at] - rate * m / (__builtin_sqrtf(v * correction) + epsilon);
    }
  }
}
int adamStepFits(const uint8_t *memory, double bytes, Pointer weights, Pointer first, Pointer second, Pointer gradients, Count shards,
    Stride shardStride, Vectors vectors, float rate, float correction, float beta1, float beta2, float fresh1, float fresh2, float epsilon) {
  (void)memory, (void)rate, (void)correction, (void)beta1, (void)beta2, (void)fresh1, (void)fresh2, (void)epsilon;
  return fits(bytes, weights, first, gradients, shards, shardStride, vectors) && within(bytes, second, 16.0 * vectors);
}

void decayWeights(uint8_t *memory, Pointer weights, Vectors vectors, float factor) {
  Float *w = floats(AT(weights));
  for (long i = 0; i < 4L * vectors; i++) w[i] *= factor;
}
int decayWeightsFits(const uint8_t *memory, double bytes, Pointer weights, Vectors vectors, float factor) {
  (void)memory, (void)factor;
  return vectors >= 0 && within(bytes, weights, 16.0 * vectors);
}

Flag anyNonFinite(uint8_t *memory, Pointer at, Vectors vectors) {
  const Float *values = floats(AT(at));
  for (long i = 0; i < 4L * vectors; i += SOME) {
    int found = 0;
    const long end = 4L * vectors < i + SOME ? 4L * vectors : i + SOME;
    for (long j = i; j < end; j++) found |= values[j] - values[j] != 0;
    if (found) return 1;
  }
  return 0;
}
int anyNonFiniteFits(const uint8_t *memory, double bytes, Pointer at, Vectors vectors) {
  (void)memory;
  return vectors >= 0 && within(bytes, at, 16.0 * vectors);
}
