/* Pixels into floats, and filters into panels, for ml/kernels/assembly/gather-pixels.ts and pack-panels.ts. */
#include "kernels.h"

void gatherPixels(uint8_t *memory, Pointer images, Pointer order, Count count, Count height, Count rowLength, float scale,
    Pointer to, Stride imageStride, Stride rowStride) {
  const Pointer size = (Pointer)height * rowLength;
  for (Count n = 0; n < count; n++) {
    const uint8_t *from = AT(images + (Pointer)words(AT(order))[n] * size);
    if (n + 1 < count) {
      const uint8_t *next = AT(images + (Pointer)words(AT(order))[n + 1] * size);
      for (Pointer i = 0; i < size; i += 64) __builtin_prefetch(next + i);
    }
    for (Count y = 0; y < height; y++, from += rowLength) {
      Float *restrict row = floats(AT(to) + (long)n * imageStride + (long)y * rowStride);
      for (Count x = 0; x < rowLength; x++) row[x] = (float)from[x] * scale;
    }
  }
}
int gatherPixelsFits(const uint8_t *memory, double bytes, Pointer images, Pointer order, Count count, Count height, Count rowLength, float scale,
    Pointer to, Stride imageStride, Stride rowStride) {
  (void)scale;
  if (count < 0 || height < 1 || rowLength < 1 || rowStride < 0 || !within(bytes, order, 4.0 * count)) return 0;
  double last = -1;
  for (Count n = 0; n < count; n++) {
    const double index = (Pointer)words(AT(order))[n];
    if (index > last) last = index;
  }
  return within(bytes, images, (last + 1) * height * rowLength) &&
      allWithin(bytes, to, count, imageStride, (height - 1.0) * rowStride + 4.0 * rowLength);
}

/* A value of each of eight filters, or of as many as there are; zeros for the others. */
INLINE void putEight(Float *to, const Float *from, long apart, Count live) {
  for (Count i = 0; i < 8; i++) to[i] = i < live ? from[i * apart] : 0;
}

void packPanels(uint8_t *memory, Pointer weights, Pointer bias, Count filters, Count kernelHeight, Count run, Stride rowStride, Pointer panels) {
  Float *to = floats(AT(panels));
  const long filter = (long)kernelHeight * rowStride;
  for (Count first = 0; first < filters; first += 8) {
    const Count live = least(8, filters - first);
    for (Count ky = 0; ky < kernelHeight; ky++) {
      const uint8_t *row = AT(weights) + first * filter + (long)ky * rowStride;
      for (Count i = 0; i < run; i++, to += 8)
        putEight(to, floats(row) + i, filter / 4, live);
    }
    putEight(to, floats(AT(bias)) + first, 1, live);
    to += 8;
  }
}
int packPanelsFits(const uint8_t *memory, double bytes, Pointer weights, Pointer bias, Count filters, Count kernelHeight, Count run, Stride rowStride,
    Pointer panels) {
  (void)memory;
  return kernelHeight >= 1 && run >= 1 && rowStride % 4 == 0 && rowStride >= 4.0 * run && allWithin(bytes, weights, filters, (double)kernelHeight * rowStride, (double)kernelHeight * rowStride) &&
      within(bytes, bias, 4.0 * filters) && within(bytes, panels, (filters + 7) / 8 * 32.0 * ((double)kernelHeight * run + 1));
}

void packTurnedPanels(uint8_t *memory, Pointer weights, Count filters, Count kernelHeight, Count kernelWidth, Count channels, Stride rowStride,
    Pointer panels) {
  Float *to = floats(AT(panels));
  const long filter = (long)kernelHeight * rowStride / 4;
  for (Count first = 0; first < channels; first += 8) {
    for (Count ky = kernelHeight - 1; ky >= 0; ky--)
      for (Count kx = kernelWidth - 1; kx >= 0; kx--) {
        const Float *from = floats(AT(weights)) + (long)ky * rowStride / 4 + (long)kx * channels + first;
        for (Count f = 0; f < filters; f++, from += filter, to += 8) putEight(to, from, 1, channels - first);
      }
    memset(to, 0, 32);
    to += 8;
  }
}
int packTurnedPanelsFits(const uint8_t *memory, double bytes, Pointer weights, Count filters, Count kernelHeight, Count kernelWidth, Count channels,
    Stride rowStride, Pointer panels) {
  (void)memory;
  const double filter = (double)kernelHeight * rowStride;
  return filters >= 1 && kernelHeight >= 1 && kernelWidth >= 1 && channels >= 1 && rowStride % 4 == 0 && rowStride >= 4.0 * kernelWidth * channels &&
      allWithin(bytes, weights, filters, filter, filter) &&
      within(bytes, panels, (channels + 7) / 8 * 32.0 * ((double)kernelHeight * kernelWidth * filters + 1));
}
