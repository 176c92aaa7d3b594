/* SPDX-License-Identifier: MIT */
/* A checksum over 64-bit words. */
#ifndef SNAPSHOT_CHECKSUM_H
#define SNAPSHOT_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#define CHECKSUM_START 0x6c34757853756d31ULL

/* Goes on from @sum. In pieces it is the same when each but the last is a multiple of 8 bytes. */
uint64_t checksum_add(uint64_t sum, const void *data, size_t len);

/* Of the program that runs; 0: its file cannot be read. */
uint64_t checksum_program(void);

#endif
