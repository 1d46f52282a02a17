/* Sums in float64 with channels in the lanes, over images [image, stride imageStride][position][channel]. */
#ifndef CHAINS_H
#define CHAINS_H
#include "kernels.h"
#include <stddef.h>

/* Channels whose sums are in float64: half a vector's, so that their doubles fill one. */
#if LANES == 16
enum { CHANNELS = 8 };
#else
enum { CHANNELS = 4 };
#endif
/* Vectors of channels at a time, at the most. */
enum { MOST = 4 };
typedef double Wide __attribute__((vector_size(8 * CHANNELS)));
typedef float Narrow __attribute__((vector_size(4 * CHANNELS)));
typedef float NarrowAnywhere __attribute__((vector_size(4 * CHANNELS), aligned(4), may_alias));

INLINE Narrow loadNarrow(const void *from) { return *(const NarrowAnywhere *)from; }
INLINE void storeNarrow(void *to, Narrow v, Count count) {
  if (count >= CHANNELS) *(NarrowAnywhere *)to = v;
  else {
    Float some[CHANNELS];
    *(NarrowAnywhere *)some = v;
    for (Count i = 0; i < count; i++) ((Float *)to)[i] = some[i];
  }
}
INLINE Wide widened(Narrow v) { return __builtin_convertvector(v, Wide); }
INLINE Narrow narrowed(Wide v) { return __builtin_convertvector(v, Narrow); }

/* Images [image, stride imageStride][position][channel], from a channel on. */
typedef struct {
  Count images;
  Stride imageStride;
  Count positions, channels;
} Images;
INLINE double countOf(const Images *all) { return (double)all->images * (double)all->positions; }
#define EACH_PIXEL(at, all) \
  for (Count image = 0; image < (all)->images; image++) \
    for (long at = (long)image * (all)->imageStride, end = at + 4L * (all)->positions * (all)->channels; at < end; at += 4L * (all)->channels)

/* Whether they lie in a memory. */
INLINE int imagesFit(double bytes, Pointer x, Count images, Stride imageStride, Count positions, Count channels) {
  return positions >= 0 && channels >= 0 && allWithin(bytes, x, images, imageStride, 4.0 * positions * channels);
}
#endif
