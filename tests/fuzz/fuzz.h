/* fuzz.h - the function that each fuzz target is. */

#ifndef SW_FUZZ_H
#define SW_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Called by libFuzzer, or by replay.c with each file of the corpus. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
