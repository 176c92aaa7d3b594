// SPDX-License-Identifier: MIT
/*
 * The core under random system calls, faults, timers and interrupts, on the host and without
 * guest code: about a million kernel entries a minute with sanitizers, and after each of them
 * every invariant is checked.
 *
 *	fuzz-core SEED [EPISODES [ENTRIES]]
 *
 * An episode starts a small system, makes entries, ends it and looks for leftovers. The same seed
 * gives the same run; what fails prints the seed of its episode.
 */
#include "../call.h"
#include "fake_system.h"

#include "core/check.h"
#include "core/fault.h"
#include "core/gate.h"
#include "core/iommu.h"
#include "core/platform.h"
#include "core/timer.h"
#include "core/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TASKS 3U
#define THREADS 3U
#define SHARED 5U
#define DEVICES 2U

static struct fuzz z = { .utcb_base = UTCB_BASE, .slots = 28 };

/* The slots every task begins with; the last quarter is for what is made. */
static const uint8_t kinds[] = { FUZZ_UNKNOWN,  FUZZ_TASK,   FUZZ_FACTORY, FUZZ_UNKNOWN,
				 FUZZ_UNKNOWN,  FUZZ_LOG,    FUZZ_ICU,     FUZZ_SCHEDULER,
				 FUZZ_DEBUGGER, FUZZ_TASK,   FUZZ_UNKNOWN, FUZZ_UNKNOWN,
				 FUZZ_THREAD,   FUZZ_THREAD, FUZZ_THREAD,  FUZZ_THREAD,
				 FUZZ_THREAD,   FUZZ_THREAD, FUZZ_THREAD,  FUZZ_THREAD,
				 FUZZ_THREAD };

static uint64_t below(uint64_t n)
{
	return fuzz_below(&z, n);
}

static void give_all(struct factory *f)
{
	struct kobj *shared[SHARED] = { log_create(), icu_create(DEVICES), scheduler_create(),
					iommu_create(DEVICES), debugger_create() };
	static const unsigned slots[SHARED] = { 5, 6, 7, 4, 8 };
	struct task *t[TASKS];

	for (unsigned i = 0; i < TASKS; i++) {
		t[i] = fake_task(f);
		fake_give(t[i], 2, &f->obj, CAP_ALL);
		for (unsigned k = 0; k < SHARED; k++)
			fake_give(t[i], slots[k], shared[k], CAP_ALL);
		for (unsigned k = 0; k < THREADS; k++) {
			struct thread *th = fake_thread(f, t[i], k, 10 + k);

			th->pager = L4_CAP_OFFSET * below(24);
			th->exc_handler = L4_CAP_OFFSET * below(24);
			for (unsigned j = 0; j <= i; j++)
				fake_give(t[j], 12 + i * THREADS + k, &th->obj, CAP_ALL);
		}
		if (i)
			fake_give(t[i - 1], 9, &t[i]->obj, CAP_ALL);
	}
	t[0]->space.identity_start = 0x10000;
	t[0]->space.identity_end = 64UL << 20;
	for (unsigned i = 0; i < TASKS; i++)
		kobj_unpin(&t[i]->obj);
	for (unsigned k = 0; k < SHARED; k++)
		kobj_unpin(shared[k]);
}

static struct thread *pick(void)
{
	struct thread *t = NULL;
	unsigned seen = 0;

	list_for_each(it, &kobj_all) {
		struct kobj *o = list_entry(it, struct kobj, all_link);

		if (o->ops->type == KOBJ_THREAD && !list_empty(&thread_of(o)->ready) &&
		    below(++seen) == 0)
			t = thread_of(o);
	}
	return t;
}

static void entry(struct thread *t)
{
	struct fuzz_regs r;

	switch (below(16)) {
	case 0:
		fault_page_fault(t, fuzz_address(&z), fuzz_random(&z) & 0x17);
		break;
	case 1:
		fault_exception(t, below(20), 0, 0);
		break;
	default:
		fuzz_system_call(&z, t->utcb, t->vcpu.state, &r);
		t->regs.rax = r.rax;
		t->regs.rdx = r.rdx;
		t->regs.rsi = r.rsi;
		t->regs.r8 = r.r8;
		fault_syscall(t);
		if (!t->obj.dead && t->ipc.state == IPC_IDLE)
			fuzz_answered(&z, t->regs.rax);
	}
}

/* As the kernel's main loop does it. */
static void one_turn(void)
{
	struct thread *t;

	fake.now += below(64);
	if (below(8) == 0)
		timer_expire(fake.now);
	if (below(16) == 0)
		icu_raise(below(16));
	if (below(64) == 0)
		fake.fail_alloc_in = 1 + below(6);
	ipc_run_pending();
	t = pick();
	if (!t) {
		fake.now += 1UL << 32;
		timer_expire(fake.now);
	} else if (thread_prepare(t)) {
		kobj_pin(&t->obj);
		entry(t);
		kobj_unpin(&t->obj);
	}
	fake.fail_alloc_in = 0;
}

static struct kobj *first_of(enum kobj_type type)
{
	list_for_each(it, &kobj_all) {
		struct kobj *o = list_entry(it, struct kobj, all_link);

		if (o->ops->type == type && !o->dead)
			return o;
	}
	return NULL;
}

static const char *end_all(struct factory *f)
{
	static const enum kobj_type order[] = { KOBJ_TASK, KOBJ_THREAD, KOBJ_GATE, KOBJ_IRQ };
	struct kobj *o;

	for (unsigned i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		while ((o = first_of(order[i])))
			kobj_kill(o);
	kobj_unpin(&f->obj);
	trace_stop();
	if (kobj_count())
		return "objects are left";
	if (space_mapping_count())
		return "mappings are left";
	if (fake.ku_pages)
		return "kernel-user memory is left";
	return timer_next() == UINT64_MAX ? NULL : "timers are left";
}

static int episode(unsigned entries)
{
	uint64_t start = z.seed;
	struct factory *f, *sub;
	const char *why = NULL;
	long blocks;

	fake_reset();
	memset(z.kind, 0, sizeof(z.kind));
	memcpy(z.kind, kinds, sizeof(kinds));
	f = factory_create(NULL, FACTORY_UNLIMITED);
	sub = factory_create(f, below(4) ? 8UL << 20 : 400UL << 10);
	give_all(below(2) ? f : sub);
	kobj_unpin(&sub->obj);
	for (unsigned i = 0; i < entries && !why; i++) {
		one_turn();
		ipc_run_pending();
		why = check_core();
		if (why)
			fprintf(stderr, "after entry %u: not true: %s\n", i, why);
	}
	if (!why) {
		why = end_all(f);
		if (why)
			fprintf(stderr, "at the end: %s\n", why);
	}
	blocks = fake.heap_blocks;
	if (!why && blocks > 1) { /* the timer heap stays */
		fprintf(stderr, "at the end: %ld blocks of memory are left\n", blocks);
		why = "";
	}
	if (why)
		fprintf(stderr, "again: fuzz-core 0x%lx 1 %u\n", start, entries);
	return why ? 1 : 0;
}

int main(int argc, char **argv)
{
	unsigned episodes = argc > 2 ? strtoul(argv[2], NULL, 0) : 100;
	unsigned entries = argc > 3 ? strtoul(argv[3], NULL, 0) : 1000;

	z.seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	if (!z.seed)
		z.seed = 1;
	for (unsigned i = 0; i < episodes; i++) {
		if (getenv("FUZZ_VERBOSE"))
			fprintf(stderr, "episode 0x%lx\n", z.seed);
		if (episode(entries))
			return 1;
	}
	printf("ok: %u episodes of %u entries\n", episodes, entries);
	return 0;
}
