/* SPDX-License-Identifier: MIT */
/*
 * Fids: the client's numbers for files it knows. Each holds a descriptor that names a file and
 * grants nothing (O_PATH), which stays with the file whatever it is called meanwhile, and maybe one
 * more to read and write it.
 */
#ifndef DEVICES_P9_FID_H
#define DEVICES_P9_FID_H

#include <stdbool.h>
#include <stdint.h>

struct p9_keep;
struct p9_keep_slot;

struct p9_fid {
	uint32_t number;
	int path, file; /* path: -1: not opened again yet; file: -1: not open */
	bool directory; /* file is one */
	uint32_t next;  /* of the same bucket, or of those that are free; index + 1, 0: none */
};

struct p9_fids {
	struct p9_fid *fid;   /* P9_FIDS_MAX */
	struct p9_keep *keep; /* what outlives us of each, under the same index */
	uint32_t *bucket;
	uint32_t free;
};

/* All are free. 0 or negative errno. */
int p9_fids_init(struct p9_fids *t, struct p9_keep *keep);

/* NULL: no such fid. */
struct p9_fid *p9_fid_find(struct p9_fids *t, uint32_t number);

/*
 * A new one, which takes @path, a file that is @at; NULL: there are too many, or @number is taken.
 */
struct p9_fid *p9_fid_add(struct p9_fids *t, uint32_t number, int path,
			  const struct p9_keep_slot *at);

/* A fid's files become these (-1: none), its place @at. */
void p9_fid_change(struct p9_fids *t, struct p9_fid *f, int path, int file,
		   const struct p9_keep_slot *at);

/* Closes it. */
void p9_fid_drop(struct p9_fids *t, struct p9_fid *f);
void p9_fids_clear(struct p9_fids *t);

/*
 * For a process that takes over, whose table is empty: those of which @has says so have what is
 * kept under their index, without files; the rest are free.
 */
void p9_fids_fill(struct p9_fids *t, bool (*has)(struct p9_fids *t, uint32_t index));

static inline uint32_t p9_fid_index(const struct p9_fids *t, const struct p9_fid *f)
{
	return f - t->fid;
}

#endif
