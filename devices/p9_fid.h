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

#define P9_FIDS_MAX 16384U /* at a time */

struct p9_fid {
	uint32_t number;
	int path, file; /* file: -1: not open */
	bool directory; /* file is one */
	uint32_t next;  /* of the same bucket, or of those that are free; index + 1, 0: none */
};

struct p9_fids {
	struct p9_fid *fid; /* P9_FIDS_MAX */
	uint32_t *bucket;
	uint32_t free;
};

/* 0 or negative errno. */
int p9_fids_init(struct p9_fids *t);

/* NULL: no such fid. */
struct p9_fid *p9_fid_find(struct p9_fids *t, uint32_t number);

/* A new one, which takes @path; NULL: there are too many, or @number is taken. */
struct p9_fid *p9_fid_add(struct p9_fids *t, uint32_t number, int path);

/* Closes it. */
void p9_fid_drop(struct p9_fids *t, struct p9_fid *f);
void p9_fids_clear(struct p9_fids *t);

#endif
