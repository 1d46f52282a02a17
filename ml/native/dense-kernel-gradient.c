/* Gradient of a part of a dense layer's kernel over all shards at once, for ml/kernels/assembly/dense-kernel-gradient.ts. */
#include "dense.h"

typedef struct {
  float gradient;
  int32_t row;
} __attribute__((may_alias)) Entry;

/* Of P panels of inputs, each eight wide, one unit's sums: each shard's apart, added in order. The last panel has a half of zeros where `half`. */
INLINE void unit(const int P, const int half, const uint8_t *memory, Pointer x, Pointer list, Pointer end, Stride shardStride, Count shards,
    uint8_t *to, Stride panelTo) {
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
  UNROLL for (int p = 0; p < P; p++) *(EightAnywhere *)(to + p * (long)panelTo) = total[p];
}

void denseKernelGradient(uint8_t *memory, Pointer x, Pointer lists, Stride capacity, Pointer ends, Stride shardStride, Count shards,
    Count units, Vectors vectors, Pointer to, Stride panelTo) {
  for (Count u = 0; u < units; u++) {
    const Pointer list = lists + (Pointer)u * capacity, end = ends + 4 * (Pointer)u;
    uint8_t *const at = AT(to) + 32L * u;
    if (vectors == 8) unit(4, 0, memory, x, list, end, shardStride, shards, at, panelTo);
    else
      for (Vectors v = 0; v < vectors; v += 2) {
        uint8_t *const panel = at + (v >> 1) * (long)panelTo;
        if (vectors - v == 1) unit(1, 1, memory, x + 16 * v, list, end, shardStride, shards, panel, panelTo);
        else unit(1, 0, memory, x + 16 * v, list, end, shardStride, shards, panel, panelTo);
      }
  }
}
/* Which rows of x the entries name was checked when they were listed. */
int denseKernelGradientFits(const uint8_t *memory, double bytes, Pointer x, Pointer lists, Stride capacity, Pointer ends, Stride shardStride, Count shards,
    Count units, Vectors vectors, Pointer to, Stride panelTo) {
  if (shards < 1 || units < 0 || vectors < 1 || vectors > 8 || capacity < 0 || !within(bytes, x, (shards - 1.0) * shardStride)) return 0;
  if (!allWithin(bytes, lists, shards, shardStride, (double)units * capacity) || !allWithin(bytes, ends, shards, shardStride, 4.0 * units)) return 0;
  for (Count s = 0; s < shards; s++)
    for (Count u = 0; u < units; u++) {
      const Pointer list = lists + (Pointer)s * shardStride + (Pointer)u * capacity, end = *words(AT(ends + (Pointer)s * shardStride + 4 * (Pointer)u));
      if (end < list || end - list > (Pointer)capacity || (end - list) % 8 != 0) return 0;
    }
  return within(bytes, to, ((vectors + 1) / 2 - 1.0) * panelTo + 32.0 * units);
}
