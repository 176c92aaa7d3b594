// SPDX-License-Identifier: MIT
/* A hash table of fids in memory that is there from the start. */
#include "p9_fid.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUCKETS 4096U

static uint32_t *bucket_of(struct p9_fids *t, uint32_t number)
{
	return &t->bucket[(number * 2654435761U >> 16) % BUCKETS];
}

int p9_fids_init(struct p9_fids *t)
{
	t->fid = calloc(P9_FIDS_MAX, sizeof(*t->fid));
	t->bucket = calloc(BUCKETS, sizeof(*t->bucket));
	if (!t->fid || !t->bucket)
		return -ENOMEM;
	for (uint32_t i = 0; i + 1 < P9_FIDS_MAX; i++)
		t->fid[i].next = i + 2;
	t->free = 1;
	return 0;
}

struct p9_fid *p9_fid_find(struct p9_fids *t, uint32_t number)
{
	for (uint32_t i = *bucket_of(t, number); i; i = t->fid[i - 1].next)
		if (t->fid[i - 1].number == number)
			return &t->fid[i - 1];
	return NULL;
}

struct p9_fid *p9_fid_add(struct p9_fids *t, uint32_t number, int path)
{
	uint32_t i = t->free, *bucket = bucket_of(t, number);
	struct p9_fid *f = &t->fid[i - 1];

	if (!i || p9_fid_find(t, number))
		return NULL;
	t->free = f->next;
	*f = (struct p9_fid){ .number = number, .path = path, .file = -1, .next = *bucket };
	*bucket = i;
	return f;
}

void p9_fid_drop(struct p9_fids *t, struct p9_fid *f)
{
	uint32_t i = f - t->fid + 1, *at = bucket_of(t, f->number);

	close(f->path);
	if (f->file >= 0)
		close(f->file);
	while (*at != i)
		at = &t->fid[*at - 1].next;
	*at = f->next;
	f->next = t->free;
	t->free = i;
}

void p9_fids_clear(struct p9_fids *t)
{
	for (uint32_t i = 0; i < BUCKETS; i++)
		while (t->bucket[i])
			p9_fid_drop(t, &t->fid[t->bucket[i] - 1]);
}
