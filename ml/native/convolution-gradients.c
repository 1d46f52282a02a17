/* A convolution's gradients from lists of live entries, for ml/kernels/assembly/live-entries.ts, convolution-filter-gradient.ts and
   convolution-input-gradient.ts, and that of its biases, for column-sums.ts. */
#include "eights.h"
#include "kernels.h"
#include <stddef.h>

/* An entry of a channel's list: a gradient, and where its patch lies. */
typedef Pair Entry;
/* An entry of an image's list: its filter's place too. */
typedef struct {
  float gradient;
  Pointer patch, filter, unused;
} __attribute__((may_alias)) OrderedEntry;

/* Whether an entry counts, without a branch: the lists' zeros are in no order that a processor could guess. */
INLINE int isLive(float gradient, const uint8_t *mask, Count at, int isMasked) {
  return (gradient != 0) & (isMasked ? floats(mask)[at] > 0 : 1);
}

/* Channels that are listed side by side, in the order in which they lie. */
enum { ABREAST = 32 };

/* An entry is written before it is known whether it counts. */
INLINE void listChannels(const uint8_t *gradient, const uint8_t *mask, const uint8_t *patches,
    Count positions, long pixel, Count channels, Entry **to, int isMasked) {
  for (Count p = 0; p < positions; p++, gradient += pixel, mask += isMasked ? pixel : 0, patches += pixel)
    for (Count c = 0; c < channels; c++) {
      const float value = floats(gradient)[c];
      *to[c] = (Entry){value, words(patches)[c]};
      to[c] += isLive(value, mask, c, isMasked);
    }
}

#if defined(__AVX2__)
/* Eight positions by eight channels at a time, turned round, so that each channel's entries are pressed together at once: a list has room
   for those, as so many positions are still to come. It gives how many positions it took. */
INLINE Count listEights(const uint8_t *gradient, const uint8_t *mask, const uint8_t *patches,
    Count positions, long pixel, Count channels, Entry **to, int isMasked) {
  Count done = 0;
  for (; done + 8 <= positions; done += 8)
    for (Count first = 0; first < channels; first += 8) {
      Eight values[8], places[8];
      UNROLL for (int i = 0; i < 8; i++) {
        const long at = (done + i) * pixel + 4L * first;
        values[i] = *(const EightAnywhere *)(gradient + at);
        if (isMasked) values[i] = (Eight)((EightWords)values[i] & (EightWords)(*(const EightAnywhere *)(mask + at) > 0));
        places[i] = *(const EightAnywhere *)(patches + at);
      }
      turn(values);
      turn(places);
      UNROLL for (int c = 0; c < 8; c++) {
        if (first + c >= channels) break;
        const unsigned live = maskOf(values[c]);
        putPairs(to[first + c], live, values[c], (EightWords)places[c]);
        to[first + c] += __builtin_popcount(live);
      }
    }
  return done;
}
#else
#define listEights(...) 0
#endif

/* Some positions of some channels. */
INLINE void listSome(const uint8_t *gradient, const uint8_t *mask, const uint8_t *patches,
    Count positions, long pixel, Count channels, Entry **to, int isMasked) {
  const Count done = listEights(gradient, mask, patches, positions, pixel, channels, to, isMasked);
  const long from = done * pixel;
  listChannels(gradient + from, isMasked ? mask + from : mask, patches + from, positions - done, pixel, channels, to, isMasked);
}

void entriesByChannel(uint8_t *memory, Pointer gradient, OptionalPointer mask, Pointer patches,
    Count images, Stride imageStride, Count positions, Count channels, Pointer lists, Stride capacity, Pointer ends) {
  Word *const end = words(AT(ends));
  for (Count c = 0; c < channels; c++) end[c] = (Word)(lists + (Pointer)c * capacity);
  const long pixel = 4L * channels;
  /* Images without a gap are one. */
  if (imageStride == positions * pixel && (double)images * positions < 0x1p31) positions *= images, images = least(images, 1);
  for (Count first = 0; first < channels; first += ABREAST) {
    Entry *to[ABREAST];
    const Count count = least(ABREAST, channels - first);
    for (Count c = 0; c < count; c++) to[c] = (Entry *)AT(end[first + c]);
    for (Count n = 0; n < images; n++) {
      const long from = (long)n * imageStride + 4L * first;
      const uint8_t *const g = AT(gradient) + from, *const patch = AT(patches) + from;
      if (mask) listSome(g, AT(mask) + from, patch, positions, pixel, count, to, 1);
      else listSome(g, g, patch, positions, pixel, count, to, 0);
    }
    for (Count c = 0; c < count; c++) end[first + c] = (Word)((uint8_t *)to[c] - memory);
  }
}
int entriesByChannelFits(const uint8_t *memory, double bytes, Pointer gradient, OptionalPointer mask, Pointer patches,
    Count images, Stride imageStride, Count positions, Count channels, Pointer lists, Stride capacity, Pointer ends) {
  (void)memory;
  const double size = 4.0 * positions * channels, list = 8 * ((double)images * positions + 1);
  return positions >= 0 && channels >= 0 && list <= capacity && allWithin(bytes, gradient, images, imageStride, size) &&
      (!mask || allWithin(bytes, mask, images, imageStride, size)) && allWithin(bytes, patches, images, imageStride, size) &&
      allWithin(bytes, lists, channels, capacity, list) && within(bytes, ends, 4.0 * channels);
}

INLINE OrderedEntry *listInOrder(const uint8_t *gradient, const uint8_t *mask, const uint8_t *patches,
    Count positions, Count channels, Stride filterStride, OrderedEntry *to, int isMasked) {
  const long pixel = 4L * channels;
  for (Count p = 0; p < positions; p++, gradient += pixel, mask += isMasked ? pixel : 0, patches += pixel) {
    Count c = 0;
#if defined(__AVX2__)
    EightWords filters = (EightWords){0, 1, 2, 3, 4, 5, 6, 7} * filterStride;
    for (; c + 8 <= channels; c += 8, filters += 8 * filterStride) {
      Eight values = *(const EightAnywhere *)(gradient + 4 * c);
      if (isMasked) values = (Eight)((EightWords)values & (EightWords)(*(const EightAnywhere *)(mask + 4 * c) > 0));
      const unsigned live = maskOf(values);
      putFours((Float *)to, live, values, *(const EightWordsAnywhere *)(patches + 4 * c), filters);
      to += __builtin_popcount(live);
    }
#endif
    for (; c < channels; c++) {
      const float value = floats(gradient)[c];
      *to = (OrderedEntry){value, (Pointer)words(patches)[c], (Pointer)c * filterStride, 0};
      to += isLive(value, mask, c, isMasked);
    }
  }
  return to;
}

Pointer entriesInOrder(uint8_t *memory, Pointer gradient, OptionalPointer mask, Pointer patches,
    Count positions, Count channels, Stride filterStride, Pointer list) {
  const uint8_t *const g = AT(gradient), *const patch = AT(patches);
  OrderedEntry *const to = (OrderedEntry *)AT(list);
  const OrderedEntry *const end = mask ? listInOrder(g, AT(mask), patch, positions, channels, filterStride, to, 1)
                                       : listInOrder(g, g, patch, positions, channels, filterStride, to, 0);
  return (Pointer)((const uint8_t *)end - memory);
}
int entriesInOrderFits(const uint8_t *memory, double bytes, Pointer gradient, OptionalPointer mask, Pointer patches,
    Count positions, Count channels, Stride filterStride, Pointer list) {
  (void)memory, (void)filterStride;
  const double size = 4.0 * positions * channels;
  return positions >= 0 && channels >= 0 && within(bytes, gradient, size) && (!mask || within(bytes, mask, size)) &&
      within(bytes, patches, size) && within(bytes, list, 4 * size + 16);
}

/* Entries in a stretch: the patches of so many stay in a core's first cache while every row of the kernel meets them. */
enum { STRETCH = 128 };

/* A stretch of a filter's list, and what its tiles have in common. */
typedef struct {
  uint8_t *memory;
  const Entry *from, *to;
  Pointer x;
  Stride rowStride;
  /* Floats from one row of the filter's sums to the next. */
  long row;
  /* Whether sums go on from what is there. */
  int resumed;
} Stretch;

/* Sums of R rows of the kernel by V vectors of a run, of whose last `left` floats count. */
INLINE void tile(const int R, const int V, const Stretch *s, Pointer x, Float *to, Count left) {
  uint8_t *const memory = s->memory;
  Lanes a[5][8];
  UNROLL for (int r = 0; r < R; r++) UNROLL for (int v = 0; v < V; v++) a[r][v] = s->resumed ? load(to + r * s->row + v * LANES) : (Lanes){0};
  for (const Entry *e = s->from; e != s->to; e++) {
    const uint8_t *patch = AT(x + (Pointer)e->place);
    const float g = e->value;
    UNROLL for (int r = 0; r < R; r++) UNROLL for (int v = 0; v < V; v++) a[r][v] += load(patch + (long)r * s->rowStride + v * 4 * LANES) * g;
  }
  UNROLL for (int r = 0; r < R; r++) UNROLL for (int v = 0; v < V; v++) storeSome(to + r * s->row + v * LANES, a[r][v], v < V - 1 ? LANES : left);
}

/* So many rows of the kernel as fill a core's registers, by V vectors of a run from `i` on. */
INLINE void columns(const int V, const Stretch *s, Count kernelHeight, Count i, Float *to, Count left) {
  Count ky = 0;
#define TILE(R) for (; ky + (R) <= kernelHeight; ky += (R)) tile(R, V, s, s->x + (Pointer)ky * s->rowStride + 4 * i, to + ky * s->row + i, left)
  if (V == 1) TILE(5);
  if (V <= 3) TILE(3);
  if (V <= 5) TILE(2);
  TILE(1);
#undef TILE
}

/* All rows of one filter. */
INLINE void stretch(const Stretch *s, Count kernelHeight, Count run, Float *to) {
  Count i = 0;
#define COLUMNS(V) columns(V, s, kernelHeight, i, to, least(LANES, run - i - ((V) - 1) * LANES)), i += (V) * LANES
  while (run - i > 10 * LANES) COLUMNS(5);
  switch ((run - i + LANES - 1) / LANES) {
    case 10: COLUMNS(5); __attribute__((fallthrough));
    case 5: COLUMNS(5); break;
    case 9: COLUMNS(5); __attribute__((fallthrough));
    case 4: COLUMNS(4); break;
    case 8: COLUMNS(4); COLUMNS(4); break;
    case 7: COLUMNS(4); __attribute__((fallthrough));
    case 3: COLUMNS(3); break;
    case 6: COLUMNS(3); COLUMNS(3); break;
    case 2: COLUMNS(2); break;
    default: COLUMNS(1);
  }
#undef COLUMNS
}

void convolutionFilterGradient(uint8_t *memory, Pointer x, Stride rowStride, Pointer lists, Stride capacity, Pointer ends,
    Count kernelHeight, Count run, Count filters, Pointer out) {
  const long row = (run + 3) & ~3;
  for (Count f = 0; f < filters; f++) {
    const Entry *from = (const Entry *)AT(lists + (Pointer)f * capacity), *const end = (const Entry *)AT(words(AT(ends))[f]);
    Float *const to = floats(AT(out)) + f * kernelHeight * row;
    int resumed = 0;
    do {
      const Entry *const stop = end - from > STRETCH ? from + STRETCH : end;
      stretch(&(Stretch){memory, from, stop, x, rowStride, row, resumed}, kernelHeight, run, to);
      from = stop;
      resumed = 1;
    } while (from != end);
    for (Count ky = 0; ky < kernelHeight; ky++) for (long i = run; i < row; i++) to[ky * row + i] = 0;
  }
}
/* Where patches lie was checked when they were made. */
int convolutionFilterGradientFits(const uint8_t *memory, double bytes, Pointer x, Stride rowStride, Pointer lists, Stride capacity, Pointer ends,
    Count kernelHeight, Count run, Count filters, Pointer out) {
  if (kernelHeight < 1 || run < 1 || rowStride < 0 || !within(bytes, x, 0) || !within(bytes, ends, 4.0 * filters)) return 0;
  if (!allWithin(bytes, lists, filters, capacity, 0) || !within(bytes, out, 16.0 * ((run + 3) / 4) * kernelHeight * filters)) return 0;
  for (Count f = 0; f < filters; f++) {
    const Pointer list = lists + (Pointer)f * capacity, end = (Pointer)words(AT(ends))[f];
    if (end < list || end - list > (Pointer)capacity || (end - list) % 8 != 0) return 0;
  }
  return 1;
}

void convolutionInputGradient(uint8_t *memory, Pointer list, Pointer end, Pointer weights, Count kernelHeight, Vectors vectors, Pointer to,
    Stride rowStride) {
  const long row = 4L * vectors;
  for (const OrderedEntry *e = (const OrderedEntry *)AT(list), *const stop = (const OrderedEntry *)AT(end); e != stop; e++) {
    const Float *w = floats(AT(weights + e->filter));
    const float g = e->gradient;
    for (Count ky = 0; ky < kernelHeight; ky++, w += row) {
      Float *q = floats(AT(to + e->patch + (Pointer)ky * rowStride));
      long i = 0;
      for (; i + LANES <= row; i += LANES) store(q + i, load(q + i) + load(w + i) * g);
#if LANES > 8
      for (; i + 8 <= row; i += 8) *(EightAnywhere *)(q + i) = *(EightAnywhere *)(q + i) + *(const EightAnywhere *)(w + i) * g;
#endif
#if LANES > 4
      for (; i < row; i += 4) *(FourAnywhere *)(q + i) = *(FourAnywhere *)(q + i) + *(const FourAnywhere *)(w + i) * g;
#endif
    }
  }
}
int convolutionInputGradientFits(const uint8_t *memory, double bytes, Pointer list, Pointer end, Pointer weights, Count kernelHeight, Vectors vectors,
    Pointer to, Stride rowStride) {
  (void)memory;
  return kernelHeight >= 1 && vectors >= 1 && rowStride >= 0 && end >= list && (end - list) % 16 == 0 && within(bytes, list, end - list) &&
      within(bytes, weights, 16.0 * vectors * kernelHeight) && within(bytes, to, 0);
}

INLINE void sums(const int V, const uint8_t *g, const uint8_t *mask, Count images, Stride imageStride, Count positions, Count channels, uint8_t *out,
    Count live) {
  Lanes s[4];
  UNROLL for (int v = 0; v < V; v++) s[v] = (Lanes){0};
  for (Count n = 0; n < images; n++) {
    long at = (long)n * imageStride;
    for (Count p = 0; p < positions; p++, at += 4L * channels)
      UNROLL for (int v = 0; v < V; v++) {
        Lanes some = load(g + at + v * 4 * LANES);
        if (mask) some = (Lanes)((Words)some & (Words)(load(mask + at + v * 4 * LANES) > 0));
        s[v] += some;
      }
  }
  UNROLL for (int v = 0; v < V; v++) storeSome(out + v * 4 * LANES, s[v], live - v * LANES);
}
void columnSums(uint8_t *memory, Pointer gradient, OptionalPointer mask, Count images, Stride imageStride, Count positions, Count channels, Pointer out) {
  Count c = 0;
#define SOME(V) sums(V, AT(gradient) + 4 * c, mask ? AT(mask) + 4 * c : NULL, images, imageStride, positions, channels, AT(out) + 4 * c, channels - c)
  for (; c + 3 * LANES < channels; c += 4 * LANES) SOME(4);
  for (; c + LANES < channels; c += 2 * LANES) SOME(2);
  for (; c < channels; c += LANES) SOME(1);
#undef SOME
}
int columnSumsFits(const uint8_t *memory, double bytes, Pointer gradient, OptionalPointer mask, Count images, Stride imageStride, Count positions,
    Count channels, Pointer out) {
  (void)memory;
  const double size = 4.0 * positions * channels;
  return positions >= 0 && channels >= 0 && allWithin(bytes, gradient, images, imageStride, size) &&
      (!mask || allWithin(bytes, mask, images, imageStride, size)) && within(bytes, out, 4.0 * channels);
}
