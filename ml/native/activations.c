/* Elementwise activations and dropout, for ml/kernels/assembly/activations.ts and dropout.ts; they know nothing of shapes. */
#include "kernels.h"

/* For each `i` of `4 * vectors` floats, as many at a time as there are lanes. */
#define EACH(i, count) for (long i = 0, count = 4L * vectors; i < count; i += LANES)
INLINE int fits(double bytes, Vectors vectors, Pointer a, Pointer b, Pointer c) {
  return vectors >= 0 && within(bytes, a, 16.0 * vectors) && within(bytes, b, 16.0 * vectors) && within(bytes, c, 16.0 * vectors);
}

void reluForward(uint8_t *memory, Pointer x, Pointer out, Vectors vectors) {
  const Float *from = floats(AT(x));
  Float *to = floats(AT(out));
  EACH(i, n) storeSome(to + i, reluOf(load(from + i)), n - i);
}
int reluForwardFits(const uint8_t *memory, double bytes, Pointer x, Pointer out, Vectors vectors) {
  (void)memory;
  return fits(bytes, vectors, x, out, out);
}

void reluBackward(uint8_t *memory, Pointer gradient, Pointer out, Pointer to, Vectors vectors) {
  const Float *g = floats(AT(gradient)), *y = floats(AT(out));
  Float *d = floats(AT(to));
  EACH(i, n) storeSome(d + i, (Lanes)((Words)load(g + i) & (Words)(load(y + i) > 0)), n - i);
}
int reluBackwardFits(const uint8_t *memory, double bytes, Pointer gradient, Pointer out, Pointer to, Vectors vectors) {
  (void)memory;
  return fits(bytes, vectors, gradient, out, to);
}

void leakyReluForward(uint8_t *memory, Pointer x, Pointer out, Vectors vectors, float slope) {
  const Float *from = floats(AT(x));
  Float *to = floats(AT(out));
  EACH(i, n) {
    const Lanes v = load(from + i);
    storeSome(to + i, pick((Words)(v < 0), v * slope, v), n - i);
  }
}
int leakyReluForwardFits(const uint8_t *memory, double bytes, Pointer x, Pointer out, Vectors vectors, float slope) {
  (void)memory, (void)slope;
  return fits(bytes, vectors, x, out, out);
}

void leakyReluBackward(uint8_t *memory, Pointer gradient, Pointer out, Pointer to, Vectors vectors, float slope) {
  const Float *g = floats(AT(gradient)), *y = floats(AT(out));
  Float *d = floats(AT(to));
  EACH(i, n) {
    const Lanes v = load(g + i);
    storeSome(d + i, pick((Words)(load(y + i) > 0), v, v * slope), n - i);
  }
}
int leakyReluBackwardFits(const uint8_t *memory, double bytes, Pointer gradient, Pointer out, Pointer to, Vectors vectors, float slope) {
  (void)memory, (void)slope;
  return fits(bytes, vectors, gradient, out, to);
}

void sigmoidBackward(uint8_t *memory, Pointer gradient, Pointer out, Pointer to, Vectors vectors) {
  const Float *g = floats(AT(gradient)), *y = floats(AT(out));
  Float *d = floats(AT(to));
  EACH(i, n) {
    const Lanes v = load(y + i);
    storeSome(d + i, load(g + i) * (v * (1 - v)), n - i);
  }
}
int sigmoidBackwardFits(const uint8_t *memory, double bytes, Pointer gradient, Pointer out, Pointer to, Vectors vectors) {
  (void)memory;
  return fits(bytes, vectors, gradient, out, to);
}

void tanhBackward(uint8_t *memory, Pointer gradient, Pointer out, Pointer to, Vectors vectors) {
  const Float *g = floats(AT(gradient)), *y = floats(AT(out));
  Float *d = floats(AT(to));
  EACH(i, n) {
    const Lanes v = load(y + i);
    storeSome(d + i, load(g + i) * (1 - v * v), n - i);
  }
}
int tanhBackwardFits(const uint8_t *memory, double bytes, Pointer gradient, Pointer out, Pointer to, Vectors vectors) {
  (void)memory;
  return fits(bytes, vectors, gradient, out, to);
}

typedef uint32_t Draws __attribute__((vector_size(16)));
typedef uint32_t DrawsAnywhere __attribute__((vector_size(16), aligned(4), may_alias));
INLINE Draws rotated(Draws v, int by) { return v << by | v >> (32 - by); }

/* Four generators, one a lane, however wide the processor: their number is part of what they draw. */
void dropoutForward(uint8_t *memory, Pointer x, Pointer out, Pointer mask, Vectors vectors, Pointer states, uint32_t threshold, float scale) {
  const DrawsAnywhere *state = (const DrawsAnywhere *)AT(states);
  Draws a = state[0], b = state[1], c = state[2], d = state[3];
  const FourAnywhere *from = (const FourAnywhere *)AT(x);
  FourAnywhere *to = (FourAnywhere *)AT(out), *factors = (FourAnywhere *)AT(mask);
  const Four scales = scale - (Four){0};
  for (Vectors i = 0; i < vectors; i++) {
    const Draws five = rotated(b * 5, 7), draw = five * 9, shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotated(d, 11);
    const Four factor = (Four)((Draws)scales & (Draws)(draw >= threshold));
    factors[i] = factor;
    to[i] = from[i] * factor;
  }
}
int dropoutForwardFits(const uint8_t *memory, double bytes, Pointer x, Pointer out, Pointer mask, Vectors vectors, Pointer states, uint32_t threshold, float scale) {
  (void)memory, (void)threshold, (void)scale;
  return fits(bytes, vectors, x, out, mask) && within(bytes, states, 64);
}

void dropoutBackward(uint8_t *memory, Pointer gradient, Pointer mask, Pointer to, Vectors vectors) {
  const Float *g = floats(AT(gradient)), *factor = floats(AT(mask));
  Float *d = floats(AT(to));
  EACH(i, n) storeSome(d + i, load(g + i) * load(factor + i), n - i);
}
int dropoutBackwardFits(const uint8_t *memory, double bytes, Pointer gradient, Pointer mask, Pointer to, Vectors vectors) {
  (void)memory;
  return fits(bytes, vectors, gradient, mask, to);
}
