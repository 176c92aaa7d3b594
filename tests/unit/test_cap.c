// SPDX-License-Identifier: MIT
/* Capability tables: copies, rights, reference counts, deletion. */
#include "fake_system.h"

#include "core/irq.h"

static struct factory *f;
static struct task *a, *b;

static int setup(void **state)
{
	(void)state;
	fake_reset();
	f = factory_create(NULL, FACTORY_UNLIMITED);
	a = fake_task(f);
	b = fake_task(f);
	return 0;
}

/* Every test must give back all it took. */
static int teardown(void **state)
{
	(void)state;
	fake_end(a);
	fake_end(b);
	kobj_unpin(&f->obj);
	assert_int_equal(kobj_count(), 0);
	assert_int_equal(fake.ku_pages, 0);
	assert_int_equal(space_mapping_count(), 0);
	return 0;
}

static void last_reference_deletes(void **state)
{
	struct irq *i = irq_create(f);
	unsigned before = kobj_count();

	(void)state;
	fake_give(a, 20, &i->base.obj, CAP_ALL);
	kobj_unpin(&i->base.obj);
	assert_int_equal(cap_map(a, 20, b, 30, 0, L4_CAP_FPAGE_RWS, 0, false), 1);
	cap_remove(cap_lookup(&a->caps, 20));
	assert_non_null(cap_lookup(&b->caps, 30));
	assert_int_equal(kobj_count(), before);
	cap_remove(cap_lookup(&b->caps, 30));
	assert_int_equal(kobj_count(), before - 1);
}

static void weak_does_not_keep(void **state)
{
	struct irq *i = irq_create(f);

	(void)state;
	fake_give(a, 20, &i->base.obj, CAP_ALL);
	kobj_unpin(&i->base.obj);
	cap_map(a, 20, b, 30, 0, L4_CAP_FPAGE_RWS, L4_OBJ_ATTR_WEAK, false);
	cap_remove(cap_lookup(&a->caps, 20));
	assert_null(cap_lookup(&b->caps, 30));
}

static void rights_shrink_and_upgrade(void **state)
{
	struct irq *i = irq_create(f);

	(void)state;
	fake_give(a, 20, &i->base.obj, CAP_ALL);
	kobj_unpin(&i->base.obj);
	assert_int_equal(cap_map(a, 20, b, 30, 0, L4_CAP_FPAGE_W, 0, false), 0); /* no R */
	assert_int_equal(cap_map(a, 20, b, 30, 0, L4_CAP_FPAGE_RO, 0, false), 1);
	assert_int_equal(cap_lookup(&b->caps, 30)->rights, 0);
	cap_map(a, 20, b, 30, 0, L4_CAP_FPAGE_RWS, 0, false);
	assert_int_equal(cap_lookup(&b->caps, 30)->rights, CAP_W | CAP_S);
	cap_unmap(b, 30, 0, L4_CAP_FPAGE_W, false);
	assert_int_equal(cap_lookup(&b->caps, 30)->rights, CAP_S);
	/* A copy of a copy cannot have more. */
	cap_map(b, 30, a, 21, 0, L4_CAP_FPAGE_RWS, L4_OBJ_ATTR_RIGHTS, false);
	assert_int_equal(cap_lookup(&a->caps, 21)->rights, CAP_S);
}

static void delete_needs_d(void **state)
{
	struct irq *i = irq_create(f);

	(void)state;
	fake_give(a, 20, &i->base.obj, CAP_ALL);
	kobj_unpin(&i->base.obj);
	cap_map(a, 20, b, 30, 0, L4_CAP_FPAGE_RWS, 0, false);
	cap_unmap(b, 30, 0, L4_CAP_FPAGE_RWSD, true); /* no D: only this one goes */
	assert_null(cap_lookup(&b->caps, 30));
	assert_non_null(cap_lookup(&a->caps, 20));
	cap_map(a, 20, b, 30, 0, L4_CAP_FPAGE_RWSD, 0, false);
	cap_unmap(b, 30, 0, L4_CAP_FPAGE_RWSD, true);
	assert_null(cap_lookup(&a->caps, 20));
}

static void out_of_range(void **state)
{
	(void)state;
	assert_int_equal(cap_insert(a, L4_CAP_INDICES, &b->obj, CAP_ALL), -L4_ENOMEM);
	assert_null(cap_lookup(&a->caps, L4_CAP_INDICES));
	assert_null(cap_lookup(&a->caps, ~0UL));
	/* A range that runs over the end copies what exists. */
	fake_give(a, L4_CAP_INDICES - 1, &b->obj, CAP_ALL);
	assert_int_equal(cap_map(a, L4_CAP_INDICES - 1, b, 40, 4, L4_CAP_FPAGE_RWS, 0, false), 1);
}

static void quota(void **state)
{
	struct factory *sub = factory_create(f, sizeof(struct irq) * 2 + 64);
	struct irq *one, *two;

	(void)state;
	one = irq_create(sub);
	two = irq_create(sub);
	assert_non_null(one);
	assert_non_null(two);
	assert_null(irq_create(sub));
	kobj_unpin(&one->base.obj);
	one = irq_create(sub);
	assert_non_null(one);
	kobj_unpin(&one->base.obj);
	kobj_unpin(&two->base.obj);
	assert_int_equal(sub->used, 0);
	kobj_unpin(&sub->obj);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(last_reference_deletes, setup, teardown),
		cmocka_unit_test_setup_teardown(weak_does_not_keep, setup, teardown),
		cmocka_unit_test_setup_teardown(rights_shrink_and_upgrade, setup, teardown),
		cmocka_unit_test_setup_teardown(delete_needs_d, setup, teardown),
		cmocka_unit_test_setup_teardown(out_of_range, setup, teardown),
		cmocka_unit_test_setup_teardown(quota, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
