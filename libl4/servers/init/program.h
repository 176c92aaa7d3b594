/* SPDX-License-Identifier: MIT */
/*
 * The programs the root task has started. A program is a task, its first thread, a gate to us
 * that is its pager, exception handler and service capability, and its memory. All its threads
 * use the same gate; the gate's label says which program is calling.
 */
#ifndef INIT_PROGRAM_H
#define INIT_PROGRAM_H

#include "modules.h"
#include "region.h"

#include <l4/sys/types.h>
#include <stdbool.h>
#include <stdint.h>

#define PROGRAM_NAME_MAX 32
#define PROGRAM_LABEL_SHIFT 4

struct program {
	char name[PROGRAM_NAME_MAX];
	bool alive;
	bool beside; /* the system does not wait for its end */
	l4_cap_idx_t task, thread, gate;
	struct region *regions; /* what page faults are answered from */
	struct region *blocks;  /* memory it asked for: mapped when handed out, only freed here */
};

/* What the boot script says about a program. */
struct program_start {
	const struct module *module;
	const char *name;
	uint64_t ram_start, ram_size; /* size 0: none */
	unsigned prio;
	bool beside;
	int argc;
	char **argv;
};

/* Loads and starts it. 0, or a negative error that has been reported. */
int program_start(const struct program_start *s);

/* The program a message with this label comes from, NULL when it has none. */
struct program *program_of_label(l4_umword_t label);

/*
 * Ends a program and frees what it had. Ends the system when it was the last one that counts: with
 * the status of the program that was started first.
 */
void program_end(struct program *p, unsigned status);

#endif
