/* SPDX-License-Identifier: MIT */
/*
 * The files behind a block device: one file, or a base file that is only read with an overlay of
 * what was changed. Offsets and lengths are bytes, multiples of 512, within the disk: the caller
 * has checked. Results are 0 or a negative errno.
 */
#ifndef DEVICES_DISK_H
#define DEVICES_DISK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

#define DISK_READ_ONLY 1U /* flags of the device */
#define DISK_OVERLAY 2U   /* files: base, overlay, memory that outlives us */
#define DISK_SCRATCH 4U   /* files: base, memory that outlives us, which is the overlay too */

struct disk {
	int fd;   /* what is written */
	int base; /* what is read where the overlay has nothing; -1: there is no overlay */
	bool read_only;
	uint64_t size;
	uint64_t data; /* offset of the data in the overlay */
	bool scratch;
	uint8_t *keep, *map;
	uint64_t map_pages;
};

/* Descriptors from @fd on. */
int disk_open(struct disk *d, int fd, unsigned flags);

/* Transfers the @n buffers; uses them up. */
int disk_transfer(struct disk *d, bool write, uint64_t at, struct iovec *buffer, unsigned n);

/* All that was written is on stable storage. */
int disk_flush(struct disk *d);

/* The range reads as zeroes from now on; @punch: and need not take up space. */
int disk_zero(struct disk *d, uint64_t at, uint64_t len, bool punch);

/* overlay.c: the same with an overlay; of a scratch disk, there is no file behind it. */
int overlay_open(struct disk *d, int keep_fd);
int overlay_open_scratch(struct disk *d, int keep_fd);
int overlay_transfer(struct disk *d, bool write, uint64_t at, struct iovec *buffer, unsigned n);
int overlay_flush(struct disk *d);
int overlay_zero(struct disk *d, uint64_t at, uint64_t len, bool punch);

/* One file: exactly @len bytes at @at of it. */
int file_transfer(int fd, bool write, uint64_t at, struct iovec *buffer, unsigned n, uint64_t len);
int file_zero(int fd, uint64_t at, uint64_t len, bool punch);

#endif
