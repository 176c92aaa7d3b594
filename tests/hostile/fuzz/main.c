/* SPDX-License-Identifier: MIT */
/*
 * The whole system under random system calls: tasks with several threads each make them, touch
 * memory, raise exceptions and run as vCPUs, while this task, which outranks them, resets and
 * deletes them in between. A round lasts some milliseconds; the next one begins with everything
 * new. What counts is that the kernel survives, finds nothing wrong with itself when it is asked
 * after each burst, and that this task is left alone.
 *
 *	l4ux run fuzz one|many|vcpu SECONDS [SEED [ROUND]]
 *
 * ROUND is where to begin. Only the times at which threads are interrupted differ from run to run.
 *
 * Read round.c (what there is), worker.c (what the others do) and pager.c (who serves their
 * faults), then ../call.h.
 */
#include "fuzz.h"

#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/kip.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/thread.h>
#include <l4/util/rdtsc.h>
#include <l4/ux/check.h>
#include <l4/ux/program.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND 1000000UL
#define MANY_CALLS 10000 /* enough that none of them succeeds by bad luck alone */
/* Tasks that workers make and that hold each other are out of everybody's reach: see CAVEATS. */
#define KMEM_SLACK (16L << 20)

static const struct mode modes[] = {
	{ "one", 1, 8, 0 },
	{ "many", 4, 3, 0 },
	{ "vcpu", 2, 3, 2 },
};

static char pager_stack[2 * L4_PAGESIZE] __attribute__((aligned(16)));
static struct fuzz z = { .slots = SLOTS };
static unsigned long bursts;
static long memory_before,
	memory_now; /* of the kernel, in use after the first and the last round */

void must(l4_msgtag_t tag, const char *what)
{
	long e = l4_error(tag);

	if (e >= 0)
		return;
	printf("fuzz: cannot %s: %ld\n", what, e);
	exit(EXIT_FAILURE);
}

static void set_prio(l4_cap_idx_t thread, unsigned prio)
{
	l4_sched_param_t p = l4_sched_param(prio, 0);

	must(l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, thread, &p), "set a priority");
}

void thread_start(l4_cap_idx_t task, l4_cap_idx_t thread, l4_addr_t utcb, void (*entry)(void),
		  l4_addr_t sp, unsigned prio)
{
	l4_thread_control_start();
	l4_thread_control_pager(L4_BASE_PAGER_CAP);
	l4_thread_control_exc_handler(L4_BASE_PAGER_CAP);
	l4_thread_control_bind((l4_utcb_t *)utcb, task);
	must(l4_thread_control_commit(thread), "bind a thread");
	must(l4_thread_ex_regs(thread, (l4_addr_t)entry, sp, 0), "start a thread");
	set_prio(thread, prio);
}

static void nap(void)
{
	l4_ipc_sleep(
		l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_from_us(50 + fuzz_below(&z, 500))));
	main_was_here = l4_kip_clock(l4_kip());
}

static const struct mode *mode_find(const char *name)
{
	for (unsigned i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (!strcmp(modes[i].name, name))
			return &modes[i];
	printf("usage: fuzz one|many|vcpu SECONDS [SEED [ROUND]]\n");
	exit(EXIT_FAILURE);
}

static unsigned long round_seed(unsigned long seed, unsigned long round)
{
	return (seed * 0x9e3779b97f4a7c15 + round * 0xbf58476d1ce4e5b9) | 1;
}

static void check(void)
{
	long wrong = l4_ux_check();

	bursts++;
	if (!wrong)
		return;
	printf("fuzz: the kernel finds itself wrong (%ld)\n", wrong);
	exit(EXIT_FAILURE);
}

/* All that a round had must be gone. */
static void check_memory(void)
{
	memory_now = l4_ux_kmem_used();
	if (!memory_before)
		memory_before = memory_now;
	if (memory_now <= memory_before + KMEM_SLACK)
		return;
	printf("fuzz: kernel memory in use grew from %ld to %ld bytes\n", memory_before,
	       memory_now);
	exit(EXIT_FAILURE);
}

static void play(const struct mode *m)
{
	round_start(m, &z);
	for (unsigned k = fuzz_below(&z, 100); k; k--) {
		nap();
		round_disturb(m, &z);
		if (fuzz_below(&z, 8) == 0)
			check();
	}
	round_end(m, &z);
	check();
	check_memory();
}

/* What never had an answer without an error was not really tested. */
static int report(void)
{
	int missing = 0;

	printf("\nfuzz: calls made, answered without an error\n");
	for (unsigned i = 0; i < fuzz_shapes(); i++) {
		printf("  %-26s %8u %8u\n", fuzz_shape_name(i), z.tried[i], z.fine[i]);
		if (z.tried[i] < MANY_CALLS || z.fine[i] || fuzz_shape_refused(i))
			continue;
		printf("fuzz: %s was never answered without an error\n", fuzz_shape_name(i));
		missing++;
	}
	return missing;
}

int main(int argc, char **argv)
{
	const struct mode *m = mode_find(argc > 1 ? argv[1] : "");
	unsigned long seconds = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	unsigned long seed = argc > 3 ? strtoul(argv[3], NULL, 10) : l4_rdtsc() % 1000000;
	unsigned long first = argc > 4 ? strtoul(argv[4], NULL, 10) : 0, round = first;
	l4_addr_t utcb = (l4_addr_t)l4_utcb() + L4_UTCB_OFFSET;
	l4_kernel_clock_t now = l4_kip_clock(l4_kip()), end = now + seconds * SECOND, next = 0;

	printf("fuzz: mode %s, seed %lu, %lu seconds\n", m->name, seed, seconds);
	pager_init();
	must(l4_factory_create_thread(L4_BASE_FACTORY_CAP, PAGER_THREAD), "create the pager");
	set_prio(L4_BASE_THREAD_CAP, HIGH_PRIO);
	thread_start(L4_BASE_TASK_CAP, PAGER_THREAD, utcb, pager_entry,
		     (l4_addr_t)pager_stack + sizeof(pager_stack) - 8, HIGH_PRIO);
	do {
		if (now >= next)
			printf("\nfuzz: at most 1 s after this: fuzz %s 2 %lu %lu\n", m->name, seed,
			       round);
		if (now >= next)
			next = now + SECOND;
		z.seed = round_seed(seed, round++);
		play(m);
		now = l4_kip_clock(l4_kip());
	} while (now < end);
	if (report() && seconds >= 10)
		return EXIT_FAILURE;
	printf("fuzz: kernel memory in use: %ld bytes after the first round, %ld after the last\n",
	       memory_before, memory_now);
	printf("ok: %lu rounds, %lu bursts, %lu calls, %lu page faults, %lu exceptions\n",
	       round - first, bursts, z.count, pager_faults, pager_exceptions);
	return EXIT_SUCCESS;
}
