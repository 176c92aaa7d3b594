// SPDX-License-Identifier: MIT
/*
 * The policy of the TLB against a host made of arrays: what is wanted, page by page, must be what
 * the calls lead to, with as few calls as can be, and never more mappings than the limit.
 */
#include "engine/hostmap.h"

#include <l4/abi/msg.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PAGE 4096UL
#define PAGES 512UL
#define END (PAGES * PAGE)

struct page {
	uint64_t pa;
	unsigned rights; /* 0: nothing */
};

static struct hostmap map;
static struct page wanted[PAGES], host[PAGES];
static unsigned calls;
static bool forgetful; /* eviction is allowed: the map may have less than what is wanted */
static uint64_t seed;

static unsigned rnd(unsigned below)
{
	seed = seed * 6364136223846793005UL + 1442695040888963407UL;
	return (seed >> 33) % below;
}

/* How many mappings a host would count. */
static unsigned host_count(const struct page *p)
{
	unsigned n = 0;

	for (unsigned i = 0; i < PAGES; i++)
		n += p[i].rights &&
		     (!i || p[i - 1].rights != p[i].rights || p[i - 1].pa + PAGE != p[i].pa);
	return n;
}

static int apply(void *arg, const struct host_op *op)
{
	(void)arg;
	calls++;
	assert_true(op->len && op->va + op->len <= END);
	for (uint64_t off = 0; off < op->len; off += PAGE) {
		struct page *p = &host[(op->va + off) / PAGE];

		if (op->kind == HOST_UNMAP) {
			p->rights = 0;
		} else if (op->kind == HOST_PROTECT) {
			assert_true(p->rights);
			p->rights = op->rights;
		} else {
			*p = (struct page){ op->pa + off, op->rights };
		}
	}
	/* Some more is all right on the way from one state to the next. */
	assert_in_range(host_count(host), 0, map.limit + 64);
	return 0;
}

static void sync_all(struct hostmap *h)
{
	assert_int_equal(hostmap_sync(h, END, apply, NULL), 0);
}

static unsigned sync_calls(void)
{
	calls = 0;
	sync_all(&map);
	return calls;
}

static void start(uint32_t limit)
{
	memset(wanted, 0, sizeof(wanted));
	memset(host, 0, sizeof(host));
	seed = 42;
	assert_true(hostmap_init(&map, limit, sync_all));
}

static int stop(void **state)
{
	(void)state;
	hostmap_fini(&map);
	return 0;
}

/* The host has what is wanted, or less where that is allowed; the map knows exactly what it has. */
static void compare(void)
{
	sync_all(&map);
	for (unsigned i = 0; i < PAGES; i++) {
		const struct region *n = hostmap_find(&map, i * PAGE);

		assert_int_equal(n ? n->rights : 0, host[i].rights);
		if (n)
			assert_int_equal(n->pa + (i * PAGE - n->va), host[i].pa);
		if (forgetful && !host[i].rights)
			continue;
		assert_int_equal(host[i].rights, wanted[i].rights);
		if (host[i].rights)
			assert_int_equal(host[i].pa, wanted[i].pa);
	}
	assert_int_equal(map.regions.count, host_count(host));
	assert_in_range(map.regions.count, 0, map.limit);
}

static void do_map(unsigned page, unsigned n, unsigned frame, unsigned rights)
{
	hostmap_map(&map, page * PAGE, n * PAGE, frame * PAGE, rights);
	for (unsigned i = 0; i < n; i++)
		wanted[page + i] = (struct page){ (frame + i) * PAGE, rights };
}

static void do_unmap(unsigned page, unsigned n)
{
	hostmap_unmap(&map, page * PAGE, n * PAGE);
	memset(&wanted[page], 0, n * sizeof(wanted[0]));
}

static void do_protect(unsigned page, unsigned n, unsigned rights)
{
	hostmap_protect(&map, page * PAGE, n * PAGE, rights);
	for (unsigned i = 0; i < n; i++)
		wanted[page + i].rights &= rights;
}

static void random_change(void)
{
	unsigned n = rnd(2) ? 1 : 1 + rnd(40), page = rnd(PAGES - n + 1);
	unsigned rights = rnd(2) ? L4_FPAGE_RW : L4_FPAGE_R;

	switch (rnd(8)) {
	case 0:
		do_unmap(page, n);
		break;
	case 1:
		do_protect(page, n, L4_FPAGE_RX);
		break;
	case 2:
		if (rnd(200) == 0) {
			hostmap_flush(&map);
			memset(wanted, 0, sizeof(wanted));
		}
		break;
	default:
		/* Often such that neighbours continue each other. */
		do_map(page, n, rnd(2) ? page : rnd(PAGES), rights);
	}
}

static void random_changes(void **state)
{
	(void)state;
	start(100000);
	forgetful = false;
	for (unsigned i = 0; i < 5000; i++) {
		for (unsigned k = rnd(30); k--;)
			random_change();
		compare();
	}
}

static void random_changes_with_eviction(void **state)
{
	(void)state;
	start(HOSTMAP_LIMIT_MIN);
	forgetful = true;
	for (unsigned i = 0; i < 5000; i++) {
		for (unsigned k = rnd(30); k--;)
			random_change();
		compare();
	}
	assert_true(map.evictions > 100);
}

/* A large flexpage of scattered pages is one call; so are pages revoked one by one. */
static void unmap_is_one_call(void **state)
{
	(void)state;
	start(100000);
	for (unsigned i = 0; i < PAGES; i += 2)
		do_map(i, 1, PAGES - i, L4_FPAGE_RW);
	sync_all(&map);
	do_unmap(0, 256);
	assert_int_equal(sync_calls(), 1);
	for (unsigned i = 510; i >= 400; i -= 2)
		do_unmap(i, 1);
	for (unsigned i = 256; i < 300; i += 2)
		do_unmap(i, 1);
	assert_int_equal(sync_calls(), 2);
	forgetful = false;
	compare();
}

static void protect_is_one_call_for_neighbours(void **state)
{
	(void)state;
	start(100000);
	for (unsigned i = 0; i < PAGES; i++)
		do_map(i, 1, PAGES - i, L4_FPAGE_RW);
	sync_all(&map);
	for (unsigned i = 0; i < PAGES; i++)
		do_protect(i, 1, L4_FPAGE_R);
	assert_int_equal(sync_calls(), 1);
	forgetful = false;
	compare();
}

/* What is replaced before it was needed costs nothing. */
static void last_change_counts(void **state)
{
	(void)state;
	start(100000);
	do_map(1, 1, 1, L4_FPAGE_R);
	do_map(2, 1, 2, L4_FPAGE_R);
	do_map(1, 2, 1, L4_FPAGE_RW);
	do_map(3, 1, 3, L4_FPAGE_RW);
	assert_int_equal(sync_calls(), 1);
	do_unmap(2, 1);
	do_map(2, 1, 7, L4_FPAGE_RW);
	assert_int_equal(sync_calls(), 1);
	assert_int_equal(sync_calls(), 0);
	hostmap_unmap(&map, 100 * PAGE, 100 * PAGE);
	assert_int_equal(sync_calls(), 0);
	forgetful = false;
	compare();
}

/* Whatever was done meanwhile, and however much of it the host knows: back to what was noted. */
static void back_to_a_copy(void **state)
{
	static struct page noted[PAGES];
	struct regions copy;

	(void)state;
	start(100000);
	forgetful = false;
	for (unsigned i = 0; i < 2000; i++) {
		for (unsigned k = rnd(30); k--;)
			random_change();
		if (rnd(2))
			sync_all(&map);
		assert_true(regions_copy(&copy, &map.regions));
		memcpy(noted, wanted, sizeof(noted));
		for (unsigned k = rnd(30); k--;)
			random_change();
		if (rnd(2))
			sync_all(&map);
		if (rnd(50) == 0)
			hostmap_flush(&map); /* the process is another one */
		assert_true(hostmap_return(&map, &copy));
		memcpy(wanted, noted, sizeof(wanted));
		compare();
		regions_fini(&copy);
	}
}

/* Nothing has changed, nothing is to be done; one page more is one call. */
static void back_costs_what_differs(void **state)
{
	struct regions copy;

	(void)state;
	start(100000);
	forgetful = false;
	for (unsigned i = 0; i < PAGES; i += 2)
		do_map(i, 1, PAGES - i, L4_FPAGE_RW);
	sync_all(&map);
	assert_true(regions_copy(&copy, &map.regions));
	assert_true(hostmap_return(&map, &copy));
	assert_int_equal(sync_calls(), 0);
	do_map(7, 1, 9, L4_FPAGE_RX);
	sync_all(&map);
	memset(&wanted[7], 0, sizeof(wanted[7]));
	assert_true(hostmap_return(&map, &copy));
	assert_int_equal(sync_calls(), 1);
	compare();
	hostmap_again(&map, 4 * PAGE, PAGE);
	assert_int_equal(sync_calls(), 1);
	compare();
	regions_fini(&copy);
}

#define MANY 4096UL

static int ignore(void *arg, const struct host_op *op)
{
	(void)op;
	++*(unsigned long *)arg;
	return 0;
}

static void drain_ignored(struct hostmap *h)
{
	unsigned long n = 0;

	hostmap_sync(h, 1UL << 47, ignore, &n);
}

/* Touches @pages scattered pages in turn and returns how many in a hundred were missed. */
static unsigned long cycle(unsigned long pages, unsigned rounds)
{
	unsigned long misses = 0;

	for (unsigned round = 0; round < rounds; round++) {
		for (unsigned long i = 0; i < pages; i++) {
			uint64_t va = i * 7 % pages * 3 * PAGE;

			if (hostmap_find(&map, va))
				continue;
			misses += round > 0;
			hostmap_map(&map, va, PAGE, i * 2 * PAGE, L4_FPAGE_R);
			assert_in_range(map.regions.count, 1, MANY);
		}
	}
	return misses * 100 / (pages * (rounds - 1));
}

/* Emptying the TLB at the limit, or dropping the oldest, would miss every page of each round. */
static void cycle_over_more_than_fits(void **state)
{
	(void)state;
	assert_true(hostmap_init(&map, MANY, drain_ignored));
	assert_int_equal(cycle(MANY - 2, 3), 0);
	assert_in_range(cycle(MANY + MANY / 8, 20), 1, 45);
	assert_in_range(cycle(2 * MANY, 20), 1, 90);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(random_changes, stop),
		cmocka_unit_test_teardown(random_changes_with_eviction, stop),
		cmocka_unit_test_teardown(unmap_is_one_call, stop),
		cmocka_unit_test_teardown(protect_is_one_call_for_neighbours, stop),
		cmocka_unit_test_teardown(last_change_counts, stop),
		cmocka_unit_test_teardown(back_to_a_copy, stop),
		cmocka_unit_test_teardown(back_costs_what_differs, stop),
		cmocka_unit_test_teardown(cycle_over_more_than_fits, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
