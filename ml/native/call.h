/* A kernel by its name and its terms as numbers: for whoever calls one without knowing which. */
#ifndef CALL_H
#define CALL_H
#include "kernels.h"
#include <stddef.h>

/* A call's terms, each a number as JavaScript has it; a place above 2 GiB may come as a negative one, as WebAssembly gives it. */
typedef struct {
  uint8_t *memory;
  double bytes, result, terms[MOST_TERMS];
} Call;
/* Makes a call whose ranges lie within its memory; else it gives 0. */
typedef int (*Make)(Call *);
typedef struct {
  const char *name;
  Make make;
  size_t terms;
  int gives;
  const char *usage, *outside;
} Entry;

/* As WebAssembly takes whole numbers: the low 32 bits, and 0 for what is none. */
static uint32_t low(double term) { return term > -0x1p53 && term < 0x1p53 ? (uint32_t)(int64_t)term : 0; }
#define PLACE(i) low(call->terms[i])
#define COUNT(i) ((int32_t)low(call->terms[i]))
#define FLOAT(i) ((float)call->terms[i])
#define DOUBLE(i) (call->terms[i])
#include "calls.h"
#endif
