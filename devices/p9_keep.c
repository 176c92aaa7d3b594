// SPDX-License-Identifier: MIT
/* The slots of fids, and the paths in them. */
#include "p9_keep.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* What was written before is there before what is written behind, whatever the compiler thinks. */
#define IN_ORDER() __atomic_signal_fence(__ATOMIC_SEQ_CST)

#define NS_PER_S 1000000000LL

/* Files get the coarse time; a finer one would be ahead of it. */
static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME_COARSE, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

void p9_keep_begin(struct p9_keep *k, uint32_t position, bool changes)
{
	k->changes = 0;
	IN_ORDER();
	k->since = changes ? now() : INT64_MAX;
	k->position = position;
	IN_ORDER();
}

void p9_keep_change(struct p9_keep *k, uint32_t slot)
{
	for (uint32_t i = 0; i < k->changes; i++)
		if (k->change[i].slot == slot)
			return;
	if (k->changes == P9_KEEP_CHANGES) /* a new session, which forgets all */
		return;
	k->change[k->changes] = (struct p9_keep_change){ slot, 0, k->slot[slot].fid };
	IN_ORDER();
	k->changes++;
	IN_ORDER();
}

void p9_keep_copy(struct p9_keep_slot *to, const struct p9_keep_slot *slot)
{
	to->fid = slot->fid;
	memcpy(to->path, slot->path, slot->fid.length + 1UL);
}

void p9_keep_step(struct p9_keep_slot *at, const char *name)
{
	struct p9_keep_fid *f = &at->fid;
	size_t room = P9_KEEP_PATH - f->length;
	int n = snprintf(at->path + f->length, room, f->length ? "/%s" : "%s", name);

	if ((size_t)n < room) {
		f->length += n;
	} else {
		at->path[f->length] = 0;
		f->flags &= ~P9_KEEP_KNOWN;
	}
}

void p9_keep_identify(struct p9_keep_slot *at, const struct stat *st)
{
	at->fid.type = st->st_mode & S_IFMT;
	at->fid.device = st->st_dev;
	at->fid.inode = st->st_ino;
}

/* A path only ever grows, so that the old one is there if this is undone. */
void p9_keep_put(struct p9_keep *k, uint32_t slot, uint32_t number, const struct p9_keep_slot *at)
{
	struct p9_keep_slot *s = &k->slot[slot];

	if (slot >= k->slots) {
		s->fid.flags = 0; /* what somebody has left there is no fid before this one */
		IN_ORDER();
		k->slots = slot + 1;
	}
	p9_keep_change(k, slot);
	memcpy(s->path, at->path, at->fid.length + 1UL);
	IN_ORDER();
	s->fid = at->fid;
	s->fid.number = number;
	s->fid.open = 0;
	s->fid.flags = P9_KEEP_USED | (at->fid.flags & P9_KEEP_KNOWN);
}

void p9_keep_opened(struct p9_keep *k, uint32_t slot, uint32_t flags)
{
	p9_keep_change(k, slot);
	k->slot[slot].fid.open = flags;
	k->slot[slot].fid.flags |= P9_KEEP_OPEN;
}

void p9_keep_dropped(struct p9_keep *k, uint32_t slot)
{
	p9_keep_change(k, slot);
	k->slot[slot].fid.flags = 0;
}

/* Where @name in the directory of slot @dir is; false: nobody knows. */
static bool locate(const struct p9_keep *k, uint32_t dir, const char *name, struct p9_keep_slot *to)
{
	p9_keep_copy(to, &k->slot[dir]);
	p9_keep_step(to, name);
	return to->fid.flags & P9_KEEP_KNOWN;
}

/* It is @at, or below it. */
static bool is_within(const struct p9_keep_slot *s, const struct p9_keep_slot *at)
{
	size_t n = at->fid.length;

	return s->fid.flags & P9_KEEP_KNOWN && s->fid.length >= n &&
	       !memcmp(s->path, at->path, n) && (!s->path[n] || s->path[n] == '/');
}

static void forget_within(struct p9_keep *k, const struct p9_keep_slot *at)
{
	for (uint32_t i = 0; i < k->slots; i++)
		if (is_within(&k->slot[i], at))
			k->slot[i].fid.flags &= ~P9_KEEP_KNOWN;
}

void p9_keep_removed(struct p9_keep *k, uint32_t dir, const char *name)
{
	struct p9_keep_slot at;

	if (locate(k, dir, name, &at))
		forget_within(k, &at);
}

/* In between nobody knows where it is. */
static void move(struct p9_keep_slot *s, size_t from, const struct p9_keep_slot *to)
{
	size_t rest = s->fid.length - from;

	s->fid.flags &= ~P9_KEEP_KNOWN;
	IN_ORDER();
	if (to->fid.length + rest >= P9_KEEP_PATH)
		return;
	memmove(s->path + to->fid.length, s->path + from, rest + 1);
	memcpy(s->path, to->path, to->fid.length);
	s->fid.length = to->fid.length + rest;
	IN_ORDER();
	s->fid.flags |= P9_KEEP_KNOWN;
}

void p9_keep_moved(struct p9_keep *k, uint32_t dir, const char *name, uint32_t new_dir,
		   const char *new_name, bool again)
{
	struct p9_keep_slot old, new;
	bool from = locate(k, dir, name, &old), to = locate(k, new_dir, new_name, &new);

	if (from && to && is_within(&new, &old))
		return; /* to where it is */
	if (to && !again)
		forget_within(k, &new);
	if (!from)
		return;
	if (!to)
		new.fid.length = P9_KEEP_PATH; /* to where no path leads */
	for (uint32_t i = 0; i < k->slots; i++)
		if (is_within(&k->slot[i], &old))
			move(&k->slot[i], old.fid.length, &new);
}
