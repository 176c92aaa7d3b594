/* SPDX-License-Identifier: MIT */
/*
 * Invariants of the core: a check of everything against everything, for tests and for builds
 * with sanitizers. Slow; changes nothing but scratch fields of its own.
 *
 * check.c objects and capabilities, check_ipc.c threads and queues, check_memory.c spaces and
 * quotas.
 */
#ifndef CORE_CHECK_H
#define CORE_CHECK_H

struct kobj;

/*
 * NULL, or what is wrong. Nobody may be in the middle of a change: between kernel entries, or in
 * a call that has changed nothing yet.
 */
const char *check_core(void);

/* For the parts of the check. */
#define CHECK(cond) \
	do { \
		if (!(cond)) \
			return #cond; \
	} while (0)

/* What the parts count, to be compared with what is counted elsewhere. */
struct check_sums {
	unsigned objects;
	unsigned long caps_listed, caps_in_tables;
	unsigned long mappings, children; /* children: mappings that have a parent */
	unsigned long ready;              /* threads that want to run */
	unsigned long queued, in_queues;  /* senders that think they are in a queue; those found */
	unsigned long answers, slots;     /* callers with a reply slot; slots with a caller */
};

const char *check_ipc(struct kobj *o, struct check_sums *sums);
const char *check_memory(struct kobj *o, struct check_sums *sums);

#endif
