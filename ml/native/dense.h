/* Products of dense layers' factors, columns in panels of eight floats; whoever includes it says which. */
#ifndef DENSE_H
#define DENSE_H
#include "kernels.h"
#include <stddef.h>

/* A factor by rows and columns with free strides in bytes, or one whose columns come in panels. */
typedef struct {
  const uint8_t *at;
  long row, column;
} Factor;
typedef struct {
  uint8_t *at;
  long row, panel;
} Panels;

/* A vector of columns: of panels of eight, half a one or two. */
INLINE Lanes loadColumns(const uint8_t *from, long panel) {
  (void)panel;
#if LANES == 16
  return __builtin_shufflevector(*(const EightAnywhere *)from, *(const EightAnywhere *)(from + panel), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
#else
  return load(from);
#endif
}
INLINE void storeColumns(uint8_t *to, long panel, Lanes v) {
  (void)panel;
#if LANES == 16
  *(EightAnywhere *)to = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7);
  *(EightAnywhere *)(to + panel) = __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
#else
  store(to, v);
#endif
}
/* Bytes from the first vector of columns to vector v. */
INLINE long vectorAt(int v, long panel) { return LANES == 16 ? 2 * v * panel : LANES == 8 ? v * panel : (v >> 1) * panel + (v & 1) * 16; }

/* P rows by V vectors of columns over `k`. Sums go on from c where `resumed`; rows of `a` lie side by side where `side`. */
INLINE void productTile(const int P, const int V, const int side, Factor a, Panels b, Panels c, Count k, const uint8_t *bias, int resumed) {
  Lanes s[8][3];
  UNROLL for (int p = 0; p < P; p++) UNROLL for (int v = 0; v < V; v++)
    s[p][v] = resumed ? loadColumns(c.at + p * c.row + vectorAt(v, c.panel), c.panel) : (Lanes){0};
  const uint8_t *rows[8];
  UNROLL for (int p = 0; p < P; p++) rows[p] = a.at + p * (side ? 4 : a.row);
  const uint8_t *w = b.at;
  long at = 0;
  for (Count n = 0; n < k; n++, at += a.column, w += b.row) {
    Lanes columns[3];
    UNROLL for (int v = 0; v < V; v++) columns[v] = loadColumns(w + vectorAt(v, b.panel), b.panel);
    UNROLL for (int p = 0; p < P; p++) {
      const float one = *floats(side ? rows[0] + at + 4 * p : rows[p] + at);
      UNROLL for (int v = 0; v < V; v++) s[p][v] += columns[v] * one;
    }
  }
  UNROLL for (int p = 0; p < P; p++) UNROLL for (int v = 0; v < V; v++)
    storeColumns(c.at + p * c.row + vectorAt(v, c.panel), c.panel, bias ? s[p][v] + load(bias + v * 4 * LANES) : s[p][v]);
}

/* Eight columns or four, beside whole vectors of lanes: `Some` is a vector of so many. */
#define REST(name, Some, SomeAnywhere) \
  static void name(Factor a, Panels b, Panels c, Count m, Count k, const uint8_t *bias, int resumed) { \
    for (Count i = 0; i < m; i++, a.at += a.row, c.at += c.row) { \
      Some sum = (Some){0}; \
      if (resumed) sum = *(SomeAnywhere *)c.at; \
      const uint8_t *p = a.at, *q = b.at; \
      for (Count n = 0; n < k; n++, p += a.column, q += b.row) sum += *(const SomeAnywhere *)q * *floats(p); \
      if (bias) sum += *(const SomeAnywhere *)bias; \
      *(SomeAnywhere *)c.at = sum; \
    } \
  }
#if LANES == 16
REST(eightColumns, Eight, EightAnywhere)
#endif
REST(fourColumns, Four, FourAnywhere)
#undef REST

#if MANY_REGISTERS
enum { ROWS = 8 };
#else
enum { ROWS = 6 };
#endif

/* All rows of V vectors of columns. */
INLINE void productRows(const int V, const int side, Factor a, Panels b, Panels c, Count m, Count k, const uint8_t *bias, int resumed) {
  Count i = 0;
#define TILE(P) productTile(P, V, side, (Factor){a.at + i * a.row, a.row, a.column}, b, (Panels){c.at + i * c.row, c.row, c.panel}, k, bias, resumed)
  for (; i + ROWS <= m; i += ROWS) TILE(ROWS);
  for (; i + 4 <= m; i += 4) TILE(4);
  for (; i + 2 <= m; i += 2) TILE(2);
  for (; i < m; i++) TILE(1);
#undef TILE
}

/* c[i, j] = Σₖ a[i, k] · b[k, j] (+ bias[j]): for i below m and j below 4 · vectors. */
static void product(Factor a, Panels b, Panels c, Count m, Vectors vectors, Count k, const uint8_t *bias, int resumed) {
  long columns = 4L * vectors;
  const int side = a.row == 4;
#define TAKE(V) \
  for (; columns >= V * LANES; columns -= V * LANES) { \
    if (side) productRows(V, 1, a, b, c, m, k, bias, resumed); \
    else productRows(V, 0, a, b, c, m, k, bias, resumed); \
    b.at += vectorAt(V, b.panel); \
    c.at += vectorAt(V, c.panel); \
    if (bias) bias += V * 4 * LANES; \
  }
#if LANES == 16
  TAKE(3)
#endif
  TAKE(2)
  TAKE(1)
#undef TAKE
#if LANES == 16
  if (columns >= 8) {
    eightColumns(a, b, c, m, k, bias, resumed);
    columns -= 8;
    b.at += b.panel;
    c.at += c.panel;
    if (bias) bias += 32;
  }
#endif
  if (columns > 0) fourColumns(a, b, c, m, k, bias, resumed);
}
#endif
