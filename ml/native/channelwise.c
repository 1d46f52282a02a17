/* Layers that keep channels apart, for ml/kernels/assembly/channelwise: sums of maps, and depth-wise convolutions with channels in the lanes. */
#include "kernels.h"

void addValues(uint8_t *memory, Pointer a, Pointer b, Pointer out, Vectors vectors) {
  const Float *one = floats(AT(a)), *other = floats(AT(b));
  Float *to = floats(AT(out));
  for (long i = 0; i < 4L * vectors; i += LANES) storeSome(to + i, load(one + i) + load(other + i), 4L * vectors - i);
}
int addValuesFits(const uint8_t *memory, double bytes, Pointer a, Pointer b, Pointer out, Vectors vectors) {
  (void)memory;
  return vectors >= 0 && within(bytes, a, 16.0 * vectors) && within(bytes, b, 16.0 * vectors) && within(bytes, out, 16.0 * vectors);
}

/* The rows or columns of a window that are inside the image, and where the first would be. */
typedef struct {
  Count at, first, last;
} Window;
INLINE Window window(Count output, Count stride, Count margin, Count kernel, Count size) {
  const Count at = output * stride - margin;
  return (Window){at, most(-at, 0), least(size - at, kernel)};
}
INLINE long tapOf(Count channels) { return (channels + 3) / 4 * 16; }

INLINE int fits(double bytes, Pointer x, Stride imageStride, Count images, Count height, Count width, Count channels,
    Pointer filters, Count kernelHeight, Count kernelWidth, Count strideY, Count strideX, Count top, Count left,
    Pointer out, Stride outImage, Count outHeight, Count outWidth) {
  if (height < 1 || width < 1 || channels < 1 || kernelHeight < 1 || kernelWidth < 1 || strideY < 1 || strideX < 1) return 0;
  if (top < 0 || left < 0 || outHeight < 0 || outWidth < 0) return 0;
  return allWithin(bytes, x, images, imageStride, 4.0 * height * width * channels) &&
      allWithin(bytes, out, images, outImage, 4.0 * outHeight * outWidth * channels) &&
      within(bytes, filters, (double)kernelHeight * kernelWidth * tapOf(channels));
}

void depthwiseForward(uint8_t *memory, Pointer x, Stride imageStride, Count images, Count height, Count width, Count channels,
    Pointer filters, Pointer bias, Count kernelHeight, Count kernelWidth,
    Count strideY, Count strideX, Count top, Count left,
    Pointer out, Stride outImage, Count outHeight, Count outWidth) {
  const long pixel = 4L * channels, tap = tapOf(channels);
  for (Count n = 0; n < images; n++)
    for (Count oy = 0; oy < outHeight; oy++) {
      const Window ys = window(oy, strideY, top, kernelHeight, height);
      for (Count ox = 0; ox < outWidth; ox++) {
        const Window xs = window(ox, strideX, left, kernelWidth, width);
        uint8_t *to = AT(out) + (long)n * outImage + ((long)oy * outWidth + ox) * pixel;
        for (Count c = 0; c < channels; c += LANES) {
          Lanes sum = {0};
          for (Count ky = ys.first; ky < ys.last; ky++) {
            const uint8_t *from = AT(x) + (long)n * imageStride + ((long)(ys.at + ky) * width + xs.at) * pixel + 4 * c;
            const uint8_t *w = AT(filters) + (long)ky * kernelWidth * tap + 4 * c;
            for (Count kx = xs.first; kx < xs.last; kx++) sum += load(from + kx * pixel) * load(w + kx * tap);
          }
          storeSome(to + 4 * c, sum + load(AT(bias) + 4 * c), channels - c);
        }
      }
    }
}
int depthwiseForwardFits(const uint8_t *memory, double bytes, Pointer x, Stride imageStride, Count images, Count height, Count width, Count channels,
    Pointer filters, Pointer bias, Count kernelHeight, Count kernelWidth,
    Count strideY, Count strideX, Count top, Count left,
    Pointer out, Stride outImage, Count outHeight, Count outWidth) {
  (void)memory;
  return fits(bytes, x, imageStride, images, height, width, channels, filters, kernelHeight, kernelWidth, strideY, strideX, top, left, out, outImage,
             outHeight, outWidth) &&
      within(bytes, bias, 4.0 * channels);
}

/* The outputs whose window has the kernel's row or column `k` inside the image, from the first to before the last. */
INLINE Window outputs(Count k, Count stride, Count margin, Count size, Count count) {
  const Count before = margin - k; /* the first output is at −before */
  const Count first = before > 0 ? (before + stride - 1) / stride : 0;
  const Count last = size - 1 + before < 0 ? 0 : (size - 1 + before) / stride + 1;
  return (Window){k - margin, first, least(last, count)};
}

void depthwiseFilterGradient(uint8_t *memory, Pointer x, Stride imageStride, Count images, Count height, Count width, Count channels,
    Pointer gradient, Stride gradientImage, Count outHeight, Count outWidth,
    Count kernelHeight, Count kernelWidth, Count strideY, Count strideX, Count top, Count left,
    Pointer filterGradient, Pointer biasGradient) {
  const long pixel = 4L * channels, tap = tapOf(channels);
  memset(AT(filterGradient), 0, (long)kernelHeight * kernelWidth * tap);
  for (Count c = 0; c < channels; c += LANES) {
    const uint8_t *const g = AT(gradient) + 4 * c, *const from = AT(x) + 4 * c;
    Lanes sum = {0};
    for (Count n = 0; n < images; n++)
      for (long p = 0; p < (long)outHeight * outWidth; p++) sum += load(g + (long)n * gradientImage + p * pixel);
    storeSome(AT(biasGradient) + 4 * c, sum, channels - c);
    for (Count ky = 0; ky < kernelHeight; ky++)
      for (Count kx = 0; kx < kernelWidth; kx++) {
        const Window ys = outputs(ky, strideY, top, height, outHeight), xs = outputs(kx, strideX, left, width, outWidth);
        sum = (Lanes){0};
        for (Count n = 0; n < images; n++)
          for (Count oy = ys.first; oy < ys.last; oy++) {
            const uint8_t *const some = g + (long)n * gradientImage + (long)oy * outWidth * pixel;
            const uint8_t *const row = from + (long)n * imageStride + (long)(oy * strideY + ys.at) * width * pixel;
            for (Count ox = xs.first; ox < xs.last; ox++) sum += load(some + ox * pixel) * load(row + (long)(ox * strideX + xs.at) * pixel);
          }
        storeSome(AT(filterGradient) + ((long)ky * kernelWidth + kx) * tap + 4 * c, sum, channels - c);
      }
  }
}
int depthwiseFilterGradientFits(const uint8_t *memory, double bytes, Pointer x, Stride imageStride, Count images, Count height, Count width,
    Count channels, Pointer gradient, Stride gradientImage, Count outHeight, Count outWidth,
    Count kernelHeight, Count kernelWidth, Count strideY, Count strideX, Count top, Count left,
    Pointer filterGradient, Pointer biasGradient) {
  (void)memory;
  return fits(bytes, x, imageStride, images, height, width, channels, filterGradient, kernelHeight, kernelWidth, strideY, strideX, top, left, gradient,
             gradientImage, outHeight, outWidth) &&
      within(bytes, biasGradient, 4.0 * channels);
}

void depthwiseInputGradient(uint8_t *memory, Pointer gradient, Stride gradientImage, Count images, Count outHeight, Count outWidth, Count channels,
    Pointer filters, Count kernelHeight, Count kernelWidth,
    Count strideY, Count strideX, Count top, Count left,
    Pointer to, Stride imageStride, Count height, Count width) {
  const long pixel = 4L * channels, tap = tapOf(channels);
  for (Count n = 0; n < images; n++)
    for (Count oy = 0; oy < outHeight; oy++) {
      const Window ys = window(oy, strideY, top, kernelHeight, height);
      for (Count ox = 0; ox < outWidth; ox++) {
        const Window xs = window(ox, strideX, left, kernelWidth, width);
        const uint8_t *from = AT(gradient) + (long)n * gradientImage + ((long)oy * outWidth + ox) * pixel;
        for (Count c = 0; c < channels; c += LANES) {
          const Lanes g = load(from + 4 * c);
          for (Count ky = ys.first; ky < ys.last; ky++) {
            uint8_t *into = AT(to) + (long)n * imageStride + ((long)(ys.at + ky) * width + xs.at) * pixel + 4 * c;
            const uint8_t *w = AT(filters) + (long)ky * kernelWidth * tap + 4 * c;
            for (Count kx = xs.first; kx < xs.last; kx++)
              storeSome(into + kx * pixel, load(into + kx * pixel) + g * load(w + kx * tap), channels - c);
          }
        }
      }
    }
}
int depthwiseInputGradientFits(const uint8_t *memory, double bytes, Pointer gradient, Stride gradientImage, Count images, Count outHeight, Count outWidth,
    Count channels, Pointer filters, Count kernelHeight, Count kernelWidth,
    Count strideY, Count strideX, Count top, Count left,
    Pointer to, Stride imageStride, Count height, Count width) {
  (void)memory;
  return fits(bytes, to, imageStride, images, height, width, channels, filters, kernelHeight, kernelWidth, strideY, strideX, top, left, gradient,
      gradientImage, outHeight, outWidth);
}
