// SPDX-License-Identifier: MIT
/* A hash table of fids in memory that is there from the start. */
#include "p9_fid.h"

#include "p9_keep.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUCKETS 4096U

static uint32_t *bucket_of(struct p9_fids *t, uint32_t number)
{
	return &t->bucket[(number * 2654435761U >> 16) % BUCKETS];
}

static void put(struct p9_fids *t, uint32_t index, uint32_t number, int path)
{
	uint32_t *bucket = bucket_of(t, number);

	t->fid[index] = (struct p9_fid){
		.number = number, .path = path, .file = -1, .next = *bucket
	};
	*bucket = index + 1;
}

void p9_fids_fill(struct p9_fids *t, bool (*has)(struct p9_fids *t, uint32_t index))
{
	uint32_t *last = &t->free;

	for (uint32_t i = 0; i < P9_FIDS_MAX; i++) {
		if (has && has(t, i)) {
			put(t, i, t->keep->slot[i].fid.number, -1);
		} else {
			*last = i + 1;
			last = &t->fid[i].next;
		}
	}
	*last = 0;
}

int p9_fids_init(struct p9_fids *t, struct p9_keep *keep)
{
	t->keep = keep;
	t->fid = calloc(P9_FIDS_MAX, sizeof(*t->fid));
	t->bucket = calloc(BUCKETS, sizeof(*t->bucket));
	if (!t->fid || !t->bucket)
		return -ENOMEM;
	p9_fids_fill(t, NULL);
	return 0;
}

struct p9_fid *p9_fid_find(struct p9_fids *t, uint32_t number)
{
	for (uint32_t i = *bucket_of(t, number); i; i = t->fid[i - 1].next)
		if (t->fid[i - 1].number == number)
			return &t->fid[i - 1];
	return NULL;
}

struct p9_fid *p9_fid_add(struct p9_fids *t, uint32_t number, int path,
			  const struct p9_keep_slot *at)
{
	uint32_t index = t->free - 1;

	if (!t->free || p9_fid_find(t, number))
		return NULL;
	t->free = t->fid[index].next;
	put(t, index, number, path);
	p9_keep_put(t->keep, index, number, at);
	return &t->fid[index];
}

static void close_files(struct p9_fid *f)
{
	if (f->path >= 0)
		close(f->path);
	if (f->file >= 0)
		close(f->file);
}

void p9_fid_change(struct p9_fids *t, struct p9_fid *f, int path, int file,
		   const struct p9_keep_slot *at)
{
	close_files(f);
	f->path = path;
	f->file = file;
	p9_keep_put(t->keep, p9_fid_index(t, f), f->number, at);
}

void p9_fid_drop(struct p9_fids *t, struct p9_fid *f)
{
	uint32_t i = p9_fid_index(t, f) + 1, *at = bucket_of(t, f->number);

	close_files(f);
	while (*at != i)
		at = &t->fid[*at - 1].next;
	*at = f->next;
	f->next = t->free;
	t->free = i;
	p9_keep_dropped(t->keep, i - 1);
}

void p9_fids_clear(struct p9_fids *t)
{
	for (uint32_t i = 0; i < BUCKETS; i++)
		while (t->bucket[i])
			p9_fid_drop(t, &t->fid[t->bucket[i] - 1]);
}
