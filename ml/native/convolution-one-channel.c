/* A convolution over images of one channel with its 2 × 2 max-pool, neighbours along a row in the lanes, for
   ml/kernels/assembly/convolution-one-channel.ts. */
#include "kernels.h"

#if LANES == 16
#define EVEN 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define ODD 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#elif LANES == 8
#define EVEN 0, 2, 4, 6, 8, 10, 12, 14
#define ODD 1, 3, 5, 7, 9, 11, 13, 15
#else
#define EVEN 0, 2, 4, 6
#define ODD 1, 3, 5, 7
#endif
INLINE Lanes even(Lanes a, Lanes b) { return __builtin_shufflevector(a, b, EVEN); }
INLINE Lanes odd(Lanes a, Lanes b) { return __builtin_shufflevector(a, b, ODD); }

/* What the tiles of a row of windows have in common. */
typedef struct {
  const uint8_t *x;
  Stride rowStride, positionRow;
  Count kernelHeight, kernelWidth;
  Flag relu;
  long pixel;
} Pass;

/* Two rows of two vectors of positions, a vector of windows, by F filters, whose weights are a panel's from `w` on. */
INLINE void tile(const int F, const Pass *pass, int32_t offset, const Float *w, uint8_t *to, uint8_t *record, Count windows) {
  Lanes a[6][4];
  UNROLL for (int f = 0; f < F; f++) UNROLL for (int v = 0; v < 4; v++) a[f][v] = (Lanes){0};
  const uint8_t *row = pass->x + offset;
  for (Count ky = 0; ky < pass->kernelHeight; ky++, row += pass->rowStride) {
    const Float *p = floats(row), *q = floats(row + pass->positionRow);
    for (Count k = 0; k < pass->kernelWidth; k++, w += 8) {
      const Lanes p0 = load(p + k), p1 = load(p + k + LANES), q0 = load(q + k), q1 = load(q + k + LANES);
      UNROLL for (int f = 0; f < F; f++) {
        const float one = w[f];
        a[f][0] += p0 * one, a[f][1] += p1 * one, a[f][2] += q0 * one, a[f][3] += q1 * one;
      }
    }
  }
  Words places;
  for (int i = 0; i < LANES; i++) places[i] = offset + 8 * i;
  const Count some = least(windows, LANES);
  UNROLL for (int f = 0; f < F; f++) {
    /* Each row's first largest of two, then of the two rows: the first largest of a window, or its last NaN. */
    const float bias = w[f];
    Lanes left = even(a[f][0], a[f][1]) + bias, right = odd(a[f][0], a[f][1]) + bias;
    const Words above = larger(right, left);
    Lanes best = pick(above, right, left);
    left = even(a[f][2], a[f][3]) + bias, right = odd(a[f][2], a[f][3]) + bias;
    const Words below = larger(right, left);
    left = pick(below, right, left);
    const Words take = larger(left, best);
    best = pick(take, left, best);
    const Words where = places + (take & pass->positionRow) + (pickWords(take, below, above) & 4);
    if (pass->relu) best = reluOf(best);
    for (Count i = 0; i < some; i++) {
      floats(to + i * pass->pixel)[f] = best[i];
      words(record + i * pass->pixel)[f] = where[i];
    }
  }
}

void convolutionOneChannel(uint8_t *memory,
    Pointer x, Stride imageStride, Stride rowStride, Count images,
    Count height, Count width, Stride positionRow,
    Pointer panels, Count kernelHeight, Count kernelWidth, Count filters,
    Flag relu, Pointer out, Stride outImage, Pointer winners) {
  const Pass pass = {AT(x), rowStride, positionRow, kernelHeight, kernelWidth, relu, 4L * filters};
  const long panel = ((long)kernelHeight * kernelWidth + 1) * 8;
  for (Count n = 0; n < images; n++)
    for (Count first = 0; first < filters; first += 8) {
      const Float *w = floats(AT(panels)) + first / 8 * panel;
      const Count live = least(8, filters - first);
      for (Count py = 0; py < height; py++)
        for (Count px = 0; px < width; px += LANES) {
          const int32_t offset = n * imageStride + 2 * py * positionRow + 8 * px;
          const long to = (long)n * outImage + ((long)py * width + px) * pass.pixel + 4 * first;
          Count f = 0;
#define TILE(F) tile(F, &pass, offset, w + f, AT(out) + to + 4 * f, AT(winners) + to + 4 * f, width - px)
#if MANY_REGISTERS
          for (; f + 6 <= live; f += 6) TILE(6);
#endif
          for (; f + 3 <= live; f += 3) TILE(3);
          for (; f + 2 <= live; f += 2) TILE(2);
          for (; f < live; f++) TILE(1);
#undef TILE
        }
    }
}
int convolutionOneChannelFits(const uint8_t *memory, double bytes,
    Pointer x, Stride imageStride, Stride rowStride, Count images,
    Count height, Count width, Stride positionRow,
    Pointer panels, Count kernelHeight, Count kernelWidth, Count filters,
    Flag relu, Pointer out, Stride outImage, Pointer winners) {
  (void)memory, (void)relu;
  if (height < 1 || width < 1 || kernelHeight < 1 || kernelWidth < 1 || filters < 1 || rowStride < 0 || positionRow < 0) return 0;
  const double outputs = 4.0 * height * width * filters;
  return allWithin(bytes, x, images, imageStride, (2.0 * height - 1) * positionRow + (kernelHeight - 1.0) * rowStride + 4.0 * (2.0 * width + kernelWidth - 1)) &&
      within(bytes, panels, (filters + 7) / 8 * 32.0 * ((double)kernelHeight * kernelWidth + 1)) &&
      allWithin(bytes, out, images, outImage, outputs) && allWithin(bytes, winners, images, outImage, outputs);
}
