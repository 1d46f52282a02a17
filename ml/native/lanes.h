/* Vectors as wide as the processor's, on WebAssembly's memory; it knows no kernel. Width: LANES floats. */
#ifndef LANES_H
#define LANES_H
#include <stdint.h>
#include <string.h>

#ifndef LANES
#if defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX__)
#define LANES 8
#else
#define LANES 4
#endif
#endif

/* Vectors that a tile of sums may hold beside what it loads. */
#if LANES == 16 || defined(__aarch64__)
#define MANY_REGISTERS 1
#else
#define MANY_REGISTERS 0
#endif

#define INLINE static inline __attribute__((always_inline))
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 64")
#endif

/* What terms measure, as in ml/kernels/assembly/quantities.ts. Places are of 32 bits, and their sums wrap as there. */
typedef uint32_t Pointer;
typedef uint32_t OptionalPointer;
typedef int32_t Stride;
typedef int32_t Bytes;
typedef int32_t Count;
typedef int32_t Vectors;
typedef int32_t Flag;

typedef float Lanes __attribute__((vector_size(4 * LANES)));
typedef int32_t Words __attribute__((vector_size(4 * LANES)));
typedef float LanesAnywhere __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef float Eight __attribute__((vector_size(32)));
typedef float EightAnywhere __attribute__((vector_size(32), aligned(4), may_alias));
typedef float Four __attribute__((vector_size(16)));
typedef float FourAnywhere __attribute__((vector_size(16), aligned(4), may_alias));
typedef float Float __attribute__((may_alias));
typedef int32_t Word __attribute__((may_alias));

/* The byte at a place. */
#define AT(place) (memory + (Pointer)(place))
INLINE Float *floats(const uint8_t *at) { return (Float *)at; }
INLINE Word *words(const uint8_t *at) { return (Word *)at; }

/* Holds a vector in a register, where a compiler would load it anew at each use: reads that cross a cache line's end cost two. */
#if defined(__AVX512F__) && LANES == 16
#define HOLD(v) __asm__("" : "+v"(v))
#elif defined(__x86_64__) && (LANES == 4 || (defined(__AVX__) && LANES == 8))
#define HOLD(v) __asm__("" : "+x"(v))
#elif defined(__aarch64__) && LANES == 4
#define HOLD(v) __asm__("" : "+w"(v))
#else
#define HOLD(v) ((void)0)
#endif

INLINE Lanes load(const void *from) { return *(const LanesAnywhere *)from; }
INLINE void store(void *to, Lanes v) { *(LanesAnywhere *)to = v; }
INLINE Lanes splat(float x) { return x - (Lanes){0}; }
INLINE Words splatWord(int32_t x) { return x - (Words){0}; }

/* The first `count` lanes, all where there are more. */
INLINE void storeSome(void *to, Lanes v, Count count) {
  if (count >= LANES) store(to, v);
  else {
    Float some[LANES];
    store(some, v);
    for (Count i = 0; i < count; i++) ((Float *)to)[i] = some[i];
  }
}

/* By bits, so that NaN and −0 stay what they are: a where the mask is set, else b. */
INLINE Lanes pick(Words mask, Lanes a, Lanes b) { return (Lanes)(((Words)a & mask) | ((Words)b & ~mask)); }
INLINE Words pickWords(Words mask, Words a, Words b) { return (a & mask) | (b & ~mask); }
/* Where `a` beats `best`: larger, or NaN, which then stays. */
INLINE Words larger(Lanes a, Lanes best) { return (a > best) | (a != a); }
/* v < 0 ? +0 : v. */
INLINE Lanes reluOf(Lanes v) { return (Lanes)((Words)v & ~(Words)(v < 0)); }

INLINE int32_t least(int32_t a, int32_t b) { return a < b ? a : b; }
INLINE int32_t most(int32_t a, int32_t b) { return a > b ? a : b; }

/* Bytes behind every buffer that vectors may be read from; the arena's slack. */
#define SLACK 256
/* Whether `size` bytes from `at` on, and the slack behind them, are in a memory of `bytes`. Sizes are computed as doubles: they do not wrap. */
INLINE int within(double bytes, Pointer at, double size) { return size >= 0 && at + size + SLACK <= bytes; }
/* The same of `count` things that are `stride` bytes apart, each `size` long. */
INLINE int allWithin(double bytes, Pointer at, Count count, double stride, double size) {
  return count >= 0 && stride >= 0 && within(bytes, at, count == 0 ? 0 : (count - 1.0) * stride + size);
}
#endif
