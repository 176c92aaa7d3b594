/* SPDX-License-Identifier: MIT */
/*
 * Runs the examples of the interface manual one after the other; the last one ends the machine
 * with status 0. Read them next to the pages in docs/interface that show them.
 *
 *	l4ux run build/examples/manual
 */
#include "manual.h"

#include <stdio.h>
#include <stdlib.h>

#define WORKERS 4

static const struct {
	const char *name;
	int (*run)(void);
} examples[] = {
	{ "task", example_task },
	{ "thread", example_thread },
	{ "ipc", example_ipc },
	{ "reply", example_reply },
	{ "mapping", example_mapping },
	{ "gate", example_gate },
	{ "irq", example_irq },
	{ "semaphore", example_semaphore },
	{ "icu", example_icu },
	{ "log", example_log },
	{ "factory", example_factory },
	{ "scheduler", example_scheduler },
	{ "debugger", example_debugger },
	{ "kip", example_kip },
	{ "extensions", example_extensions },
	{ "platform", example_platform },
};

l4_cap_idx_t worker_start(void (*entry)(void))
{
	static char stack[WORKERS][L4_PAGESIZE] __attribute__((aligned(16)));
	static unsigned used;

	must(used < WORKERS ? 0 : -L4_ENOMEM, "find a stack");
	return peer_thread_start(L4_BASE_TASK_CAP, utcb_alloc(), L4_BASE_PAGER_CAP, entry,
				 stack[used++], L4_PAGESIZE);
}

int main(void)
{
	for (unsigned i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		int wrong;

		printf("%s\n", examples[i].name);
		wrong = examples[i].run();
		if (wrong) {
			printf("%s: wrong at step %d\n", examples[i].name, wrong);
			return EXIT_FAILURE;
		}
	}
	return EXIT_SUCCESS;
}
