/* SPDX-License-Identifier: MIT */
/*
 * Copy-on-write overlay files. Header, map, data: the data of a disk address lies at that address
 * behind the data offset, so the file is as sparse as what was written; one bit of the map says
 * for each block of 4 KiB whether it is here or in the base file.
 *
 * The map is true on stable storage only after a flush: blocks first, then the bits that say that
 * they are there. A crash loses what was not flushed and nothing else.
 */
#ifndef DEVICES_OVERLAY_FORMAT_H
#define DEVICES_OVERLAY_FORMAT_H

#include <stdint.h>

#define OVERLAY_MAGIC "L4UXCOW1"
#define OVERLAY_BLOCK 4096ULL
#define OVERLAY_MAP_OFFSET 4096ULL

struct overlay_header {
	char magic[8];
	uint64_t size; /* of the disk, in bytes */
	uint64_t data_offset;
	uint64_t base_changed;  /* modification time of the base file, nanoseconds */
	uint8_t reserved[4064]; /* 0 */
};

_Static_assert(sizeof(struct overlay_header) == OVERLAY_MAP_OFFSET, "overlay header");

static inline uint64_t overlay_map_bytes(uint64_t disk_size)
{
	uint64_t bits = (disk_size + OVERLAY_BLOCK - 1) / OVERLAY_BLOCK;

	return ((bits + 7) / 8 + OVERLAY_BLOCK - 1) / OVERLAY_BLOCK * OVERLAY_BLOCK;
}

/*
 * The memory that outlives the device process: one byte that says that the map has been read, one
 * per page of the map that says that it was changed since the last flush; then the map.
 */
static inline uint64_t overlay_keep_map(uint64_t disk_size)
{
	uint64_t pages = overlay_map_bytes(disk_size) / OVERLAY_BLOCK;

	return (1 + pages + OVERLAY_BLOCK - 1) / OVERLAY_BLOCK * OVERLAY_BLOCK;
}

static inline uint64_t overlay_keep_bytes(uint64_t disk_size)
{
	return overlay_keep_map(disk_size) + overlay_map_bytes(disk_size);
}

#endif
