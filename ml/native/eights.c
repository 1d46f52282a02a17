/* What a mask of eight says of its lanes, filled in when the library is loaded. */
#include "eights.h"

#if defined(__AVX2__)
uint64_t lanesOf[256], setBefore[256];

__attribute__((constructor)) static void fill(void) {
  for (int mask = 0; mask < 256; mask++)
    for (int lane = 0, set = 0; lane < 8; lane++) {
      setBefore[mask] |= (uint64_t)set << 8 * lane;
      if (mask >> lane & 1) lanesOf[mask] |= (uint64_t)lane << 8 * set++;
    }
}
#endif
