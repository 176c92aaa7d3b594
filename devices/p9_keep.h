/* SPDX-License-Identifier: MIT */
/*
 * Writing down what the next process needs to know (p9_keep_format.h), as it happens; and that
 * next process' side of it, p9_resume.c.
 *
 * It may die at any instruction. What a request changes of a slot is written down before, so that
 * who does the request again finds the fids as they were.
 */
#ifndef DEVICES_P9_KEEP_H
#define DEVICES_P9_KEEP_H

#include "p9_fid.h"
#include "p9_keep_format.h"

#include <stdbool.h>
#include <sys/stat.h>

struct p9;

/* A request at this position begins; @changes: it is one that changes files. */
void p9_keep_begin(struct p9_keep *k, uint32_t position, bool changes);

/* A slot will change in a way that its old head and path undo. */
void p9_keep_change(struct p9_keep *k, uint32_t slot);

/* Where @slot is, into @to; @name in it; and what stands there. */
void p9_keep_copy(struct p9_keep_slot *to, const struct p9_keep_slot *slot);
void p9_keep_step(struct p9_keep_slot *at, const char *name);
void p9_keep_identify(struct p9_keep_slot *at, const struct stat *st);

/* The fid of that slot, under its number, is at @at now, and not open. */
void p9_keep_put(struct p9_keep *k, uint32_t slot, uint32_t number, const struct p9_keep_slot *at);
void p9_keep_opened(struct p9_keep *k, uint32_t slot, uint32_t flags);
void p9_keep_dropped(struct p9_keep *k, uint32_t slot);

/*
 * Whatever is at @name in the directory of slot @dir is gone, or elsewhere. @again: it may be there
 * already, with the fids that came along.
 */
void p9_keep_removed(struct p9_keep *k, uint32_t dir, const char *name);
void p9_keep_moved(struct p9_keep *k, uint32_t dir, const char *name, uint32_t new_dir,
		   const char *new_name, bool again);

/*
 * p9_resume.c: the first request of this process comes next. Makes the table of fids from what was
 * kept; p->again: it is a request that the process before may have carried out already. open_all:
 * has their files again, as far as they are there.
 */
void p9_resume(struct p9 *p);
void p9_resume_open_all(struct p9 *p);

/* The file of a fid that has not been opened again yet. 0 or negative errno. */
int p9_resume_open(struct p9 *p, struct p9_fid *f);

/*
 * Whether the request under way is one of the process before, and the reason for @error: @name in
 * @dir (NULL: nothing) stands there since then. errno becomes -@error.
 */
bool p9_was_done(const struct p9 *p, int error, int dir, const char *name);

#endif
