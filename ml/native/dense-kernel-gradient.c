/* Gradient of a part of a dense layer's kernel over all shards at once, for ml/kernels/assembly/dense/dense-kernel-gradient.ts. */
#include "kernels.h"

typedef struct {
  float gradient;
  int32_t row;
} __attribute__((may_alias)) Entry;

/* Of P panels of inputs, each eight wide, one unit's sums: each shard's apart, added in order. The last panel has a half of zeros where `half`. */
INLINE void unit(const int P, const int half, const uint8_t *memory, Pointer x, Pointer list, Pointer end, Stride shardStride, Count shards,
    uint8_t *to, long panel) {
  Eight total[4] = {{0}};
  for (Count s = 0; s < shards; s++) {
    const Pointer offset = (Pointer)s * shardStride;
    const Entry *e = (const Entry *)AT(list + offset), *const stop = (const Entry *)AT(*words(AT(end + offset)));
    Eight sum[4];
    UNROLL for (int p = 0; p < P; p++) sum[p] = (Eight){0};
    for (; e != stop; e++) {
      const uint8_t *row = AT(x + offset + (Pointer)e->row);
      const float g = e->gradient;
      UNROLL for (int p = 0; p < P; p++) sum[p] += *(const EightAnywhere *)(row + 32 * p) * g;
    }
    UNROLL for (int p = 0; p < P; p++) total[p] = s == 0 ? sum[p] : total[p] + sum[p];
  }
  if (half) for (int i = 4; i < 8; i++) total[P - 1][i] = 0;
  UNROLL for (int p = 0; p < P; p++) *(EightAnywhere *)(to + p * panel) = total[p];
}

void denseKernelGradient(uint8_t *memory, Pointer x, Pointer lists, Stride capacity, Pointer ends, Stride shardStride, Count shards,
    Count units, Vectors vectors, Pointer to) {
  const long panel = 32L * units;
  for (Count u = 0; u < units; u++) {
    const Pointer list = lists + (Pointer)u * capacity, end = ends + 4 * (Pointer)u;
    uint8_t *at = AT(to) + 32L * u;
    Pointer from = x;
    Vectors left = vectors;
    for (; left >= 8; left -= 8, from += 128, at += 4 * panel) unit(4, 0, memory, from, list, end, shardStride, shards, at, panel);
    for (; left >= 2; left -= 2, from += 32, at += panel) unit(1, 0, memory, from, list, end, shardStride, shards, at, panel);
    if (left) unit(1, 1, memory, from, list, end, shardStride, shards, at, panel);
  }
}
/* Which rows of x the entries name was checked when they were listed. */
int denseKernelGradientFits(const uint8_t *memory, double bytes, Pointer x, Pointer lists, Stride capacity, Pointer ends, Stride shardStride, Count shards,
    Count units, Vectors vectors, Pointer to) {
  if (shards < 1 || units < 0 || vectors < 1 || capacity < 0 || !allWithin(bytes, x, shards, shardStride, 16.0 * vectors)) return 0;
  if (!allWithin(bytes, lists, shards, shardStride, (double)units * capacity) || !allWithin(bytes, ends, shards, shardStride, 4.0 * units)) return 0;
  for (Count s = 0; s < shards; s++)
    for (Count u = 0; u < units; u++) {
      const Pointer list = lists + (Pointer)s * shardStride + (Pointer)u * capacity, end = *words(AT(ends + (Pointer)s * shardStride + 4 * (Pointer)u));
      if (end < list || end - list > (Pointer)capacity || (end - list) % 8 != 0) return 0;
    }
  return within(bytes, to, (vectors + 1) / 2 * 32.0 * units);
}
