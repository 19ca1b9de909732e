/*
 * What a fuzzed target needs to be a program of its own, where there is no libFuzzer: random numbers, and a loop for
 * SECONDS [SEED].
 */
#ifndef FUZZ_DRIVER_H
#define FUZZ_DRIVER_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static uint64_t state;

static uint32_t draw(uint32_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 16) % below;
}

/* Tries one input after another. */
static int fuzz(int argc, char **argv, void (*try_one)(void)) {
    time_t end = time(NULL) + (argc > 1 ? atol(argv[1]) : 10);
    unsigned long runs = 0;

    state = argc > 2 ? strtoull(argv[2], NULL, 10) : (uint64_t)time(NULL);
    printf("seed %llu\n", (unsigned long long)state);
    state = state * 2 + 1;
    fflush(stdout);
    for (; time(NULL) < end; runs++)
        try_one();
    printf("%lu inputs\n", runs);
    return 0;
}

#endif
