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

void packPanels(uint8_t *memory, Pointer weights, Pointer bias, Count filters, Count kernelHeight, Count run, Stride rowStride, Pointer panels) {
  Float *to = floats(AT(panels));
  const long filter = (long)kernelHeight * rowStride;
  for (Count first = 0; first < filters; first += 8) {
    const Count live = least(8, filters - first);
    for (Count ky = 0; ky < kernelHeight; ky++) {
      const uint8_t *row = AT(weights) + first * filter + (long)ky * rowStride;
      for (Count i = 0; i < run; i++, to += 8)
        for (Count f = 0; f < 8; f++) to[f] = f < live ? floats(row + f * filter)[i] : 0;
    }
    for (Count f = 0; f < 8; f++) to[f] = f < live ? floats(AT(bias))[first + f] : 0;
    to += 8;
  }
}
int packPanelsFits(const uint8_t *memory, double bytes, Pointer weights, Pointer bias, Count filters, Count kernelHeight, Count run, Stride rowStride,
    Pointer panels) {
  (void)memory;
  return kernelHeight >= 1 && run >= 1 && rowStride >= 4.0 * run && allWithin(bytes, weights, filters, (double)kernelHeight * rowStride, (double)kernelHeight * rowStride) &&
      within(bytes, bias, 4.0 * filters) && within(bytes, panels, (filters + 7) / 8 * 32.0 * ((double)kernelHeight * run + 1));
}
