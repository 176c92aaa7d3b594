// SPDX-License-Identifier: MIT
/* Pages that are named, runs of them, and how they cool down. */
#include "host/dirty.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define PAGE 4096UL
#define PAGES 1024UL

static int start(void **state)
{
	(void)state;
	return dirty_start(PAGES * PAGE);
}

static void runs(void **state)
{
	bool named;

	(void)state;
	dirty_name(3 * PAGE + 17);
	dirty_name(4 * PAGE);
	dirty_name(4 * PAGE + 1);
	assert_int_equal(dirty_count(), 2);
	assert_int_equal(dirty_page(0), 3 * PAGE);
	assert_int_equal(dirty_run(0, PAGES * PAGE, &named), 3 * PAGE);
	assert_false(named);
	assert_int_equal(dirty_run(3 * PAGE, PAGES * PAGE, &named), 2 * PAGE);
	assert_true(named);
	assert_int_equal(dirty_run(3 * PAGE, PAGE, &named), PAGE);
	assert_int_equal(dirty_run(5 * PAGE, 7 * PAGE, &named), 7 * PAGE);
	assert_false(named);
	assert_int_equal(dirty_run(PAGE / 2, PAGE, &named), PAGE);
	assert_false(named);
}

/* Device memory and the like are nobody's business here. */
static void outside(void **state)
{
	bool named;

	(void)state;
	dirty_name(PAGES * PAGE);
	dirty_name(1UL << 60);
	assert_int_equal(dirty_count(), 0);
	assert_int_equal(dirty_run(1UL << 60, 5 * PAGE, &named), 5 * PAGE);
	assert_true(named);
	assert_int_equal(dirty_run((PAGES - 1) * PAGE, PAGE, &named), PAGE);
	assert_false(named);
}

static void cooling_down(void **state)
{
	bool named;

	(void)state;
	for (unsigned i = 0; i < 200; i++)
		dirty_name(i * PAGE);
	for (unsigned round = 0; round < 1000; round++) {
		for (unsigned i = 0; i < dirty_count(); i++)
			dirty_seen(i, dirty_page(i) < 50 * PAGE);
		if (dirty_cool_down())
			break;
	}
	assert_int_equal(dirty_count(), 50);
	assert_int_equal(dirty_run(0, PAGES * PAGE, &named), 50 * PAGE);
	assert_true(named);
	dirty_name(60 * PAGE);
	assert_int_equal(dirty_count(), 51);
	assert_int_equal(dirty_page(50), 60 * PAGE);
}

/* A page that changes now and then stays. */
static void staying(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 200; i++)
		dirty_name(i * PAGE);
	for (unsigned round = 0; round < 1000; round++) {
		for (unsigned i = 0; i < dirty_count(); i++)
			dirty_seen(i, round % 40 == i % 40);
		assert_false(dirty_cool_down());
	}
	assert_int_equal(dirty_count(), 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(runs, start),
		cmocka_unit_test_setup(outside, start),
		cmocka_unit_test_setup(cooling_down, start),
		cmocka_unit_test_setup(staying, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
