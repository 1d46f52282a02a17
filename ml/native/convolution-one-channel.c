/* A convolution over images of one channel with its 2 × 2 max-pool, neighbours along a row in the lanes, for
   ml/kernels/assembly/convolution-one-channel.ts. */
#include "eights.h"
#include "kernels.h"

/* Neighbours come apart within parts of four lanes, which costs one instruction: windows then lie in the order WINDOWS. */
#if LANES == 16
#define EVEN 0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12, 14, 28, 30
#define ODD 1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15, 29, 31
#define WINDOWS 0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15
#elif LANES == 8
#define EVEN 0, 2, 8, 10, 4, 6, 12, 14
#define ODD 1, 3, 9, 11, 5, 7, 13, 15
#define WINDOWS 0, 1, 4, 5, 2, 3, 6, 7
#else
#define EVEN 0, 2, 4, 6
#define ODD 1, 3, 5, 7
#define WINDOWS 0, 1, 2, 3
#endif
INLINE Lanes even(Lanes a, Lanes b) { return __builtin_shufflevector(a, b, EVEN); }
INLINE Lanes odd(Lanes a, Lanes b) { return __builtin_shufflevector(a, b, ODD); }
static const Count windowOf[LANES] = {WINDOWS};

/* What the tiles of a call have in common. */
typedef struct {
  Stride rowStride, positionRow;
  Count kernelHeight, kernelWidth;
  Flag relu;
  long pixel;
} Pass;

/* A panel's filters, and those of a tile at the most; vectors of positions along a row, which make one of windows. */
enum { FILTERS = 8, MOST_FILTERS = MANY_REGISTERS ? 8 : 6, BESIDE = 2 };
/* Windows of a tile, in eights. */
enum { EIGHTS = (LANES + 7) / 8 };
typedef Lanes Sums[BESIDE];

/* Sums of a row of positions by F filters, whose weights are a panel's from `w` on, biases added. */
INLINE void row(const int F, const Pass *pass, const uint8_t *x, const Float *w, Sums *sums) {
  Lanes a[MOST_FILTERS][BESIDE];
  UNROLL for (int f = 0; f < F; f++) UNROLL for (int v = 0; v < BESIDE; v++) a[f][v] = (Lanes){0};
  for (Count ky = 0; ky < pass->kernelHeight; ky++, x += pass->rowStride) {
    const Float *p = floats(x);
    for (Count k = 0; k < pass->kernelWidth; k++, w += FILTERS) {
      Lanes p0 = load(p + k), p1 = load(p + k + LANES);
      HOLD(p0);
      HOLD(p1);
      UNROLL for (int f = 0; f < F; f++) a[f][0] += p0 * w[f], a[f][1] += p1 * w[f];
    }
  }
  UNROLL for (int f = 0; f < F; f++) UNROLL for (int v = 0; v < BESIDE; v++) sums[f][v] = a[f][v] + w[f];
}

/* The same by all filters of a panel that there are. */
INLINE void wholeRow(Count live, const Pass *pass, const uint8_t *x, const Float *w, Sums *sums) {
  if (live > MOST_FILTERS) row(4, pass, x, w, sums), live -= 4, w += 4, sums += 4;
  switch (live) {
#if MANY_REGISTERS
    case 8: row(8, pass, x, w, sums); break;
    case 7: row(7, pass, x, w, sums); break;
#endif
    case 6: row(6, pass, x, w, sums); break;
    case 5: row(5, pass, x, w, sums); break;
    case 4: row(4, pass, x, w, sums); break;
    case 3: row(3, pass, x, w, sums); break;
    case 2: row(2, pass, x, w, sums); break;
    default: row(1, pass, x, w, sums);
  }
}

/* Each row's first largest of two, then of the two rows: the first largest of a window, or its last NaN; and where it lies. */
INLINE void pool(const Pass *pass, const Lanes *upper, const Lanes *lower, Words places, Float *largest, Float *where) {
  Lanes left = even(upper[0], upper[1]), right = odd(upper[0], upper[1]);
  const Words above = larger(right, left);
  Lanes best = pick(above, right, left);
  left = even(lower[0], lower[1]), right = odd(lower[0], lower[1]);
  const Words below = larger(right, left);
  left = pick(below, right, left);
  const Words take = larger(left, best);
  best = pick(take, left, best);
  store(largest, pass->relu ? reluOf(best) : best);
  store(where, (Lanes)(places + (take & pass->positionRow) + (pickWords(take, below, above) & 4)));
}

/* From [filter][lane] to [window][filter]. */
INLINE void putOut(const Pass *pass, Float (*from)[8 * EIGHTS], Count live, uint8_t *to, Count windows) {
  UNROLL for (int first = 0; first < LANES; first += 8) {
    Eight v[8];
    UNROLL for (int f = 0; f < 8; f++) v[f] = *(const EightAnywhere *)(from[f] + first);
    turn(v);
    UNROLL for (int i = 0; i < least(8, LANES); i++)
      if (windowOf[first + i] < windows) storeEight(floats(to + windowOf[first + i] * pass->pixel), v[i], live);
  }
}

void convolutionOneChannel(uint8_t *memory,
    Pointer x, Stride imageStride, Stride rowStride, Count images,
    Count height, Count width, Stride positionRow,
    Pointer panels, Count kernelHeight, Count kernelWidth, Count filters,
    Flag relu, Pointer out, Stride outImage, Pointer winners) {
  const Pass pass = {rowStride, positionRow, kernelHeight, kernelWidth, relu, 4L * filters};
  const long panel = ((long)kernelHeight * kernelWidth + 1) * FILTERS;
  Float largest[FILTERS][8 * EIGHTS] = {{0}}, where[FILTERS][8 * EIGHTS] = {{0}};
  Words places;
  for (int i = 0; i < LANES; i++) places[i] = 8 * windowOf[i];
  for (Count n = 0; n < images; n++)
    for (Count first = 0; first < filters; first += FILTERS) {
      const Float *const w = floats(AT(panels)) + first / FILTERS * panel;
      const Count live = least(FILTERS, filters - first);
      for (Count py = 0; py < height; py++)
        for (Count px = 0; px < width; px += LANES) {
          const int32_t offset = n * imageStride + 2 * py * positionRow + 8 * px;
          const long to = (long)n * outImage + ((long)py * width + px) * pass.pixel + 4 * first;
          Sums upper[FILTERS], lower[FILTERS];
          wholeRow(live, &pass, AT(x) + offset, w, upper);
          wholeRow(live, &pass, AT(x) + offset + positionRow, w, lower);
          for (Count f = 0; f < live; f++) pool(&pass, upper[f], lower[f], places + offset, largest[f], where[f]);
          putOut(&pass, largest, live, AT(out) + to, least(LANES, width - px));
          putOut(&pass, where, live, AT(winners) + to, least(LANES, width - px));
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
