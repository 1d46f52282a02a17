/* Convolution, alone or with max-pooling, for ml/kernels/assembly/convolution-forward.ts: filters in the lanes, several positions a tile. */
#include "kernels.h"
#include <stdlib.h>

/* Vectors of filters in a tile, and positions beside one, two, three and four vectors. */
#if LANES == 16
enum { VECTORS = 4, BESIDE1 = 12, BESIDE2 = 12, BESIDE3 = 8, BESIDE4 = 6 };
#elif MANY_REGISTERS
enum { VECTORS = 2, BESIDE1 = 12, BESIDE2 = 12 };
#else
enum { VECTORS = 2, BESIDE1 = 10, BESIDE2 = 6 };
#endif
/* Arrays have fixed lengths, of which a tile takes its part: those that are not do not live in registers. */
enum { BLOCK = VECTORS * LANES, MOST_BESIDE = 12 };

/* Filters of one block, as a tile reads them. */
typedef struct {
  const Float *at;
  long vector; /* floats from a vector to the next */
  long step;   /* and from one of its values of a run to the next */
} Filters;

/* What all tiles of a call have in common. */
typedef struct {
  const uint8_t *memory;
  Pointer x;
  Stride imageStride, rowStride;
  Count images;
  const Word *positions;
  Count count, tilesPerWindow, kernelHeight, run, filters;
  Flag relu;
  uint8_t *out, *winners;
  Stride outImage;
} Pass;

/* Sums of P positions by V vectors of filters, biases added. */
INLINE void tile(const int P, const int V, const uint8_t *const *at, const Pass *pass, const Filters filters, Lanes (*sums)[VECTORS]) {
  Lanes a[MOST_BESIDE][VECTORS];
  UNROLL for (int p = 0; p < P; p++) UNROLL for (int v = 0; v < V; v++) a[p][v] = (Lanes){0};
  const Float *w = filters.at;
  const long run = pass->run;
  long row = 0;
  for (Count ky = pass->kernelHeight; ky > 0; ky--, row += pass->rowStride) {
    const Float *q[MOST_BESIDE];
    UNROLL for (int p = 0; p < P; p++) q[p] = floats(at[p] + row) + run;
    for (long k = -run; k != 0; k++) {
      Lanes b[VECTORS];
      UNROLL for (int v = 0; v < V; v++) b[v] = load(w + v * filters.vector);
      w += filters.step;
      UNROLL for (int p = 0; p < P; p++) UNROLL for (int v = 0; v < V; v++) a[p][v] += b[v] * q[p][k];
    }
  }
  UNROLL for (int v = 0; v < V; v++) {
    const Lanes bias = load(w + v * filters.vector);
    UNROLL for (int p = 0; p < P; p++) sums[p][v] = a[p][v] + bias;
  }
}

/* A window's first largest values so far, and where their patches lie. */
typedef struct {
  Lanes best[VECTORS];
  Words where[VECTORS];
  Count left;
} Window;

INLINE void putOut(const int V, const Pass *pass, const Lanes *v, long to, Count live) {
  UNROLL for (int i = 0; i < V; i++) storeSome(pass->out + to + i * 4 * LANES, pass->relu ? reluOf(v[i]) : v[i], live - i * LANES);
}

/* Takes one position's sums into its window; whether that was the window's last. */
INLINE int meet(const int V, Window *window, const Lanes *sums, int32_t offset, Count positions) {
  const int first = window->left == 0;
  if (first) window->left = positions;
  UNROLL for (int v = 0; v < V; v++) {
    const Words take = first ? splatWord(-1) : larger(sums[v], window->best[v]);
    window->best[v] = pick(take, sums[v], window->best[v]);
    window->where[v] = pickWords(take, splatWord(offset), window->where[v]);
  }
  return --window->left == 0;
}

/* A block of filters from `first` on, over all positions of all images: P at a time, whatever their image. */
INLINE void block(const int P, const int V, const Pass *pass, const Filters filters, Count first) {
  const Count live = least(BLOCK, pass->filters - first), windowed = pass->tilesPerWindow;
  const Count places = windowed ? 4 * windowed : 1;
  const long slots = (long)pass->count * places, total = slots * pass->images, pixel = 4L * pass->filters;
  Lanes sums[MOST_BESIDE][VECTORS];
  int32_t offsets[MOST_BESIDE];
  const uint8_t *at[MOST_BESIDE];
  Window window = {.left = 0};
  Count image = 0, outImage = 0, output = 0;
  long slot = 0;
  for (long done = 0; done < total; done += P) {
    const int some = total - done < P ? (int)(total - done) : P;
    for (int p = 0; p < some; p++) {
      offsets[p] = image * pass->imageStride + pass->positions[slot];
      at[p] = pass->memory + (Pointer)(pass->x + (Pointer)offsets[p]);
      if (++slot == slots) slot = 0, image++;
    }
    for (int p = some; p < P; p++) at[p] = at[0];
    tile(P, V, at, pass, filters, sums);
    for (int p = 0; p < some; p++) {
      if (windowed && !meet(V, &window, sums[p], offsets[p], places)) continue;
      const long to = (long)outImage * pass->outImage + output * pixel + 4L * first;
      putOut(V, pass, windowed ? window.best : sums[p], to, live);
      if (windowed)
        UNROLL for (int v = 0; v < V; v++) storeSome(pass->winners + to + v * 4 * LANES, (Lanes)window.where[v], live - v * LANES);
      if (++output == pass->count) output = 0, outImage++;
    }
  }
}

#if LANES == 16
/* Panels of eight put together to a block of V vectors, biases at its end. */
static Filters together(const Float *panels, long panel, Count live, int V, Float *to) {
  static const Float nothing[8] = {0};
  for (long k = 0; k < panel / 8; k++)
    for (Count f = 0; f < V * LANES; f += 8)
      memcpy(to + k * V * LANES + f, f < live ? panels + (f / 8) * panel + k * 8 : nothing, 32);
  return (Filters){to, LANES, V * LANES};
}
#endif

void convolutionForward(uint8_t *memory,
    Pointer x, Stride imageStride, Stride rowStride, Count images,
    Pointer positions, Count count, Count tilesPerWindow,
    Pointer panels, Count kernelHeight, Count run, Count filters,
    Flag relu, Pointer out, Stride outImage, Pointer winners) {
  const Pass pass = {memory, x, imageStride, rowStride, images, words(AT(positions)), count, tilesPerWindow, kernelHeight, run,
      filters, relu, AT(out), AT(winners), outImage};
  const long panel = ((long)kernelHeight * run + 1) * 8;
#if LANES == 16
  Float *const room = malloc(panel / 8 * BLOCK * 4);
  if (room == NULL) abort();
#endif
  for (Count first = 0; first < filters; first += BLOCK) {
    const int V = least(VECTORS, (filters - first + LANES - 1) / LANES);
    const Float *const from = floats(AT(panels)) + first / 8 * panel;
#if LANES == 16
    const Filters packed = together(from, panel, filters - first, V, room);
#else
    const Filters packed = {from, LANES == 8 ? panel : LANES, 8};
#endif
    switch (V) {
#if LANES == 16
      case 4: block(BESIDE4, 4, &pass, packed, first); break;
      case 3: block(BESIDE3, 3, &pass, packed, first); break;
#endif
      case 2: block(BESIDE2, 2, &pass, packed, first); break;
      default: block(BESIDE1, 1, &pass, packed, first);
    }
  }
#if LANES == 16
  free(room);
#endif
}

int convolutionForwardFits(const uint8_t *memory, double bytes,
    Pointer x, Stride imageStride, Stride rowStride, Count images,
    Pointer positions, Count count, Count tilesPerWindow,
    Pointer panels, Count kernelHeight, Count run, Count filters,
    Flag relu, Pointer out, Stride outImage, Pointer winners) {
  (void)relu;
  if (count < 0 || tilesPerWindow < 0 || kernelHeight < 1 || run < 1 || rowStride < 0) return 0;
  const double slots = tilesPerWindow ? 4.0 * tilesPerWindow * count : count, outputs = 4.0 * filters * count;
  if (!within(bytes, positions, 4 * slots)) return 0;
  uint32_t last = 0;
  for (long i = 0; i < slots; i++) {
    const uint32_t offset = (uint32_t)words(AT(positions))[i];
    if (offset > last) last = offset;
  }
  return allWithin(bytes, x, images, imageStride, last + (kernelHeight - 1.0) * rowStride + 4.0 * run) &&
      within(bytes, panels, ((filters + 7) / 8) * 32.0 * ((double)kernelHeight * run + 1)) &&
      allWithin(bytes, out, images, outImage, outputs) &&
      (!tilesPerWindow || allWithin(bytes, winners, images, outImage, outputs));
}
