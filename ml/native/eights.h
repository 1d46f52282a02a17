/* Eights of floats: turned round, stored in part, and pressed together to those that count; it knows no kernel. */
#ifndef EIGHTS_H
#define EIGHTS_H
#include "lanes.h"
#if defined(__AVX2__)
#include <immintrin.h>
#endif

typedef int32_t EightWords __attribute__((vector_size(32)));
typedef int32_t EightWordsAnywhere __attribute__((vector_size(32), aligned(4), may_alias));

/* Lane i of vector j becomes lane j of vector i. */
INLINE void turn(Eight *v) {
  Eight w[8];
#define ONES(a, b) \
  w[a] = __builtin_shufflevector(v[a], v[b], 0, 8, 1, 9, 4, 12, 5, 13), w[b] = __builtin_shufflevector(v[a], v[b], 2, 10, 3, 11, 6, 14, 7, 15)
#define TWOS(a, b) \
  v[a] = __builtin_shufflevector(w[a], w[b], 0, 1, 8, 9, 4, 5, 12, 13), v[b] = __builtin_shufflevector(w[a], w[b], 2, 3, 10, 11, 6, 7, 14, 15)
#define FOURS(a, b) \
  w[a] = __builtin_shufflevector(v[a], v[b], 0, 1, 2, 3, 8, 9, 10, 11), w[b] = __builtin_shufflevector(v[a], v[b], 4, 5, 6, 7, 12, 13, 14, 15)
  ONES(0, 1), ONES(2, 3), ONES(4, 5), ONES(6, 7);
  TWOS(0, 2), TWOS(1, 3), TWOS(4, 6), TWOS(5, 7);
  FOURS(0, 4), FOURS(1, 5), FOURS(2, 6), FOURS(3, 7);
#undef ONES
#undef TWOS
#undef FOURS
  v[0] = w[0], v[1] = w[2], v[2] = w[1], v[3] = w[3], v[4] = w[4], v[5] = w[6], v[6] = w[5], v[7] = w[7];
}

/* The first `count` of eight. */
INLINE void storeEight(Float *to, Eight v, Count count) {
  if (count >= 8) {
    *(EightAnywhere *)to = v;
    return;
  }
  Float some[8];
  *(EightAnywhere *)some = v;
  if (count & 4) memcpy(to, some, 16);
  if (count & 2) memcpy(to + (count & 4), some + (count & 4), 8);
  if (count & 1) to[count - 1] = some[count - 1];
}

/* A value, and where what belongs to it lies. */
typedef struct {
  float value;
  int32_t place;
} __attribute__((may_alias)) Pair;

#if defined(__AVX2__)
/* Of each mask of eight: the lanes that are set, in order; and of each lane how many are set before it. */
extern uint64_t lanesOf[256], setBefore[256];
INLINE EightWords eightOf(uint64_t bytes) { return (EightWords)_mm256_cvtepu8_epi32(_mm_cvtsi64_si128((long long)bytes)); }
/* Which of eight are not zero, as bits. */
INLINE unsigned maskOf(Eight values) { return (unsigned)_mm256_movemask_ps((__m256)(values != 0)); }

/* The lanes of a mask pressed together, as eight pairs, of which so many count as are set. */
INLINE void putPairs(Pair *to, unsigned mask, Eight values, EightWords places) {
  const __m256i lanes = (__m256i)eightOf(lanesOf[mask]);
  const Eight v = (Eight)_mm256_permutevar8x32_ps((__m256)values, lanes), p = (Eight)_mm256_permutevar8x32_epi32((__m256i)places, lanes);
  const Eight low = __builtin_shufflevector(v, p, 0, 8, 1, 9, 4, 12, 5, 13), high = __builtin_shufflevector(v, p, 2, 10, 3, 11, 6, 14, 7, 15);
  EightAnywhere *const at = (EightAnywhere *)to;
  at[0] = __builtin_shufflevector(low, high, 0, 1, 2, 3, 8, 9, 10, 11);
  at[1] = __builtin_shufflevector(low, high, 4, 5, 6, 7, 12, 13, 14, 15);
}

/* The same as fours: a value, two places, and 0. */
INLINE void putFours(Float *to, unsigned mask, Eight values, EightWords places, EightWords others) {
  const __m256i lanes = (__m256i)eightOf(lanesOf[mask]);
#define PRESSED(from) (Eight)_mm256_permutevar8x32_epi32((__m256i)(from), lanes)
  const Eight v = PRESSED(values), p = PRESSED(places), o = PRESSED(others), zero = {0};
#undef PRESSED
#define LOW 0, 8, 1, 9, 4, 12, 5, 13
#define HIGH 2, 10, 3, 11, 6, 14, 7, 15
  const Eight first[2] = {__builtin_shufflevector(v, p, LOW), __builtin_shufflevector(v, p, HIGH)};
  const Eight second[2] = {__builtin_shufflevector(o, zero, LOW), __builtin_shufflevector(o, zero, HIGH)};
#undef LOW
#undef HIGH
  EightAnywhere *const at = (EightAnywhere *)to;
  UNROLL for (int i = 0; i < 2; i++) {
    const Eight even = __builtin_shufflevector(first[i], second[i], 0, 1, 8, 9, 4, 5, 12, 13);
    const Eight odd = __builtin_shufflevector(first[i], second[i], 2, 3, 10, 11, 6, 7, 14, 15);
    at[i] = __builtin_shufflevector(even, odd, 0, 1, 2, 3, 8, 9, 10, 11);
    at[i + 2] = __builtin_shufflevector(even, odd, 4, 5, 6, 7, 12, 13, 14, 15);
  }
}
#endif
#endif
