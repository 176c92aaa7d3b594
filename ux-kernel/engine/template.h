/* SPDX-License-Identifier: MIT */
/* The first task process, made by exec from the embedded task image. */
#ifndef ENGINE_TEMPLATE_H
#define ENGINE_TEMPLATE_H

#include "stub.h"

#include <stdbool.h>
#include <sys/types.h>

struct hthread;

/*
 * Starts it, attached and stopped in its final state but for leftovers to unmap. @fds become its
 * descriptors STUB_FD_CODE and following; -1: none. Its pid, or negative errno after a report.
 * @listener: descriptor for the seccomp notifications of all task processes, and its number in the
 * template; or a negative errno.
 */
struct template_listener {
	int fd, there;
};

/* @has_listeners: there is none, each thread of guest code makes one of its own. */
pid_t template_start(const int fds[STUB_FDS], bool has_listeners,
		     struct template_listener *listener);

/*
 * For @h, the thread of such a process. empty: what is left afterwards are the stub's pages.
 * close_listener: nobody there needs it. 0 or negative errno, empty with a report.
 */
int template_empty(struct hthread *h);
int template_close_listener(struct hthread *h, const struct template_listener *listener);

#endif
