/* Batch normalization with channels in the lanes, for ml/kernels/assembly/batch-normalization.ts; it knows neither running statistics' use nor networks. */
#include "chains.h"

INLINE void statistics(const int V, const uint8_t *x, const Images *all, uint8_t *mean, uint8_t *variance, Count live) {
  const double n = countOf(all);
  Wide sum[MOST];
  Narrow m[MOST];
  UNROLL for (int v = 0; v < V; v++) sum[v] = (Wide){0};
  EACH_PIXEL(at, all) UNROLL for (int v = 0; v < V; v++) sum[v] += widened(loadNarrow(x + at + v * 4 * CHANNELS));
  UNROLL for (int v = 0; v < V; v++) m[v] = narrowed(sum[v] / n), sum[v] = (Wide){0};
  EACH_PIXEL(at, all) UNROLL for (int v = 0; v < V; v++) {
    const Wide apart = widened(loadNarrow(x + at + v * 4 * CHANNELS)) - widened(m[v]);
    sum[v] += apart * apart;
  }
  UNROLL for (int v = 0; v < V; v++) {
    storeNarrow(mean + v * 4 * CHANNELS, m[v], live - v * CHANNELS);
    storeNarrow(variance + v * 4 * CHANNELS, narrowed(sum[v] / n), live - v * CHANNELS);
  }
}
void batchStatistics(uint8_t *memory, Pointer x, Count images, Stride imageStride, Count positions, Count channels, Pointer mean, Pointer variance) {
  const Images all = {images, imageStride, positions, channels};
  Count c = 0;
#define SOME(V) statistics(V, AT(x) + 4 * c, &all, AT(mean) + 4 * c, AT(variance) + 4 * c, channels - c)
  for (; c + 4 * CHANNELS <= channels; c += 4 * CHANNELS) SOME(4);
  for (; c + 2 * CHANNELS <= channels; c += 2 * CHANNELS) SOME(2);
  for (; c < channels; c += CHANNELS) SOME(1);
#undef SOME
}
int batchStatisticsFits(const uint8_t *memory, double bytes, Pointer x, Count images, Stride imageStride, Count positions, Count channels,
    Pointer mean, Pointer variance) {
  (void)memory;
  return imagesFit(bytes, x, images, imageStride, positions, channels) && within(bytes, mean, 4.0 * channels) && within(bytes, variance, 4.0 * channels);
}

void moveTowards(uint8_t *memory, Pointer running, Pointer batch, Vectors vectors, float keep, float fresh) {
  Float *to = floats(AT(running));
  const Float *from = floats(AT(batch));
  for (long i = 0; i < 4L * vectors; i++) to[i] = keep * to[i] + fresh * from[i];
}
int moveTowardsFits(const uint8_t *memory, double bytes, Pointer running, Pointer batch, Vectors vectors, float keep, float fresh) {
  (void)memory, (void)keep, (void)fresh;
  return vectors >= 0 && within(bytes, running, 16.0 * vectors) && within(bytes, batch, 16.0 * vectors);
}

void batchNormalizationForward(uint8_t *memory, Pointer x, Count images, Stride imageStride, Count positions, Count channels,
    Pointer mean, Pointer inverse, Pointer scale, Pointer shift, Flag relu, Pointer out) {
  const Images all = {images, imageStride, positions, channels};
  for (Count c = 0; c < channels; c += LANES) {
    const Lanes m = load(AT(mean) + 4 * c), r = load(AT(inverse) + 4 * c), s = load(AT(scale) + 4 * c), b = load(AT(shift) + 4 * c);
    const uint8_t *from = AT(x) + 4 * c;
    uint8_t *to = AT(out) + 4 * c;
    EACH_PIXEL(at, &all) {
      const Lanes y = (load(from + at) - m) * r * s + b;
      storeSome(to + at, relu ? reluOf(y) : y, channels - c);
    }
  }
}
int batchNormalizationForwardFits(const uint8_t *memory, double bytes, Pointer x, Count images, Stride imageStride, Count positions, Count channels,
    Pointer mean, Pointer inverse, Pointer scale, Pointer shift, Flag relu, Pointer out) {
  (void)memory, (void)relu;
  const double row = 4.0 * channels;
  return imagesFit(bytes, x, images, imageStride, positions, channels) && imagesFit(bytes, out, images, imageStride, positions, channels) &&
      within(bytes, mean, row) && within(bytes, inverse, row) && within(bytes, scale, row) && within(bytes, shift, row);
}

/* What backward reads and writes, from a channel on. */
typedef struct {
  const uint8_t *gradient, *x, *mean, *inverse, *scale, *shift;
  uint8_t *scaleGradient, *shiftGradient, *to;
} Backward;

/* A gradient, +0 where there is a relu whose output was not above zero. */
INLINE Narrow passed(const void *gradient, Narrow normal, Narrow scale, Narrow shift, Flag relu) {
  typedef int32_t Mask __attribute__((vector_size(4 * CHANNELS)));
  const Narrow g = loadNarrow(gradient);
  return relu ? (Narrow)((Mask)g & (Mask)(normal * scale + shift > 0)) : g;
}

INLINE void backward(const int V, const Flag relu, const Backward p, const Images *all, Count live) {
  const double n = countOf(all);
  Narrow m[MOST], r[MOST], s[MOST], t[MOST], meanGradient[MOST], meanProduct[MOST];
  Wide g[MOST], product[MOST];
  UNROLL for (int v = 0; v < V; v++) {
    const int o = v * 4 * CHANNELS;
    m[v] = loadNarrow(p.mean + o), r[v] = loadNarrow(p.inverse + o), s[v] = loadNarrow(p.scale + o), t[v] = loadNarrow(p.shift + o);
    g[v] = product[v] = (Wide){0};
  }
  EACH_PIXEL(at, all) UNROLL for (int v = 0; v < V; v++) {
    const long o = at + v * 4 * CHANNELS;
    const Narrow normal = (loadNarrow(p.x + o) - m[v]) * r[v];
    const Wide some = widened(passed(p.gradient + o, normal, s[v], t[v], relu));
    g[v] += some;
    product[v] += some * widened(normal);
  }
  UNROLL for (int v = 0; v < V; v++) {
    const int o = v * 4 * CHANNELS;
    storeNarrow(p.shiftGradient + o, narrowed(g[v]), live - v * CHANNELS);
    storeNarrow(p.scaleGradient + o, narrowed(product[v]), live - v * CHANNELS);
    meanGradient[v] = narrowed(g[v] / n);
    meanProduct[v] = narrowed(product[v] / n);
  }
  if (p.to == NULL) return;
  EACH_PIXEL(at, all) UNROLL for (int v = 0; v < V; v++) {
    const long o = at + v * 4 * CHANNELS;
    const Narrow normal = (loadNarrow(p.x + o) - m[v]) * r[v];
    const Narrow shared = meanGradient[v] + normal * meanProduct[v];
    storeNarrow(p.to + o, s[v] * r[v] * (passed(p.gradient + o, normal, s[v], t[v], relu) - shared), live - v * CHANNELS);
  }
}

/* Sums stay in registers from one end of the images to the other; `sums` is for processors that have too few of them. */
void batchNormalizationBackward(uint8_t *memory, Pointer gradient, Pointer x, Count images, Stride imageStride, Count positions, Count channels,
    Pointer mean, Pointer inverse, Pointer scale, Pointer shift, Flag relu, Pointer sums,
    Pointer scaleGradient, Pointer shiftGradient, OptionalPointer to) {
  (void)sums;
  const Images all = {images, imageStride, positions, channels};
  Count c = 0;
#define FROM(place) AT(place) + 4 * c
#define SOME(V) { \
    const Backward some = {FROM(gradient), FROM(x), FROM(mean), FROM(inverse), FROM(scale), FROM(shift), FROM(scaleGradient), FROM(shiftGradient), \
        to ? FROM(to) : NULL}; \
    if (relu) backward(V, 1, some, &all, channels - c); \
    else backward(V, 0, some, &all, channels - c); \
  }
  for (; c + 4 * CHANNELS <= channels; c += 4 * CHANNELS) SOME(4)
  for (; c + 2 * CHANNELS <= channels; c += 2 * CHANNELS) SOME(2)
  for (; c < channels; c += CHANNELS) SOME(1)
#undef SOME
#undef FROM
}
int batchNormalizationBackwardFits(const uint8_t *memory, double bytes, Pointer gradient, Pointer x, Count images, Stride imageStride, Count positions,
    Count channels, Pointer mean, Pointer inverse, Pointer scale, Pointer shift, Flag relu, Pointer sums,
    Pointer scaleGradient, Pointer shiftGradient, OptionalPointer to) {
  (void)memory, (void)relu;
  const double row = 4.0 * channels;
  return imagesFit(bytes, gradient, images, imageStride, positions, channels) && imagesFit(bytes, x, images, imageStride, positions, channels) &&
      (!to || imagesFit(bytes, to, images, imageStride, positions, channels)) && within(bytes, mean, row) && within(bytes, inverse, row) &&
      within(bytes, scale, row) && within(bytes, shift, row) && within(bytes, sums, (channels + 3) / 4 * 64.0) && within(bytes, scaleGradient, row) && within(bytes, shiftGradient, row);
}
