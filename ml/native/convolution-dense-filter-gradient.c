/* Gradient of a convolution's filters from a gradient with few zeros, for ml/kernels/assembly/convolution-dense-filter-gradient.ts: filters
   in the lanes. */
#include "dense.h"

/* Positions in a stretch: the gradients of so many, and the patches, stay in a core's first cache while the whole kernel meets them. */
enum { STRETCH = 256 };
/* Vectors of filters in a tile; a block of filters; rows and values of a run in a tile, at the most. */
enum { VECTORS = 2, BLOCK = VECTORS * LANES, MOST_ROWS = 3, MOST_VALUES = 16 };

/* A stretch of positions of one image, and gradients of a block of filters there. */
typedef struct {
  const uint8_t *image, *gradient;
  const Word *positions;
  Count count;
  long pixel;
  Stride rowStride;
} Stretch;
/* Sums [eight filters][ky][run][8], from a block's first on: bytes from one panel, and one row, to the next. */
typedef struct {
  uint8_t *at;
  long panel, row;
} Sums;

/* R rows by K values of a run by V vectors of filters; of the last vector only the first eight lanes where `half`. */
INLINE void tile(const int R, const int K, const int V, const int half, const Stretch *s, const uint8_t *x, Sums sums) {
  Lanes a[MOST_ROWS][MOST_VALUES][VECTORS];
  const long second = half ? 0 : sums.panel;
  UNROLL for (int r = 0; r < R; r++) UNROLL for (int k = 0; k < K; k++) UNROLL for (int v = 0; v < V; v++)
    a[r][k][v] = loadColumns(sums.at + r * sums.row + 32 * k + vectorAt(v, sums.panel), second);
  const uint8_t *g = s->gradient;
  for (Count p = 0; p < s->count; p++, g += s->pixel) {
    const uint8_t *patch = x + s->positions[p];
    Lanes some[VECTORS];
    UNROLL for (int v = 0; v < V; v++) some[v] = load(g + v * 4 * LANES);
    UNROLL for (int r = 0; r < R; r++) {
      const Float *values = floats(patch + (long)r * s->rowStride);
      UNROLL for (int k = 0; k < K; k++) UNROLL for (int v = 0; v < V; v++) a[r][k][v] += some[v] * values[k];
    }
  }
  UNROLL for (int r = 0; r < R; r++) UNROLL for (int k = 0; k < K; k++) UNROLL for (int v = 0; v < V; v++) {
    uint8_t *to = sums.at + r * sums.row + 32 * k + vectorAt(v, sums.panel);
    if (half) memcpy(to, &a[r][k][v], 32);
    else storeColumns(to, second, a[r][k][v]);
  }
}

/* The whole kernel, by so many vectors of filters. */
INLINE void rows(const int V, const int half, const Stretch *s, Count kernelHeight, Count run, Sums sums) {
  Count ky = 0, k;
#define TILE(R, K) tile(R, K, V, half, s, s->image + (long)ky * s->rowStride + 4 * k, (Sums){sums.at + ky * sums.row + 32 * k, sums.panel, sums.row})
#define TAKE(K) for (; k + K <= run; k += K) TILE(1, K);
  if (run == 3) {
    k = 0;
#if MANY_REGISTERS
    for (; ky + 3 <= kernelHeight; ky += 3) TILE(3, 3);
#else
    if (V == 1) for (; ky + 3 <= kernelHeight; ky += 3) TILE(3, 3);
#endif
    for (; ky + 2 <= kernelHeight; ky += 2) TILE(2, 3);
  }
  for (; ky < kernelHeight; ky++) {
    k = 0;
#if MANY_REGISTERS
    if (V == 1) TAKE(16)
    TAKE(12)
#else
    if (V == 1) TAKE(12)
#endif
    TAKE(6)
    if (run - k == 5) TILE(1, 5), k += 5;
    TAKE(4)
    TAKE(3)
    TAKE(2)
    TAKE(1)
  }
#undef TAKE
#undef TILE
}

/* Gradients of a block of filters, +0 where the mask stops them. */
static void maskBlock(const uint8_t *gradient, const uint8_t *by, long pixel, Count count, Float *to) {
  for (Count p = 0; p < count; p++, gradient += pixel, by += pixel, to += BLOCK)
    UNROLL for (int v = 0; v < VECTORS; v++)
      store(to + v * LANES, (Lanes)((Words)load(gradient + v * 4 * LANES) & (Words)(load(by + v * 4 * LANES) > 0)));
}

/* From sums to rows [filter][ky][run padded to vectors with zeros]. */
static void writeRows(const Float *sums, Count kernelHeight, Count run, Count filters, Float *out) {
  const Count padded = (run + 3) & ~3;
  for (Count f = 0; f < filters; f++) {
    const Float *from = sums + (long)(f >> 3) * kernelHeight * run * 8 + (f & 7);
    for (Count ky = 0; ky < kernelHeight; ky++, out += padded)
      for (Count i = 0; i < padded; i++) out[i] = i < run ? *from : 0, from += i < run ? 8 : 0;
  }
}

void convolutionDenseFilterGradient(uint8_t *memory,
    Pointer x, Stride imageStride, Stride rowStride, Count images,
    Pointer positions, Count count,
    Pointer gradient, OptionalPointer mask, Stride gradientImage, Count filters,
    Count kernelHeight, Count run, Pointer scratch, Pointer out) {
  const long pixel = 4L * filters, panel = 32L * kernelHeight * run;
  memset(AT(scratch), 0, (filters + 7) / 8 * panel);
  Float masked[STRETCH * BLOCK];
  for (Count n = 0; n < images; n++)
    for (Count p = 0; p < count; p += STRETCH) {
      const long from = (long)n * gradientImage + p * pixel;
      Stretch s = {AT(x) + (long)n * imageStride, NULL, words(AT(positions)) + p, least(STRETCH, count - p), pixel, rowStride};
      for (Count first = 0; first < filters; first += BLOCK) {
        const Count live = least(BLOCK, filters - first);
        const Sums sums = {AT(scratch) + first / 8 * panel, panel, 32L * run};
        s.gradient = AT(gradient) + from + 4 * first;
        if (mask) {
          maskBlock(s.gradient, AT(mask) + from + 4 * first, pixel, s.count, masked);
          s.gradient = (const uint8_t *)masked;
          s.pixel = 4 * BLOCK;
        }
#if LANES == 16
        if (live > 24) rows(2, 0, &s, kernelHeight, run, sums);
        else if (live > 8) {
          rows(1, 0, &s, kernelHeight, run, sums);
          if (live > 16) {
            s.gradient += 64;
            rows(1, 1, &s, kernelHeight, run, (Sums){sums.at + 2 * panel, panel, sums.row});
          }
        } else rows(1, 1, &s, kernelHeight, run, sums);
#else
        if (live > LANES) rows(2, 0, &s, kernelHeight, run, sums);
        else rows(1, 0, &s, kernelHeight, run, sums);
#endif
      }
    }
  writeRows(floats(AT(scratch)), kernelHeight, run, filters, floats(AT(out)));
}
int convolutionDenseFilterGradientFits(const uint8_t *memory, double bytes,
    Pointer x, Stride imageStride, Stride rowStride, Count images,
    Pointer positions, Count count,
    Pointer gradient, OptionalPointer mask, Stride gradientImage, Count filters,
    Count kernelHeight, Count run, Pointer scratch, Pointer out) {
  if (count < 0 || filters < 1 || kernelHeight < 1 || run < 1 || rowStride < 0 || !within(bytes, positions, 4.0 * count)) return 0;
  const double size = 4.0 * count * filters;
  uint32_t last = 0;
  for (Count i = 0; i < count; i++) {
    const uint32_t offset = (uint32_t)words(AT(positions))[i];
    if (offset > last) last = offset;
  }
  return allWithin(bytes, x, images, imageStride, last + (kernelHeight - 1.0) * rowStride + 4.0 * run) &&
      allWithin(bytes, gradient, images, gradientImage, size) && (!mask || allWithin(bytes, mask, images, gradientImage, size)) &&
      within(bytes, scratch, (filters + 7) / 8 * 32.0 * kernelHeight * run) &&
      within(bytes, out, 16.0 * ((run + 3) / 4) * kernelHeight * filters);
}
