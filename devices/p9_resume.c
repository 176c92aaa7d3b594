// SPDX-License-Identifier: MIT
/*
 * Taking a session over. What was kept may be anything: a path is looked up as the names of a
 * client are, below the directory and through no link, and a descriptor grants what a client could
 * ask for.
 */
#define _GNU_SOURCE
#include "p9.h"
#include "p9_keep.h"
#include "p9_wire.h"

#include "../ux-kernel/host/report.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#define NS_PER_S 1000000000LL

/* Names with one slash between two, none of which is "." or "..". */
static bool is_path(const char *path, size_t length)
{
	const char *end = path + length, *name = path, *slash;

	if (memchr(path, 0, length) || *end)
		return false;
	for (; length && name <= end; name = slash + 1) {
		slash = memchr(name, '/', end - name);
		slash = slash ? slash : end;
		if (slash == name ||
		    (*name == '.' && (slash == name + 1 || (slash == name + 2 && name[1] == '.'))))
			return false;
	}
	return true;
}

/* Makes a slot one that the rest can rely on. false: there is no fid in it. */
static bool check(struct p9_fids *t, uint32_t index)
{
	struct p9_keep_slot *s = &t->keep->slot[index];
	struct p9_keep_fid *f = &s->fid;

	if (index >= t->keep->slots || !(f->flags & P9_KEEP_USED) || p9_fid_find(t, f->number))
		return false;
	f->open &= P9_OPEN_KEPT;
	if (f->length >= P9_KEEP_PATH || !is_path(s->path, f->length)) {
		f->flags &= ~P9_KEEP_KNOWN;
		f->length = 0;
		s->path[0] = 0;
	}
	return true;
}

/* The request that was under way has not begun. */
static void undo(struct p9_keep *k)
{
	uint32_t changes = k->changes < P9_KEEP_CHANGES ? k->changes : P9_KEEP_CHANGES;

	for (uint32_t i = 0; i < changes; i++) {
		const struct p9_keep_change *c = &k->change[i];
		struct p9_keep_slot *s = &k->slot[c->slot];

		if (c->slot >= k->slots)
			continue;
		s->fid = c->was;
		if (c->was.length < P9_KEEP_PATH)
			s->path[c->was.length] = 0;
	}
}

void p9_resume(struct p9 *p)
{
	struct p9_keep *k = p->fids.keep;

	p->resumed = true;
	if (k->version != P9_KEEP_VERSION || k->slots > P9_FIDS_MAX || k->msize < P9_MSIZE_MIN ||
	    k->msize > P9_MSIZE_MAX) {
		/* Slots behind those in use are never looked at: they need no memory yet. */
		memset(k, 0, offsetof(struct p9_keep, slot));
		k->version = P9_KEEP_VERSION;
		k->msize = P9_MSIZE_MIN;
		return;
	}
	p->msize = k->msize;
	p->again = p->same_files && k->position == p->position;
	if (p->again)
		undo(k);
	p->since = k->since;
	p9_fids_fill(&p->fids, check);
	/* A request that was carried out may have moved what others are about. */
	if (!p->again)
		p9_resume_open_all(p);
}

static int reopen(struct p9 *p, struct p9_fid *f, struct p9_keep_slot *s)
{
	const char *name = s->fid.length ? s->path : ".";
	struct stat st;

	if (!(s->fid.flags & P9_KEEP_KNOWN))
		return -ESTALE;
	f->path = p9_open_in(p->root, name, O_PATH, 0);
	if (f->path < 0)
		return f->path;
	if (fstat(f->path, &st) < 0)
		return -errno;
	if ((st.st_mode & S_IFMT) != s->fid.type ||
	    (p->same_files && (st.st_ino != s->fid.inode || st.st_dev != s->fid.device)))
		return -ESTALE;
	p9_keep_identify(s, &st); /* who comes after us must find this one again */
	if (!(s->fid.flags & P9_KEEP_OPEN))
		return 0;
	if (p->read_only && s->fid.open & P9_OPEN_ACCESS)
		return -EROFS;
	f->file = p9_reopen(p, f->path, (int)s->fid.open | O_NONBLOCK);
	f->directory = S_ISDIR(st.st_mode);
	return f->file < 0 ? f->file : 0;
}

int p9_resume_open(struct p9 *p, struct p9_fid *f)
{
	int e = reopen(p, f, &p->fids.keep->slot[p9_fid_index(&p->fids, f)]);

	if (e)
		p9_fid_drop(&p->fids, f);
	return e;
}

void p9_resume_open_all(struct p9 *p)
{
	unsigned lost = 0;

	p->again = false;
	for (uint32_t i = 0; i < p->fids.keep->slots; i++) {
		struct p9_fid *f = &p->fids.fid[i];

		if (p9_fid_find(&p->fids, f->number) == f && f->path < 0)
			lost += p9_resume_open(p, f) < 0;
	}
	if (lost)
		report_error("files of a shared directory that were in use and are not there any "
			     "more, which the guest is told: %u",
			     lost);
}

bool p9_was_done(const struct p9 *p, int error, int dir, const char *name)
{
	struct stat st;
	bool there;

	if (!p->again || (error != -EEXIST && error != -ENOENT))
		return false;
	there = name && !fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW);
	errno = -error;
	return !name || (there && st.st_ctim.tv_sec * NS_PER_S + st.st_ctim.tv_nsec >= p->since);
}
