/* Kernels in C without Node: calls come by name through one pipe and are answered through another, on a memory that lies in a file. So a
   processor that is only emulated, or a build that watches every access, can stand the self-test. Usage: driver MEMORY BYTES CALLS ANSWERS */
#include "call.h"
#include <stdio.h>
#include <stdlib.h>

/* A call as it comes: a name, and its terms. */
typedef struct {
  char name[64];
  double count, terms[MOST_TERMS];
} Asked;
/* 0 made, 1 refused, 2 unknown; and what the kernel gave. */
typedef struct {
  double state, result;
} Answer;

static const Entry *named(const char *name) {
  for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
    if (strcmp(entries[i].name, name) == 0) return &entries[i];
  return NULL;
}

static void whole(FILE *file, int isWriting, uint8_t *memory, size_t bytes) {
  rewind(file);
  const size_t moved = isWriting ? fwrite(memory, 1, bytes, file) : fread(memory, 1, bytes, file);
  if (moved != bytes || fflush(file)) exit(2);
}

int main(int count, char **given) {
  if (count != 5) return 2;
  const size_t bytes = strtoul(given[2], NULL, 10);
  /* Unbuffered, as the other side writes the file too. */
  FILE *file = fopen(given[1], "r+b"), *calls = fopen(given[3], "rb"), *answers = fopen(given[4], "wb");
  uint8_t *memory = malloc(bytes);
  if (!file || !calls || !answers || !memory) return 2;
  setvbuf(file, NULL, _IONBF, 0);
  setvbuf(calls, NULL, _IONBF, 0);
  for (Asked asked; fread(&asked, sizeof asked, 1, calls) == 1;) {
    const Entry *entry = named(asked.name);
    Answer answer = {2, 0};
    if (entry != NULL && entry->terms == (size_t)asked.count) {
      Call call = {.memory = memory, .bytes = (double)bytes};
      memcpy(call.terms, asked.terms, sizeof call.terms);
      whole(file, 0, memory, bytes);
      answer.state = !entry->make(&call);
      answer.result = entry->gives ? call.result : 0;
      whole(file, 1, memory, bytes);
    }
    if (fwrite(&answer, sizeof answer, 1, answers) != 1 || fflush(answers)) return 2;
  }
  return 0;
}
