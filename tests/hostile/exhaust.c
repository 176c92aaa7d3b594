/* SPDX-License-Identifier: MIT */
/*
 * Uses up all kernel memory, with every kind of thing in turn: each time the kernel says so, goes
 * on, and has all of it back afterwards. Root task; needs the feature "ux_check" and --kmem.
 */
#include <l4/sys/factory.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>
#include <l4/ux/check.h>
#include <stdio.h>
#include <stdlib.h>

#define FIRST 0x100UL
#define LAST 0xf000UL
#define SLOT(n) ((n) << L4_CAP_SHIFT)
#define TASK SLOT(0x80UL)

static char page[L4_PAGESIZE] __attribute__((aligned(L4_PAGESIZE)));

/* Makes one more thing, number n. Result: 0, or what the kernel says. */
static long make(long protocol, unsigned long n)
{
	return l4_error(l4_factory_create(L4_BASE_FACTORY_CAP, protocol, SLOT(n)));
}

static long make_gate(unsigned long n)
{
	return make(L4_PROTO_KOBJECT, n);
}

static long make_irq(unsigned long n)
{
	return make(L4_PROTO_IRQ_SENDER, n);
}

static long make_thread(unsigned long n)
{
	return make(L4_PROTO_THREAD, n);
}

static long make_task(unsigned long n)
{
	l4_fpage_t utcbs = l4_fpage(0xb3000000UL, 12, L4_FPAGE_RW);

	return l4_error(l4_factory_create_task(L4_BASE_FACTORY_CAP, SLOT(n), &utcbs));
}

/* A page table for each. */
static long make_mapping(unsigned long n)
{
	return l4_error(l4_task_map(TASK, L4_BASE_TASK_CAP,
				    l4_fpage((l4_addr_t)page, L4_PAGESHIFT, L4_FPAGE_RW),
				    n << 21 | L4_ITEM_MAP));
}

static long make_ku_mem(unsigned long n)
{
	l4_fpage_t f = l4_fpage(n << 21, 14, L4_FPAGE_RW);

	return l4_error(l4_task_add_ku_mem(TASK, &f));
}

/* A table of capabilities for each, in another task. */
static long make_capability(unsigned long n)
{
	return l4_error(l4_task_map(TASK, L4_BASE_TASK_CAP,
				    l4_obj_fpage(L4_BASE_LOG_CAP, 0, L4_CAP_FPAGE_RWS),
				    (n % 0xff) << 20 | L4_ITEM_MAP));
}

static const struct {
	const char *name;
	long (*make)(unsigned long n);
	long expected;
} kinds[] = {
	{ "gates", make_gate, -L4_ENOMEM },
	{ "IRQs", make_irq, -L4_ENOMEM },
	{ "threads", make_thread, -L4_ENOMEM },
	{ "tasks", make_task, -L4_ENOMEM },
	{ "mappings", make_mapping, -(long)(L4_EIPC_LO + L4_IPC_SEMAPFAILED) },
	{ "kernel-user memory", make_ku_mem, -L4_ENOMEM },
	{ "capabilities", make_capability, 0 },
};

static void drop(unsigned long n)
{
	l4_task_unmap(L4_BASE_TASK_CAP, l4_obj_fpage(SLOT(n), 0, L4_CAP_FPAGE_RWSD),
		      L4_FP_DELETE_OBJ);
}

static int fail(const char *kind, const char *what, long got)
{
	printf("not ok: %s: %s: %ld\n", kind, what, got);
	return EXIT_FAILURE;
}

/* Until nothing more goes, and back. Result: exit status. */
static int exhaust(unsigned kind, int quiet)
{
	const char *name = kinds[kind].name;
	unsigned long n = FIRST;
	long e = 0, violated;

	if (make_task(0x80) < 0)
		return fail(name, "no task to begin with", 0);
	while (n < LAST && !(e = kinds[kind].make(n)))
		n++;
	if (n == FIRST || (e && e != kinds[kind].expected))
		return fail(name, "ended with", e);
	if (e != kinds[kind].expected)
		return fail(name, "never ended", (long)n);
	violated = l4_ux_check();
	if (violated)
		return fail(name, "violated invariants", violated);
	if (!quiet)
		printf("%s: %lu, then %ld; %ld bytes in use\n", name, n - FIRST, e,
		       l4_ux_kmem_used());
	for (unsigned long i = FIRST; i <= n; i++)
		drop(i);
	drop(0x80);
	violated = l4_ux_check();
	return violated ? fail(name, "violated invariants at the end", violated) : EXIT_SUCCESS;
}

int main(void)
{
	*(volatile char *)page = 1; /* it must be ours to be mapped */
	/* Once to make the tables that stay, then for good. */
	for (unsigned round = 0; round < 2; round++)
		for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
			long before = l4_ux_kmem_used();

			if (exhaust(i, !round))
				return EXIT_FAILURE;
			if (round && l4_ux_kmem_used() != before)
				return fail(kinds[i].name, "bytes that are not back",
					    l4_ux_kmem_used() - before);
		}
	printf("EXHAUST FINISH\n");
	return EXIT_SUCCESS;
}
