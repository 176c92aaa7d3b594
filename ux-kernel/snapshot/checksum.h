/* SPDX-License-Identifier: MIT */
/*
 * A checksum over 64-bit words. Word number n goes into lane n % 4, each of which is a sum of its
 * own: the processor works at all four at once, where one sum would wait for each multiplication.
 */
#ifndef SNAPSHOT_CHECKSUM_H
#define SNAPSHOT_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#define CHECKSUM_LANES 4U

struct checksum {
	uint64_t lane[CHECKSUM_LANES];
	uint64_t words;
};

void checksum_start(struct checksum *c);

/* In pieces it is the same when each but the last is a multiple of 8 bytes. */
void checksum_add(struct checksum *c, const void *data, size_t len);

uint64_t checksum_end(const struct checksum *c);

/* Of the program that runs; 0: its file cannot be read. */
uint64_t checksum_program(void);

#endif
