/*
 * What a fuzzed target gives to driver.c, which makes a program of it where there is no libFuzzer, and takes from it.
 */
#ifndef FUZZ_DRIVER_H
#define FUZZ_DRIVER_H

#include <stddef.h>
#include <stdint.h>

enum { INPUT_LARGEST = 4096 };

/* Tries one input, and ends the program if something is wrong. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Makes an input that is valid, or nearly so: what mutations alone hardly ever find. Gives its size. */
size_t make_input(uint8_t data[INPUT_LARGEST]);

/* A random number below another, which is not 0. */
uint32_t draw(uint32_t below);

#endif
