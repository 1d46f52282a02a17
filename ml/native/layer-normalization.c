/* Layer normalization, each example by its own mean and variance, for ml/kernels/assembly/channelwise/layer-normalization.ts. */
#include "chains.h"

/* One image's positions, from a channel on. */
#define EACH_POSITION(at, positions, channels) for (long at = 0, stop = 4L * (positions) * (channels); at < stop; at += 4L * (channels))

/* A sum, and then those of so many channels, one after the other. */
INLINE double inOrder(double sum, Wide chains, Count channels) {
  for (Count i = 0; i < least(CHANNELS, channels); i++) sum += chains[i];
  return sum;
}

void layerNormalizationForward(uint8_t *memory, Pointer x, Count images, Stride imageStride, Count positions, Count channels, double epsilon,
    Pointer scale, Pointer shift, Pointer means, Pointer inverses, Pointer out) {
  const double n = (double)positions * (double)channels;
  for (Count i = 0; i < images; i++) {
    const uint8_t *const image = AT(x) + (long)i * imageStride;
    double sum = 0;
    for (Count c = 0; c < channels; c += CHANNELS) {
      Wide chain = {0};
      EACH_POSITION(at, positions, channels) chain += widened(loadNarrow(image + at + 4 * c));
      sum = inOrder(sum, chain, channels - c);
    }
    const float mean = (float)(sum / n);
    sum = 0;
    for (Count c = 0; c < channels; c += CHANNELS) {
      Wide chain = {0};
      EACH_POSITION(at, positions, channels) {
        const Wide apart = widened(loadNarrow(image + at + 4 * c)) - (double)mean;
        chain += apart * apart;
      }
      sum = inOrder(sum, chain, channels - c);
    }
    const float inverse = (float)(1 / __builtin_sqrt((double)(float)(sum / n) + epsilon));
    floats(AT(means))[i] = mean;
    floats(AT(inverses))[i] = inverse;
    uint8_t *const to = AT(out) + (long)i * imageStride;
    for (Count c = 0; c < channels; c += LANES) {
      const Lanes s = load(AT(scale) + 4 * c), b = load(AT(shift) + 4 * c);
      EACH_POSITION(at, positions, channels) storeSome(to + at + 4 * c, (load(image + at + 4 * c) - mean) * inverse * s + b, channels - c);
    }
  }
}
int layerNormalizationForwardFits(const uint8_t *memory, double bytes, Pointer x, Count images, Stride imageStride, Count positions, Count channels,
    double epsilon, Pointer scale, Pointer shift, Pointer means, Pointer inverses, Pointer out) {
  (void)memory, (void)epsilon;
  return imagesFit(bytes, x, images, imageStride, positions, channels) && imagesFit(bytes, out, images, imageStride, positions, channels) &&
      within(bytes, scale, 4.0 * channels) && within(bytes, shift, 4.0 * channels) && within(bytes, means, 4.0 * images) &&
      within(bytes, inverses, 4.0 * images);
}

void layerNormalizationParameters(uint8_t *memory, Pointer gradient, Pointer x, Count images, Stride imageStride, Count positions, Count channels,
    Pointer means, Pointer inverses, Pointer scaleGradient, Pointer shiftGradient) {
  for (Count c = 0; c < channels; c += CHANNELS) {
    Wide sum = {0}, product = {0};
    for (Count i = 0; i < images; i++) {
      const long image = (long)i * imageStride + 4 * c;
      const float m = floats(AT(means))[i], r = floats(AT(inverses))[i];
      EACH_POSITION(at, positions, channels) {
        const Wide g = widened(loadNarrow(AT(gradient) + image + at));
        sum += g;
        product += g * widened((loadNarrow(AT(x) + image + at) - m) * r);
      }
    }
    storeNarrow(AT(shiftGradient) + 4 * c, narrowed(sum), channels - c);
    storeNarrow(AT(scaleGradient) + 4 * c, narrowed(product), channels - c);
  }
}
int layerNormalizationParametersFits(const uint8_t *memory, double bytes, Pointer gradient, Pointer x, Count images, Stride imageStride, Count positions,
    Count channels, Pointer means, Pointer inverses, Pointer scaleGradient, Pointer shiftGradient) {
  (void)memory;
  return imagesFit(bytes, gradient, images, imageStride, positions, channels) && imagesFit(bytes, x, images, imageStride, positions, channels) &&
      within(bytes, means, 4.0 * images) && within(bytes, inverses, 4.0 * images) && within(bytes, scaleGradient, 4.0 * channels) &&
      within(bytes, shiftGradient, 4.0 * channels);
}

void layerNormalizationInput(uint8_t *memory, Pointer gradient, Pointer x, Count images, Stride imageStride, Count positions, Count channels,
    Pointer means, Pointer inverses, Pointer scale, Pointer to) {
  const double n = (double)positions * (double)channels;
  for (Count i = 0; i < images; i++) {
    const long image = (long)i * imageStride;
    const float m = floats(AT(means))[i], r = floats(AT(inverses))[i];
    double plain = 0, weighted = 0;
    for (Count c = 0; c < channels; c += CHANNELS) {
      const Narrow s = loadNarrow(AT(scale) + 4 * c);
      Wide sum = {0}, product = {0};
      EACH_POSITION(at, positions, channels) {
        const Wide u = widened(loadNarrow(AT(gradient) + image + at + 4 * c) * s);
        sum += u;
        product += u * widened((loadNarrow(AT(x) + image + at + 4 * c) - m) * r);
      }
      plain = inOrder(plain, sum, channels - c);
      weighted = inOrder(weighted, product, channels - c);
    }
    const float mean = (float)(plain / n), slope = (float)(weighted / n);
    for (Count c = 0; c < channels; c += LANES) {
      const Lanes s = load(AT(scale) + 4 * c);
      EACH_POSITION(at, positions, channels) {
        const long o = image + at + 4 * c;
        const Lanes normal = (load(AT(x) + o) - m) * r;
        storeSome(AT(to) + o, (load(AT(gradient) + o) * s - (mean + normal * slope)) * r, channels - c);
      }
    }
  }
}
int layerNormalizationInputFits(const uint8_t *memory, double bytes, Pointer gradient, Pointer x, Count images, Stride imageStride, Count positions,
    Count channels, Pointer means, Pointer inverses, Pointer scale, Pointer to) {
  (void)memory;
  return imagesFit(bytes, gradient, images, imageStride, positions, channels) && imagesFit(bytes, x, images, imageStride, positions, channels) &&
      imagesFit(bytes, to, images, imageStride, positions, channels) && within(bytes, means, 4.0 * images) && within(bytes, inverses, 4.0 * images) &&
      within(bytes, scale, 4.0 * channels);
}
