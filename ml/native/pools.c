/* Pooling of any window, stride and margins, channels in the lanes, for ml/kernels/assembly/max-pool.ts and average-pool.ts. */
#include "kernels.h"

/* A window's rows and columns that are not margin, from the first to before the last. */
typedef struct {
  Count first, last;
} Range;
INLINE Range inside(Count at, Count stride, Count margin, Count window, Count size) {
  return (Range){most(at * stride - margin, 0), least(at * stride - margin + window, size)};
}

INLINE int fits(double bytes, Pointer x, Stride imageStride, Count images, Count height, Count width, Count channels,
    Count windowHeight, Count windowWidth, Count strideY, Count strideX, Count top, Count left,
    Pointer out, Stride outImage, Count outHeight, Count outWidth) {
  if (height < 1 || width < 1 || channels < 1 || windowHeight < 1 || windowWidth < 1 || strideY < 1 || strideX < 1) return 0;
  if (top < 0 || left < 0 || top >= windowHeight || left >= windowWidth || outHeight < 0 || outWidth < 0) return 0;
  /* Each window has something that is not margin. */
  if ((outHeight - 1.0) * strideY - top >= height || (outWidth - 1.0) * strideX - left >= width) return 0;
  return allWithin(bytes, x, images, imageStride, 4.0 * height * width * channels) &&
      allWithin(bytes, out, images, outImage, 4.0 * outHeight * outWidth * channels);
}

void maxPoolForward(uint8_t *memory, Pointer x, Stride imageStride, Count images, Count height, Count width, Count channels,
    Count windowHeight, Count windowWidth, Count strideY, Count strideX, Count top, Count left,
    Pointer out, Stride outImage, Count outHeight, Count outWidth, Pointer winners) {
  const Stride pixel = 4 * channels;
  Words lane;
  for (int i = 0; i < LANES; i++) lane[i] = 4 * i;
  for (Count n = 0; n < images; n++) {
    uint8_t *to = AT(out) + (long)n * outImage, *record = AT(winners) + (long)n * outImage;
    for (Count py = 0; py < outHeight; py++) {
      const Range ys = inside(py, strideY, top, windowHeight, height);
      for (Count px = 0; px < outWidth; px++, to += pixel, record += pixel) {
        const Range xs = inside(px, strideX, left, windowWidth, width);
        const int32_t start = n * imageStride + (ys.first * width + xs.first) * pixel;
        for (Count c = 0; c < channels; c += LANES) {
          int32_t row = start + 4 * c;
          Lanes best = load(AT(x + (Pointer)row));
          Words where = splatWord(row);
          for (Count y = ys.first; y < ys.last; y++, row += width * pixel)
            for (int32_t i = xs.first, at = row; i < xs.last; i++, at += pixel) {
              const Lanes v = load(AT(x + (Pointer)at));
              const Words take = larger(v, best);
              best = pick(take, v, best);
              where = pickWords(take, splatWord(at), where);
            }
          storeSome(to + 4 * c, best, channels - c);
          storeSome(record + 4 * c, (Lanes)(where + lane), channels - c);
        }
      }
    }
  }
}
int maxPoolForwardFits(const uint8_t *memory, double bytes, Pointer x, Stride imageStride, Count images, Count height, Count width, Count channels,
    Count windowHeight, Count windowWidth, Count strideY, Count strideX, Count top, Count left,
    Pointer out, Stride outImage, Count outHeight, Count outWidth, Pointer winners) {
  (void)memory;
  return fits(bytes, x, imageStride, images, height, width, channels, windowHeight, windowWidth, strideY, strideX, top, left, out, outImage,
             outHeight, outWidth) &&
      allWithin(bytes, winners, images, outImage, 4.0 * outHeight * outWidth * channels);
}

void maxPoolBackward(uint8_t *memory, Pointer gradient, Pointer winners, Count images, Stride imageStride, Count size, Pointer to) {
  for (Count n = 0; n < images; n++) {
    const Float *g = floats(AT(gradient) + (long)n * imageStride);
    const Word *winner = words(AT(winners) + (long)n * imageStride);
    for (Count i = 0; i < size; i++) *floats(AT(to + (Pointer)winner[i])) += g[i];
  }
}
/* Where winners lie was checked when they were found. */
int maxPoolBackwardFits(const uint8_t *memory, double bytes, Pointer gradient, Pointer winners, Count images, Stride imageStride, Count size, Pointer to) {
  (void)memory;
  return size >= 0 && within(bytes, to, 0) && allWithin(bytes, gradient, images, imageStride, 4.0 * size) &&
      allWithin(bytes, winners, images, imageStride, 4.0 * size);
}

void averagePoolForward(uint8_t *memory, Pointer x, Stride imageStride, Count images, Count height, Count width, Count channels,
    Count windowHeight, Count windowWidth, Count strideY, Count strideX, Count top, Count left,
    Pointer out, Stride outImage, Count outHeight, Count outWidth) {
  const long pixel = 4L * channels;
  for (Count n = 0; n < images; n++) {
    uint8_t *to = AT(out) + (long)n * outImage;
    for (Count py = 0; py < outHeight; py++) {
      const Range ys = inside(py, strideY, top, windowHeight, height);
      for (Count px = 0; px < outWidth; px++, to += pixel) {
        const Range xs = inside(px, strideX, left, windowWidth, width);
        const float values = (float)((ys.last - ys.first) * (xs.last - xs.first));
        const uint8_t *corner = AT(x) + (long)n * imageStride + ((long)ys.first * width + xs.first) * pixel;
        for (Count c = 0; c < channels; c += LANES) {
          Lanes sum = {0};
          const uint8_t *row = corner + 4 * c;
          for (Count y = ys.first; y < ys.last; y++, row += width * pixel)
            for (Count i = 0; i < xs.last - xs.first; i++) sum += load(row + i * pixel);
          storeSome(to + 4 * c, sum / values, channels - c);
        }
      }
    }
  }
}
int averagePoolForwardFits(const uint8_t *memory, double bytes, Pointer x, Stride imageStride, Count images, Count height, Count width, Count channels,
    Count windowHeight, Count windowWidth, Count strideY, Count strideX, Count top, Count left,
    Pointer out, Stride outImage, Count outHeight, Count outWidth) {
  (void)memory;
  return fits(bytes, x, imageStride, images, height, width, channels, windowHeight, windowWidth, strideY, strideX, top, left, out, outImage,
      outHeight, outWidth);
}

void averagePoolBackward(uint8_t *memory, Pointer gradient, Stride imageStride, Count images, Count height, Count width, Count channels,
    Count windowHeight, Count windowWidth, Count strideY, Count strideX, Count top, Count left,
    Pointer to, Stride toImage, Count outHeight, Count outWidth) {
  const long pixel = 4L * channels;
  for (Count n = 0; n < images; n++) {
    const uint8_t *from = AT(gradient) + (long)n * imageStride;
    for (Count py = 0; py < outHeight; py++) {
      const Range ys = inside(py, strideY, top, windowHeight, height);
      for (Count px = 0; px < outWidth; px++, from += pixel) {
        const Range xs = inside(px, strideX, left, windowWidth, width);
        const float values = (float)((ys.last - ys.first) * (xs.last - xs.first));
        uint8_t *corner = AT(to) + (long)n * toImage + ((long)ys.first * width + xs.first) * pixel;
        for (Count c = 0; c < channels; c += LANES) {
          const Lanes g = load(from + 4 * c) / values;
          uint8_t *row = corner + 4 * c;
          for (Count y = ys.first; y < ys.last; y++, row += width * pixel)
            for (Count i = 0; i < xs.last - xs.first; i++)
              storeSome(row + i * pixel, load(row + i * pixel) + g, channels - c);
        }
      }
    }
  }
}
int averagePoolBackwardFits(const uint8_t *memory, double bytes, Pointer gradient, Stride imageStride, Count images, Count height, Count width,
    Count channels, Count windowHeight, Count windowWidth, Count strideY, Count strideX, Count top, Count left,
    Pointer to, Stride toImage, Count outHeight, Count outWidth) {
  (void)memory;
  return fits(bytes, to, toImage, images, height, width, channels, windowHeight, windowWidth, strideY, strideX, top, left, gradient, imageStride,
      outHeight, outWidth);
}
