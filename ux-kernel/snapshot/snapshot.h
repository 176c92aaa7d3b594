/* SPDX-License-Identifier: MIT */
/*
 * Snapshots: a whole system in a file, and back.
 *
 * In this directory, in the order to read it: format.h (what the file holds), checksum.h, this
 * file, out.h with save.c, load.c, records.h (devices) with disks.h; and image.h with mirror.h
 * and devices.h, a snapshot in memory.
 *
 * Between two kernel entries, with simulated time, all that a system is lies still: objects in the
 * arena, a few variables of the core, memory, the vector registers of its threads. Host processes
 * are only caches: they are made anew when their tasks run.
 */
#ifndef SNAPSHOT_SNAPSHOT_H
#define SNAPSHOT_SNAPSHOT_H

#include "format.h"

#include <stdbool.h>

/* A file that was opened. */
struct snapshot {
	const char *path;
	const struct snapshot_header *header; /* the file, mapped */
	const uint8_t *at, *end;              /* what has not been read */
};

/*
 * Checks all that can be checked. 0, or negative errno after a report that says what is wrong
 * with the file and what to do.
 */
int snapshot_open(struct snapshot *s, const char *path);

/* Says why it cannot be used; -EINVAL. */
int snapshot_refuse(const struct snapshot *s, const char *why);

/* Of a header, for `own'. */
uint64_t snapshot_checksum(const struct snapshot_header *h);

/* The next @len bytes, which are padded, or NULL. */
const void *snapshot_take(struct snapshot *s, uint64_t len);

/*
 * Puts the system of @s, whose devices were read, in place of nothing; the machine's memory has
 * the size the header says. @seeded: steps of time go on with this run's seed. 0 or negative errno
 * after a report.
 */
int snapshot_load(struct snapshot *s, bool seeded);

/*
 * Writes the system to @path, or leaves what was there. The system goes on as one that was loaded
 * would. 0 or negative errno after a report.
 */
int snapshot_save(const char *path, bool raw_terminal);

#endif
