// SPDX-License-Identifier: MIT
/* What can be accessed is the same whether pages are parked or not, and they come back cheaply. */
#include "engine/parked.h"

#include <l4/abi/msg.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PAGE 4096UL
#define PAGES 64UL

struct page {
	uint64_t pa; /* 0: nothing mapped */
	unsigned rights;
};

static struct parked parked;
static struct page wanted[PAGES], host[PAGES];
static unsigned calls[3];
static uint64_t seed;

static unsigned rnd(unsigned below)
{
	seed = seed * 6364136223846793005UL + 1442695040888963407UL;
	return (seed >> 33) % below;
}

static void apply(struct page *pages, const struct host_op *op)
{
	for (uint64_t off = 0; off < op->len; off += PAGE) {
		struct page *p = &pages[(op->va + off) / PAGE];

		if (op->kind == HOST_UNMAP)
			*p = (struct page){ 0 };
		else if (op->kind == HOST_MAP)
			*p = (struct page){ op->pa + off, op->rights };
		else if (p->pa)
			p->rights = op->rights;
	}
}

static int on_host(void *arg, const struct host_op *op)
{
	(void)arg;
	calls[op->kind]++;
	apply(host, op);
	return 0;
}

static void run(enum host_op_kind kind, uint64_t page, uint64_t n, uint64_t pa, unsigned rights)
{
	struct host_op op = { kind, page * PAGE, n * PAGE, pa, rights };

	apply(wanted, &op);
	assert_int_equal(parked_emit(&parked, &op, on_host, NULL), 0);
}

static void take(uint64_t page)
{
	parked_leave(&parked, page * PAGE, host[page].pa);
	run(HOST_UNMAP, page, 1, 0, 0);
}

/* It has been there, been taken away, and come back. */
static void put_twice(uint64_t page, uint64_t pa, unsigned rights)
{
	run(HOST_MAP, page, 1, pa, rights);
	take(page);
	run(HOST_MAP, page, 1, pa, rights);
	memset(calls, 0, sizeof(calls));
}

static void same(void)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < PAGES; i++) {
		assert_int_equal(host[i].rights, wanted[i].rights);
		if (wanted[i].rights)
			assert_int_equal(host[i].pa, wanted[i].pa);
		kept += host[i].pa && !wanted[i].pa;
	}
	assert_int_equal(kept, parked.pages);
	assert_true(kept <= PARKED_MAX);
}

static int setup(void **state)
{
	(void)state;
	memset(&parked, 0, sizeof(parked));
	memset(wanted, 0, sizeof(wanted));
	memset(host, 0, sizeof(host));
	memset(calls, 0, sizeof(calls));
	return 0;
}

static void comes_back(void **state)
{
	(void)state;
	put_twice(3, 0x5000, L4_FPAGE_R);
	for (unsigned i = 1; i < 5; i++) {
		take(3);
		same();
		run(HOST_MAP, 3, 1, 0x5000, L4_FPAGE_RW);
		same();
		assert_int_equal(calls[HOST_PROTECT], 2 * i);
	}
	assert_int_equal(calls[HOST_MAP], 0);
	assert_int_equal(calls[HOST_UNMAP], 0);
}

/* Most pages leave once. */
static void never_came_back(void **state)
{
	(void)state;
	run(HOST_MAP, 0, PAGES, 0x100000, L4_FPAGE_RW);
	for (unsigned i = 0; i < PAGES; i++)
		take(i);
	assert_int_equal(calls[HOST_UNMAP], PAGES);
	assert_int_equal(calls[HOST_PROTECT], 0);
	same();
}

/* Another task's pages will be there. */
static void past_is_forgotten(void **state)
{
	(void)state;
	put_twice(3, 0x5000, L4_FPAGE_R);
	run(HOST_UNMAP, 0, PAGES, 0, 0);
	run(HOST_MAP, 3, 1, 0x5000, L4_FPAGE_R);
	take(3);
	assert_int_equal(parked.pages, 0);
	same();
}

static void another_page_comes(void **state)
{
	(void)state;
	put_twice(3, 0x5000, L4_FPAGE_R);
	take(3);
	run(HOST_MAP, 3, 1, 0x6000, L4_FPAGE_R);
	same();
	assert_int_equal(calls[HOST_MAP], 1);
	assert_int_equal(parked.pages, 0);
}

/* What goes over a hole must not bring back what is parked there. */
static void no_rights_by_accident(void **state)
{
	(void)state;
	run(HOST_MAP, 2, 3, 0x10000, L4_FPAGE_RW);
	put_twice(3, 0x11000, L4_FPAGE_RW);
	take(3);
	assert_int_equal(parked.pages, 1);
	run(HOST_PROTECT, 2, 3, 0, L4_FPAGE_R);
	same();
	assert_int_equal(host[3].pa, 0);
}

static void more_than_fit(void **state)
{
	(void)state;
	run(HOST_MAP, 0, PAGES, 0x100000, L4_FPAGE_RW);
	for (unsigned i = 0; i < PAGES; i += 2) {
		put_twice(i, 0x100000 + i * PAGE, L4_FPAGE_RW);
		take(i);
		same();
	}
	assert_int_equal(parked.pages, PARKED_MAX);
	run(HOST_UNMAP, 0, PAGES, 0, 0);
	same();
	assert_int_equal(parked.pages, 0);
}

static void at_random(void **state)
{
	(void)state;
	seed = 42;
	for (unsigned i = 0; i < 20000; i++) {
		uint64_t page = rnd(PAGES), n = rnd(4) ? 1 : 1 + rnd(PAGES - page);
		uint64_t pa = (1 + rnd(2)) * 0x100000 + page * PAGE;
		unsigned kind = rnd(4);

		if (kind == 3 && wanted[page].pa)
			take(page);
		else if (kind < 3)
			run((enum host_op_kind)kind, page, n, pa,
			    kind == HOST_UNMAP ? 0
			    : rnd(2)           ? L4_FPAGE_R
					       : L4_FPAGE_RW);
		same();
	}
	assert_true(calls[HOST_PROTECT] > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(comes_back, setup),
		cmocka_unit_test_setup(never_came_back, setup),
		cmocka_unit_test_setup(past_is_forgotten, setup),
		cmocka_unit_test_setup(another_page_comes, setup),
		cmocka_unit_test_setup(no_rights_by_accident, setup),
		cmocka_unit_test_setup(more_than_fit, setup),
		cmocka_unit_test_setup(at_random, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
