/* Dense layers' matrix products, for ml/kernels/assembly/dense's matrix-product.ts, sparse-product.ts and transpose.ts; it knows neither layers nor directions. */
#include "dense.h"
#include "eights.h"

void matrixProduct(uint8_t *memory,
    Pointer a, Stride strideI, Stride strideK, Pointer b, Stride strideB, Stride panelB, Pointer c, Stride strideC, Stride panelC,
    Count m, Vectors vectors, Count k, OptionalPointer bias) {
  product((Factor){AT(a), strideI, strideK}, (Panels){AT(b), strideB, panelB}, (Panels){AT(c), strideC, panelC}, m, vectors, k,
      bias ? AT(bias) : NULL, 0);
}
int matrixProductFits(const uint8_t *memory, double bytes,
    Pointer a, Stride strideI, Stride strideK, Pointer b, Stride strideB, Stride panelB, Pointer c, Stride strideC, Stride panelC,
    Count m, Vectors vectors, Count k, OptionalPointer bias) {
  (void)memory;
  if (m < 0 || vectors < 0 || k < 0 || strideI < 0 || strideK < 0 || strideB < 0 || panelB < 0 || strideC < 0 || panelC < 0) return 0;
  if (m == 0 || vectors == 0) return 1;
  const double panels = (vectors + 1) / 2 - 1;
  return (k == 0 || within(bytes, a, (m - 1.0) * strideI + (k - 1.0) * strideK + 4)) && (!bias || within(bytes, bias, 16.0 * vectors)) &&
      (k == 0 || within(bytes, b, panels * panelB + (k - 1.0) * strideB + (vectors % 2 ? 16 : 32))) &&
      within(bytes, c, panels * panelC + (m - 1.0) * strideC + (vectors % 2 ? 16 : 32));
}

/* Rows of b in a block: eight panels of them stay in a core's first cache while all of a's rows meet them. */
enum { DEPTH = 128 };
/* Of a hundred values of a, from how many that are not zero on the others are multiplied too: dense tiles load b less often. */
enum { DENSE = 60 };

/* A value of a row of a, and where b's row lies. */
typedef Pair Live;

/* The lists of a block: of each row of a the values that are not zero, and where b's rows lie. */
typedef struct {
  Live *lists;
  Word *counts;
  long capacity;
} Lists;

/* Lists a row's first eights of values, as far as these lie side by side, and gives how many those are. */
INLINE Count listEights(Factor a, Count k, long strideB, Live **to) {
  Count n = 0;
#if defined(__AVX2__)
  if (a.column != 4) return 0;
  EightWords places = (EightWords){0, 1, 2, 3, 4, 5, 6, 7} * (int32_t)strideB;
  for (; n + 8 <= k; n += 8, places += (int32_t)(8 * strideB)) {
    const Eight values = *(const EightAnywhere *)(a.at + 4 * n);
    const unsigned live = maskOf(values);
    putPairs(*to, live, values, places);
    *to += __builtin_popcount(live);
  }
#else
  (void)a, (void)k, (void)strideB, (void)to;
#endif
  return n;
}

/* Lists a block, and gives how many values are in it. */
INLINE long list(Factor a, Count m, Count k, long strideB, Lists to) {
  long all = 0;
  for (Count i = 0; i < m; i++, a.at += a.row) {
    Live *const start = to.lists + i * to.capacity, *live = start;
    for (Count n = listEights(a, k, strideB, &live); n < k; n++) {
      const float value = *floats(a.at + n * a.column);
      *live = (Live){value, (int32_t)(n * strideB)};
      live += value != 0;
    }
    all += to.counts[i] = (Word)(live - start);
  }
  return all;
}

/* N panels of one row of c. */
INLINE void sparseRow(const int N, const Live *e, const Live *end, Panels b, uint8_t *c, long panelC, const uint8_t *bias, int resumed) {
  Eight s[8];
  UNROLL for (int p = 0; p < N; p++) {
    s[p] = (Eight){0};
    if (resumed) s[p] = *(EightAnywhere *)(c + p * panelC);
  }
  for (; e != end; e++) {
    const uint8_t *q = b.at + e->place;
    const float one = e->value;
    UNROLL for (int p = 0; p < N; p++) s[p] += *(const EightAnywhere *)(q + p * b.panel) * one;
  }
  UNROLL for (int p = 0; p < N; p++) {
    if (bias) s[p] += *(const EightAnywhere *)(bias + 32 * p);
    *(EightAnywhere *)(c + p * panelC) = s[p];
  }
}

/* N panels of all rows of c. */
INLINE void sparsePanels(const int N, Lists lists, Panels b, Panels c, Count m, const uint8_t *bias, int resumed) {
  for (Count i = 0; i < m; i++) {
    const Live *const e = lists.lists + i * lists.capacity;
    sparseRow(N, e, e + lists.counts[i], b, c.at + i * c.row, c.panel, bias, resumed);
  }
}

/* Panels that meet a list together, at the most. */
enum { TOGETHER = LANES > 4 ? 8 : 4 };

/* A block of b's rows met by the values listed. */
static void sparseBlock(Lists lists, Panels b, Panels c, Count m, Vectors vectors, const uint8_t *bias, int resumed) {
  /* In parts of much the same size: a few panels wait for each sum longer than they take to add. */
  for (Count left = vectors / 2, parts = (left + TOGETHER - 1) / TOGETHER; parts > 0; parts--) {
    const int N = (left + parts - 1) / parts;
#define TAKE(N) case N: sparsePanels(N, lists, b, c, m, bias, resumed); break
    switch (N) {
#if LANES > 4
      TAKE(8);
      TAKE(7);
      TAKE(6);
      TAKE(5);
#endif
      TAKE(4);
      TAKE(3);
      TAKE(2);
      TAKE(1);
    }
#undef TAKE
    left -= N;
    b.at += N * b.panel;
    c.at += N * c.panel;
    if (bias) bias += 32 * N;
  }
  if (vectors % 2 == 0) return;
  for (Count i = 0; i < m; i++) {
    const Live *e = lists.lists + i * lists.capacity, *const end = e + lists.counts[i];
    FourAnywhere *const to = (FourAnywhere *)(c.at + i * c.row);
    Four sum = (Four){0};
    if (resumed) sum = *to;
    for (; e != end; e++) sum += *(const FourAnywhere *)(b.at + e->place) * e->value;
    if (bias) sum += *(const FourAnywhere *)bias;
    *to = sum;
  }
}

static int allFinite(Panels c, Count m, Vectors vectors) {
  int found = 0;
  for (Count i = 0; i < m; i++)
    for (Vectors v = 0; v < vectors; v++) {
      const Float *some = floats(c.at + i * c.row + (v >> 1) * c.panel + (v & 1) * 16);
      for (int j = 0; j < 4; j++) found |= some[j] - some[j] != 0;
    }
  return !found;
}

/* Whether every block was sparse, or c is finite: else a zero that was multiplied may have met what is not. */
static int sparse(Factor a, Panels b, Panels c, Count m, Vectors vectors, Count k, const uint8_t *bias, Lists lists, int dense) {
  int isExact = 1;
  for (Count first = 0; first < k; first += DEPTH) {
    const Count some = least(DEPTH, k - first);
    const uint8_t *const add = first + some == k ? bias : NULL;
    const Factor left = {a.at + first * a.column, a.row, a.column};
    const Panels right = {b.at + first * b.row, b.row, b.panel};
    const long live = list(left, m, some, b.row, lists);
    if (dense && 100 * live > (long)DENSE * m * some) {
      product(left, right, c, m, vectors, some, add, first > 0);
      isExact = 0;
    } else sparseBlock(lists, right, c, m, vectors, add, first > 0);
  }
  return isExact || allFinite(c, m, vectors);
}

void sparseProduct(uint8_t *memory,
    Pointer a, Stride strideI, Stride strideK, Pointer b, Stride strideB, Stride panelB, Pointer c, Stride strideC, Stride panelC,
    Count m, Vectors vectors, Count k, OptionalPointer bias, Pointer lists) {
  const Factor left = {AT(a), strideI, strideK};
  const Panels right = {AT(b), strideB, panelB}, to = {AT(c), strideC, panelC};
  const long capacity = least(k, DEPTH) + 1;
  const Lists room = {(Live *)AT(lists), words(AT(lists) + 8 * capacity * m), capacity};
  const uint8_t *const add = bias ? AT(bias) : NULL;
  if (!sparse(left, right, to, m, vectors, k, add, room, 1)) sparse(left, right, to, m, vectors, k, add, room, 0);
}
int sparseProductFits(const uint8_t *memory, double bytes,
    Pointer a, Stride strideI, Stride strideK, Pointer b, Stride strideB, Stride panelB, Pointer c, Stride strideC, Stride panelC,
    Count m, Vectors vectors, Count k, OptionalPointer bias, Pointer lists) {
  return matrixProductFits(memory, bytes, a, strideI, strideK, b, strideB, panelB, c, strideC, panelC, m, vectors, k, bias) &&
      within(bytes, lists, m * (8.0 * (least(k, DEPTH) + 1) + 4));
}

void transposePanels(uint8_t *memory, Pointer from, Count rows, Count columns, Pointer to) {
  const Float *const p = floats(AT(from));
  Float *const q = floats(AT(to));
  /* Sixteen panels of rows at a time, so that what is written stays in pages that are near. */
  for (Count first = 0; first < rows; first += 128)
    for (Count j = 0; j < columns; j += 8)
      for (Count i = first; i < least(rows, first + 128); i += 8) {
        const Float *const source = p + ((long)(j >> 3) * rows + i) * 8;
        Float *const target = q + ((long)(i >> 3) * columns + j) * 8;
        const Count height = least(8, rows - i), width = least(8, columns - j);
        if (height == 8 && width == 8) {
          Float block[64];
          for (int r = 0; r < 8; r++) for (int c = 0; c < 8; c++) block[c * 8 + r] = source[r * 8 + c];
          memcpy(target, block, sizeof block);
        } else
          for (int r = 0; r < height; r++) for (int c = 0; c < width; c++) target[c * 8 + r] = source[r * 8 + c];
      }
}
int transposePanelsFits(const uint8_t *memory, double bytes, Pointer from, Count rows, Count columns, Pointer to) {
  (void)memory;
  return rows >= 0 && columns >= 0 && columns % 4 == 0 && within(bytes, from, ((columns + 7) / 8) * 32.0 * rows) &&
      within(bytes, to, ((rows + 7) / 8) * 32.0 * columns);
}
