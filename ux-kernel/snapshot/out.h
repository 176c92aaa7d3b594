/* SPDX-License-Identifier: MIT */
/* A snapshot file that is being written; errors are kept until the end. */
#ifndef SNAPSHOT_OUT_H
#define SNAPSHOT_OUT_H

#include "checksum.h"
#include "format.h"

struct snapshot_out {
	int fd, error; /* 0 or negative errno */
	struct snapshot_header h;
	struct checksum sum; /* of what is behind the header */
};

/* As it is, without adding it to length and checksum. */
void out_raw(struct snapshot_out *o, const void *data, size_t len);

/* A piece, padded. */
void out_put(struct snapshot_out *o, const void *data, size_t len);

/*
 * The pages of a memory file of @size bytes, mapped at @memory, that are not zero: for each run a
 * struct snapshot_run and its bytes. How many runs.
 */
uint64_t out_runs(struct snapshot_out *o, int fd, const void *memory, uint64_t size);

#endif
