/* SPDX-License-Identifier: MIT */
/*
 * The ring of events (core/event.h) as a file: Chrome's JSON, which Perfetto opens, or CTF 1.8,
 * which babeltrace2 and Trace Compass read. Both writers work on a copy, so that they serve the
 * running system and the command that has fetched one.
 */
#ifndef DEBUG_TRACE_H
#define DEBUG_TRACE_H

#include "../core/event.h"

#include <stddef.h>
#include <stdio.h>

struct trace_name {
	uint64_t id, task; /* task: of a thread; 0: it is a task itself */
	char name[24];     /* empty: it has none */
};

struct trace {
	const struct event *event;
	size_t events;
	uint64_t lost; /* events before the first one that are gone */
	const struct trace_name *name;
	size_t names;
};

/* What the words of an event mean. */
struct trace_kind {
	const char *name, *a, *b;
};
extern const struct trace_kind trace_kinds[EVENT_TYPES];

/* 0 or negative errno. A CTF trace is a directory, which is made. */
int trace_write_chrome(FILE *f, const struct trace *t);
int trace_write_ctf(const char *directory, const struct trace *t);

/* By the path: NAME.json is Chrome's, everything else CTF. 0 or negative errno. */
int trace_write(const char *path, const struct trace *t);

/* The last @limit events of this system. 0 or negative errno. */
int trace_write_own(const char *path, size_t limit);

#endif
