// SPDX-License-Identifier: MIT
/*
 * The mapping database: single rules, then random operations against a naive model that keeps
 * one record per 4 KiB page and recurses.
 */
#include "fake_system.h"

#include "core/mapdb.h"

#include <stdlib.h>
#include <string.h>

#define RAM 0x10000000UL
#define DEVICE 0x20000000UL
#define PAGE 0x1000UL

static struct factory *f;
static struct task *root, *a, *b;

static int setup(void **state)
{
	(void)state;
	fake_reset();
	f = factory_create(NULL, FACTORY_UNLIMITED);
	root = fake_task(f);
	a = fake_task(f);
	b = fake_task(f);
	root->space.identity_start = 0x10000;
	root->space.identity_end = RAM;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fake_end(a);
	fake_end(b);
	fake_end(root);
	kobj_unpin(&f->obj);
	assert_int_equal(space_mapping_count(), 0);
	assert_int_equal(kobj_count(), 0);
	return 0;
}

static int map(struct task *s, uint64_t sva, struct task *d, uint64_t dva, unsigned order,
	       unsigned rights)
{
	return mapdb_map(&s->space, &d->space, (struct map_range){ sva, dva, order }, rights,
			 false);
}

static void large_pages(void **state)
{
	struct mapping *m;

	(void)state;
	assert_int_equal(map(root, 0x400000, a, 0x40000000, 22, L4_FPAGE_RWX), 1);
	m = space_lookup(&a->space, 0x40200000);
	assert_non_null(m);
	assert_int_equal(m->order, 21);
	assert_int_equal(m->pa, 0x600000);
	/* A page out of the middle cuts the large one and leaves the rest. */
	mapdb_unmap(&a->space, 0x40201000, 12, L4_FPAGE_R, true);
	assert_null(space_lookup(&a->space, 0x40201000));
	assert_int_equal(space_lookup(&a->space, 0x40202000)->pa, 0x602000);
	assert_int_equal(space_lookup(&a->space, 0x40200000)->pa, 0x600000);
}

/* Device memory lies behind the RAM; its frames are told apart from RAM's, and no page is both. */
static void device_memory(void **state)
{
	struct mapping *m;

	(void)state;
	assert_int_equal(map(root, DEVICE, a, 0x40000000, 12, L4_FPAGE_RW), 0);
	root->space.device_end = 1UL << 40;
	assert_int_equal(map(root, DEVICE, a, 0x40000000, 12, L4_FPAGE_RW), 1);
	m = space_lookup(&a->space, 0x40000000);
	assert_non_null(m);
	assert_int_equal(m->pa, DEVICE | FRAME_DEVICE);
	assert_int_equal(space_lookup(&root->space, DEVICE)->order, 21);
	assert_int_equal(space_lookup(&root->space, RAM - 1)->order, 21);
	assert_int_equal(space_lookup(&root->space, 0xc0000000)->order, 30);
	assert_null(space_lookup(&root->space, 1UL << 40));
	mapdb_unmap(&root->space, DEVICE, 12, L4_FPAGE_R, true);
	assert_null(space_lookup(&a->space, 0x40000000));
}

static void unmap_is_recursive(void **state)
{
	(void)state;
	map(root, 0x400000, a, 0x1000000, 12, L4_FPAGE_RWX);
	map(a, 0x1000000, b, 0x2000000, 12, L4_FPAGE_RW);
	map(b, 0x2000000, a, 0x3000000, 12, L4_FPAGE_RW);
	mapdb_unmap(&a->space, 0x1000000, 12, L4_FPAGE_R, false);
	assert_non_null(space_lookup(&a->space, 0x1000000));
	assert_null(space_lookup(&b->space, 0x2000000));
	assert_null(space_lookup(&a->space, 0x3000000));
}

static void write_right_goes_everywhere_and_stays_away(void **state)
{
	(void)state;
	map(root, 0x400000, a, 0x1000000, 12, L4_FPAGE_RWX);
	map(a, 0x1000000, b, 0x2000000, 12, L4_FPAGE_RW);
	mapdb_unmap(&a->space, 0x1000000, 12, L4_FPAGE_W, true);
	assert_int_equal(space_lookup(&a->space, 0x1000000)->rights, L4_FPAGE_RX);
	assert_int_equal(space_lookup(&b->space, 0x2000000)->rights, L4_FPAGE_RO);
	map(root, 0x400000, a, 0x1000000, 12, L4_FPAGE_RWX);
	assert_int_equal(space_lookup(&a->space, 0x1000000)->rights, L4_FPAGE_RWX);
	assert_int_equal(space_lookup(&b->space, 0x2000000)->rights, L4_FPAGE_RO);
}

static void mapping_over_an_ancestor(void **state)
{
	(void)state;
	map(root, 0x400000, a, 0x1000000, 12, L4_FPAGE_RWX);
	map(a, 0x1000000, b, 0x2000000, 12, L4_FPAGE_RW);
	/* The destination is the source's parent: the source goes and nothing is mapped. */
	assert_int_equal(map(b, 0x2000000, a, 0x1000000, 12, L4_FPAGE_RW), 0);
	assert_null(space_lookup(&a->space, 0x1000000));
	assert_null(space_lookup(&b->space, 0x2000000));
}

static void grant_keeps_the_place_in_the_tree(void **state)
{
	(void)state;
	map(root, 0x400000, a, 0x1000000, 12, L4_FPAGE_RWX);
	assert_int_equal(mapdb_map(&a->space, &b->space,
				   (struct map_range){ 0x1000000, 0x2000000, 12 }, L4_FPAGE_RW,
				   true),
			 1);
	assert_null(space_lookup(&a->space, 0x1000000));
	assert_non_null(space_lookup(&b->space, 0x2000000));
	mapdb_unmap(&root->space, 0x400000, 12, L4_FPAGE_R, false);
	assert_null(space_lookup(&b->space, 0x2000000));
}

static void ku_mem_is_untouchable(void **state)
{
	(void)state;
	/* The receiver of an item is told the same as for a page, but nothing is mapped. */
	assert_int_equal(map(a, UTCB_BASE, b, 0x2000000, 12, L4_FPAGE_RW), 1);
	assert_null(space_lookup(&b->space, 0x2000000));
	mapdb_unmap(&a->space, UTCB_BASE, 12, L4_FPAGE_R, true);
	assert_non_null(space_lookup(&a->space, UTCB_BASE));
	assert_int_equal(map(root, 0x400000, a, UTCB_BASE, 12, L4_FPAGE_RW), 0);
}

static void depth_needs_no_stack(void **state)
{
	uint64_t va = 0x100000000;

	(void)state;
	map(root, 0x400000, a, va, 12, L4_FPAGE_RW);
	for (unsigned i = 0; i < 200000; i++)
		assert_int_equal(map(a, va + i * PAGE, a, va + (i + 1) * PAGE, 12, L4_FPAGE_RW), 1);
	mapdb_unmap(&a->space, va, 12, L4_FPAGE_W, true);
	assert_int_equal(space_lookup(&a->space, va + 200000 * PAGE)->rights, L4_FPAGE_RO);
	mapdb_unmap(&a->space, va, 12, L4_FPAGE_R, true);
	assert_null(space_next(&a->space, va, USER_END));
}

static void quota_failure_leaks_nothing(void **state)
{
	struct factory *small = factory_create(f, 64 << 10);
	struct task *t = fake_task(small);
	int e = 1;

	(void)state;
	for (unsigned i = 0; e == 1 && i < 100000; i++)
		e = map(root, 0x400000, t, 0x20000000 + i * PAGE, 12, L4_FPAGE_RW);
	assert_int_equal(e, -L4_ENOMEM);
	fake_end(t);
	assert_int_equal(small->used, 0);
	kobj_unpin(&small->obj);
}

/* --- the model: 3 spaces of 64 pages, each page names its parent page --- */

#define PAGES 64
#define BASE 0x40000000UL
#define OPERATIONS 1000000

struct page {
	bool there;
	int parent_space, parent_page; /* -1: received from the root */
	unsigned frame, rights;
};

static struct page model[3][PAGES];

static void model_unmap(int s, int p, bool self)
{
	for (int i = 0; i < 3; i++)
		for (int k = 0; k < PAGES; k++)
			if (model[i][k].there && model[i][k].parent_space == s &&
			    model[i][k].parent_page == p)
				model_unmap(i, k, true);
	if (self)
		model[s][p].there = false;
}

static void model_reduce(int s, int p, unsigned revoke)
{
	for (int i = 0; i < 3; i++)
		for (int k = 0; k < PAGES; k++)
			if (model[i][k].there && model[i][k].parent_space == s &&
			    model[i][k].parent_page == p)
				model_reduce(i, k, revoke);
	model[s][p].rights &= ~revoke;
}

static void model_map(int ss, int sp, unsigned frame, unsigned have, int ds, int dp,
		      unsigned rights)
{
	struct page *d = &model[ds][dp];

	rights &= have;
	if (rights & L4_FPAGE_W)
		rights |= L4_FPAGE_R;
	if (!rights)
		return;
	if (d->there && d->parent_space == ss && d->parent_page == sp && d->frame == frame) {
		d->rights |= rights;
		return;
	}
	if (d->there)
		model_unmap(ds, dp, true);
	if (ss >= 0 && !model[ss][sp].there)
		return;
	*d = (struct page){ true, ss, sp, frame, rights };
}

/* The page moves, and whoever came from it stays below it. */
static void model_grant(int ss, int sp, int ds, int dp, unsigned rights)
{
	struct page *s = &model[ss][sp], *d = &model[ds][dp];

	rights &= s->rights;
	if (rights & L4_FPAGE_W)
		rights |= L4_FPAGE_R;
	if (!rights)
		return;
	if (d->there)
		model_unmap(ds, dp, true);
	if (!s->there)
		return;
	for (int i = 0; i < 3; i++)
		for (int k = 0; k < PAGES; k++)
			if (model[i][k].parent_space == ss && model[i][k].parent_page == sp) {
				model[i][k].parent_space = ds;
				model[i][k].parent_page = dp;
			}
	*d = *s;
	d->rights = rights;
	s->there = false;
}

static void compare(struct task *const *t)
{
	for (int s = 0; s < 3; s++)
		for (int p = 0; p < PAGES; p++) {
			struct mapping *m = space_lookup(&t[s]->space, BASE + p * PAGE);
			const struct page *e = &model[s][p];

			assert_int_equal(m != NULL, e->there);
			if (!m)
				continue;
			assert_int_equal(m->pa + (BASE + p * PAGE - m->va),
					 0x400000 + e->frame * PAGE);
			assert_int_equal(m->rights, e->rights);
		}
}

static void random_against_model(void **state)
{
	struct task *t[3] = { a, b, fake_task(f) };

	(void)state;
	memset(model, 0, sizeof(model));
	srand(42);
	for (unsigned n = 0; n < OPERATIONS; n++) {
		int ss = rand() % 3, ds = rand() % 3, order = rand() % 4;
		int sp = rand() % PAGES >> order << order, dp = rand() % PAGES >> order << order;
		unsigned rights = 1 + rand() % 7;

		switch (rand() % 8) {
		case 0: /* from the root: its parents are the frames themselves */
			for (int i = 0; i < 1 << order; i++)
				model_map(-1 - (sp + i), 0, sp + i, L4_FPAGE_RWX, ds, dp + i,
					  rights);
			map(root, 0x400000 + sp * PAGE, t[ds], BASE + dp * PAGE, 12 + order,
			    rights);
			break;
		case 1:
		case 2:
		case 5:
		case 6:
			for (int i = 0; i < 1 << order; i++)
				if (model[ss][sp + i].there)
					model_map(ss, sp + i, model[ss][sp + i].frame,
						  model[ss][sp + i].rights, ds, dp + i, rights);
			map(t[ss], BASE + sp * PAGE, t[ds], BASE + dp * PAGE, 12 + order, rights);
			break;
		case 3:
			for (int i = 0; i < 1 << order; i++)
				if (model[ss][sp + i].there)
					model_grant(ss, sp + i, ds, dp + i, rights);
			mapdb_map(&t[ss]->space, &t[ds]->space,
				  (struct map_range){ BASE + sp * PAGE, BASE + dp * PAGE,
						      12 + order },
				  rights, true);
			break;
		case 4: {
			bool self = rand() % 2;

			for (int i = 0; i < 1 << order; i++)
				if (model[ss][sp + i].there)
					model_unmap(ss, sp + i, self);
			mapdb_unmap(&t[ss]->space, BASE + sp * PAGE, 12 + order, L4_FPAGE_R, self);
			break;
		}
		default:
			for (int i = 0; i < 1 << order; i++)
				if (model[ss][sp + i].there)
					model_reduce(ss, sp + i, L4_FPAGE_W);
			mapdb_unmap(&t[ss]->space, BASE + sp * PAGE, 12 + order, L4_FPAGE_W, true);
		}
		if (n % 64 == 0 || n > OPERATIONS - 64)
			compare(t);
	}
	fake_end(t[2]);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(large_pages),
		T(device_memory),
		T(unmap_is_recursive),
		T(write_right_goes_everywhere_and_stays_away),
		T(mapping_over_an_ancestor),
		T(grant_keeps_the_place_in_the_tree),
		T(ku_mem_is_untouchable),
		T(depth_needs_no_stack),
		T(quota_failure_leaks_nothing),
		T(random_against_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
