/* SPDX-License-Identifier: MIT */
/*
 * Task processes of a system that goes back to where it was (checkpoint.h): which process and which
 * host thread belonged to whom, what was mapped, and vector registers. The processes stay; those
 * that have gone meanwhile are replaced.
 */
#ifndef ENGINE_MARK_H
#define ENGINE_MARK_H

#include <stdbool.h>

/* Notes all that. 0 or negative errno. */
int mark_take(void);

/* Before the objects are put back: no process belongs to any. */
void mark_take_down(void);

/* When they are back. 0 or negative errno: the system cannot go on. */
int mark_put_back(void);

/* Pages of RAM may be written only by those who name them again (host/dirty.h). */
void mark_protect(void);

#endif
