/* SPDX-License-Identifier: MIT */
/*
 * Is what was unmapped really out of reach? We map, unmap and protect pages of a second task at
 * random, in bursts longer than any queue of the kernel, keep a model of what it should see, and
 * let it read and write. What it can do must lie between what it must be able to do and what it
 * may: mapping a page again may either replace or add rights. Now and then the task is deleted
 * and a new one made, which must see nothing of the old one's memory.
 *
 *	l4ux run tlb SEED [STEPS [SCATTERED [ROUNDS]]]
 *
 * SCATTERED pages are mapped at the end, one by one and never two that belong together, and
 * touched in ROUNDS, to pass the host's limit of mappings. limit.py watches that from outside.
 * Read probe.c next.
 */
#include "../call.h"
#include "probe.h"

#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/task.h>
#include <l4/ux/init.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POOL 0x40000000UL
#define WINDOW 0x80000000UL
#define SCATTER 0x200000000UL
#define PAGES 1024UL
#define ORDER_MAX 10U /* pages, log2 */

struct seen {
	unsigned short page;     /* of the pool */
	unsigned char must, may; /* rights; may == 0: nothing there */
};

static struct seen model[PAGES];
static struct fuzz z;
static unsigned long probes, denied;

static l4_addr_t pool(unsigned long page)
{
	return POOL + page * L4_PAGESIZE;
}

static void wrong(const char *what, unsigned long page, unsigned long got)
{
	printf("tlb: page %lu: %s: model: pool page %u, rights %u to %u; got 0x%lx\n", page, what,
	       model[page].page, model[page].must, model[page].may, got);
	exit(EXIT_FAILURE);
}

static void map(unsigned long from, unsigned long to, unsigned order, unsigned rights)
{
	l4_msgtag_t tag = l4_task_map(
		PROBE_TASK, L4_BASE_TASK_CAP, l4_fpage(pool(from), order + L4_PAGESHIFT, rights),
		l4_map_control(WINDOW + to * L4_PAGESIZE, 0, L4_MAP_ITEM_MAP));

	if (l4_error(tag) < 0) {
		printf("tlb: cannot map: %ld\n", l4_error(tag));
		exit(EXIT_FAILURE);
	}
	if (rights & L4_FPAGE_W)
		rights |= L4_FPAGE_R;
	for (unsigned long i = 0; rights && i < 1UL << order; i++) {
		struct seen *s = &model[to + i];

		if (s->may && s->page == from + i)
			s->may |= rights;
		else
			s->may = rights;
		s->must = rights;
		s->page = from + i;
	}
}

static void forget(struct seen *s, unsigned rights)
{
	if (rights & L4_FPAGE_R)
		rights = L4_FPAGE_RWX;
	s->must &= ~rights;
	s->may &= ~rights;
}

static void unmap_there(unsigned long page, unsigned order, unsigned rights)
{
	l4_task_unmap(PROBE_TASK,
		      l4_fpage(WINDOW + page * L4_PAGESIZE, order + L4_PAGESHIFT, rights),
		      L4_FP_ALL_SPACES);
	for (unsigned long i = 0; i < 1UL << order; i++)
		forget(&model[page + i], rights);
}

static void unmap_here(unsigned long page, unsigned order, unsigned rights)
{
	l4_task_unmap(L4_BASE_TASK_CAP, l4_fpage(pool(page), order + L4_PAGESHIFT, rights),
		      L4_FP_OTHER_SPACES);
	for (unsigned long i = 0; i < PAGES; i++)
		if (model[i].page >= page && model[i].page < page + (1UL << order))
			forget(&model[i], rights);
}

static void change(void)
{
	unsigned order = fuzz_below(&z, 2) ? 0 : fuzz_below(&z, ORDER_MAX + 1);
	unsigned long mask = ~((1UL << order) - 1);
	unsigned long a = fuzz_below(&z, PAGES) & mask, b = fuzz_below(&z, PAGES) & mask;
	unsigned rights = fuzz_below(&z, 2) ? L4_FPAGE_RW : fuzz_below(&z, 8);

	switch (fuzz_below(&z, 8)) {
	case 0:
	case 1:
		unmap_there(a, order, rights);
		break;
	case 2:
		unmap_here(a, order, rights);
		break;
	default:
		map(a, b, order, rights);
	}
}

static void check(unsigned long page)
{
	const struct seen *s = &model[page];
	l4_addr_t addr = WINDOW + page * L4_PAGESIZE;
	l4_umword_t got = 0;
	/* What can be executed or written can be read on this processor. */
	int ok = probe_read(addr, &got);

	probes += 2;
	denied += !ok;
	if (ok && !s->may)
		wrong("readable", page, got);
	if (!ok && (s->must & L4_FPAGE_R))
		wrong("not readable", page, 0);
	if (ok && got != s->page)
		wrong("other content", page, got);
	got = fuzz_random(&z);
	ok = probe_write(addr + 8, got);
	denied += !ok;
	if (ok && !(s->may & L4_FPAGE_W))
		wrong("writable", page, got);
	if (!ok && (s->must & L4_FPAGE_W))
		wrong("not writable", page, 0);
	if (ok && *(volatile l4_umword_t *)(pool(s->page) + 8) != got)
		wrong("written somewhere else", page, got);
}

/* What comes along with a page that is touched must be what the tables say, page by page. */
static void around(void)
{
	for (unsigned first = 0; first < 16; first++) {
		map(64, 64, 4, L4_FPAGE_RW);
		unmap_there(64 + 5, 0, L4_FPAGE_RWX);
		map(200, 64 + 6, 0, L4_FPAGE_RW);
		unmap_there(64 + 9, 0, L4_FPAGE_W);
		map(64 + 12, 64 + 12, 0, L4_FPAGE_RO);
		unmap_here(64 + 14, 0, L4_FPAGE_RWX);
		for (unsigned i = 0; i < 16; i++)
			check(64 + (first + i) % 16);
		unmap_there(64, 4, L4_FPAGE_RWX);
	}
}

static void scatter(unsigned long count, unsigned long rounds)
{
	for (unsigned pass = 0; pass <= rounds; pass++)
		for (unsigned long i = 0; i < count; i++) {
			unsigned long page = i * 7 % PAGES;
			l4_addr_t to = SCATTER + i * L4_PAGESIZE;
			l4_umword_t got = 0;

			if (!pass)
				l4_task_map(PROBE_TASK, L4_BASE_TASK_CAP,
					    l4_fpage(pool(page), L4_PAGESHIFT, L4_FPAGE_RO),
					    l4_map_control(to, 0, L4_MAP_ITEM_MAP));
			else if (!probe_read(to, &got) || got != page)
				wrong("lost in the crowd", page, got);
		}
}

int main(int argc, char **argv)
{
	unsigned long steps = argc > 2 ? strtoul(argv[2], NULL, 10) : 200;

	z.seed = argc > 1 ? strtoul(argv[1], NULL, 10) | 1UL << 40 : 1;
	if (l4_init_mem_alloc(22, l4_fpage(POOL, 22, 0)) < 0) {
		printf("tlb: no memory\n");
		return EXIT_FAILURE;
	}
	for (unsigned long i = 0; i < PAGES; i++)
		*(l4_umword_t *)pool(i) = i;
	probe_start();
	around();
	for (unsigned long n = 0; n < steps; n++) {
		unsigned long burst = fuzz_below(&z, 4) ? fuzz_below(&z, 8) : fuzz_below(&z, 200);

		while (burst--)
			change();
		for (unsigned k = 0; k < 16; k++)
			check(fuzz_below(&z, PAGES));
		for (unsigned k = 0; n % 64 == 63 && k < PAGES; k++)
			check(k);
		if (fuzz_below(&z, 32) == 0) {
			probe_end();
			probe_start();
			memset(model, 0, sizeof(model));
		}
	}
	if (argc > 3)
		scatter(strtoul(argv[3], NULL, 10), argc > 4 ? strtoul(argv[4], NULL, 10) : 1);
	printf("ok: %lu probes, %lu denied\n", probes, denied);
	return EXIT_SUCCESS;
}
