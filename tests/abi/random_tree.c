/* SPDX-License-Identifier: MIT */
/*
 * Memory mapped between three tasks in all directions and taken back, thrown with dice. What the
 * tasks have in the end is found out by mapping it here: each right alone, and what the page holds.
 *
 * Series are left out (sum 0) in which Fiasco takes another mapping's child for one of the source,
 * so that a page that is mapped again stays where it was in the tree.
 */
#include "random.h"
#include "tap.h"

#include <l4/abi/ops.h>
#include <l4/sys/factory.h>
#include <l4/sys/task.h>
#include <stdio.h>

#define TASKS 3U
#define PAGES 16U
#define PAGE 4096UL
#define BASE 0x60000000UL
#define HERE 0x600000000000UL

static char area[PAGES][PAGE] __attribute__((aligned(PAGES * PAGE)));

static l4_cap_idx_t task(unsigned n)
{
	return n < TASKS ? SLOT(n) : L4_BASE_TASK_CAP;
}

static l4_addr_t base(unsigned n)
{
	return n < TASKS ? BASE : (l4_addr_t)area;
}

static long map(unsigned from, unsigned to, l4_addr_t page, unsigned order, unsigned rights,
		l4_umword_t control)
{
	return l4_error(l4_task_map(task(to), task(from),
				    l4_fpage(page, (unsigned char)order, (unsigned char)rights),
				    control | L4_ITEM_MAP));
}

static void step(void)
{
	unsigned n = random_below(TASKS), from = random_below(2) ? TASKS : random_below(TASKS);
	unsigned order = 12 + random_below(4), rights = random_below(2) ? 7 : random_below(8);
	l4_addr_t page = random_below(PAGES) * PAGE, to = random_below(PAGES) * PAGE;

	if (random_below(5)) {
		unsigned grant = from < TASKS && random_below(5) == 0 ? L4_MAP_ITEM_GRANT : 0;

		random_line("map %u -> %u page %lx order %u rights %u to %lx%s = %ld", from, n,
			    page, order, rights, to, grant ? " grant" : "",
			    map(from, n, base(from) + page, order, rights, (BASE + to) | grant));
	} else {
		l4_umword_t mask = random_below(2) ? L4_FP_ALL_SPACES : 0;

		if (!mask)
			n = random_below(TASKS + 1);
		random_line("unmap %u page %lx order %u rights %u mask %lx", n, page, order, rights,
			    mask);
		abi_call(task(n), L4_PROTO_TASK, 3, L4_TASK_UNMAP_OP, mask,
			 l4_fpage(base(n) + page, (unsigned char)order, (unsigned char)rights).raw);
	}
}

/*
 * Maps a page of a task here with these rights. Result: whether it counts as touched, which it does
 * when its page there does; or what it holds.
 */
static unsigned try(unsigned n, unsigned page, unsigned rights, int look)
{
	unsigned found = 0;

	map(n, TASKS, BASE + page * PAGE, 12, rights, HERE);
	abi_call(L4_BASE_TASK_CAP, L4_PROTO_TASK, 3, L4_TASK_UNMAP_OP, L4_FP_ALL_SPACES,
		 l4_fpage(HERE, 12, 0).raw);
	if (MR(2) & 3)
		found = look ? *(volatile unsigned char *)HERE : MR(2) & 3;
	abi_call(L4_BASE_TASK_CAP, L4_PROTO_TASK, 3, L4_TASK_UNMAP_OP, L4_FP_ALL_SPACES,
		 l4_fpage(HERE, 12, L4_FPAGE_RWX).raw);
	return found;
}

static void look(unsigned n)
{
	char text[2 * PAGES + 1] = "";

	for (unsigned i = 0; i < PAGES; i++) {
		unsigned frame = try(n, i, L4_FPAGE_RO, 1);

		text[2 * i] = frame ? (char)('a' + frame - 1) : '-';
		text[2 * i + 1] = (char)('0' + try(n, i, L4_FPAGE_W, 0) + 4 * try(n, i, 1, 0));
	}
	random_line("task %u %s", n, text);
}

void random_trees(void)
{
	l4_fpage_t none = { 0 };

	for (unsigned seed = 0; seed < RANDOM_TREES; seed++) {
		if (!random_tree_sums[seed])
			continue;
		random_start(seed);
		for (unsigned i = 0; i < PAGES; i++)
			area[i][0] = (char)(i + 1);
		for (unsigned i = 0; i < TASKS; i++)
			l4_factory_create_task(L4_BASE_FACTORY_CAP, SLOT(i), &none);
		for (unsigned i = 0; i < 30; i++)
			step();
		for (unsigned i = 0; i < TASKS; i++)
			look(i);
		for (unsigned i = 0; i < TASKS; i++)
			abi_drop(SLOT(i), L4_FP_DELETE_OBJ);
		random_series(seed, random_tree_sums, "trees");
	}
}
