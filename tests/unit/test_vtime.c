// SPDX-License-Identifier: MIT
/* Simulated time: it passes by steps that the seed decides, jumps forward only, has an end. */
#include "host/vtime.h"

#include "fake_arch.h"
#include "host/seed.h"

#include <string.h>

#define US (VTIME_KHZ / 1000)

static uint64_t after_steps(uint64_t seed, unsigned n)
{
	vtime_init(&(struct time_plan){ .is_virtual = true, .seed = seed });
	while (n--)
		vtime_pass();
	return vtime_ticks();
}

static void test_steps(void **state)
{
	uint64_t t = after_steps(7, 1000);

	(void)state;
	assert_true(vtime_on());
	assert_int_equal(after_steps(7, 1000), t);
	assert_int_not_equal(after_steps(8, 1000), t);
	assert_in_range(t, 900 * US, 1100 * US); /* a microsecond each, more or less */
	assert_true(after_steps(7, 1) > 0);
}

static void test_jumps(void **state)
{
	(void)state;
	vtime_init(&(struct time_plan){ .is_virtual = true, .stop_at_us = 1000 });
	vtime_jump(500);
	assert_int_equal(vtime_ticks(), 500 * US);
	vtime_jump(400);
	assert_int_equal(vtime_ticks(), 500 * US);
	vtime_jump(UINT64_MAX);
	assert_int_equal(vtime_ticks(), 1000 * US);
	assert_int_equal(vtime_end(), 1000);
}

static void test_no_end(void **state)
{
	(void)state;
	vtime_init(&(struct time_plan){ .is_virtual = true });
	vtime_jump(UINT64_MAX);
	assert_int_equal(vtime_end(), VTIME_FOREVER);
	assert_true((int64_t)vtime_ticks() > 0);
}

static void test_purposes_are_apart(void **state)
{
	struct seed a = seed_start(1, SEED_STEPS), b = seed_start(1, SEED_ENTROPY), c = b;
	char long_text[21] = { 0 }, short_text[13] = { 0 };

	(void)state;
	assert_int_not_equal(seed_next(&a), seed_next(&b));
	b = c;
	seed_fill(&b, long_text, 20);
	seed_fill(&c, short_text, 12);
	assert_memory_equal(long_text, short_text, 12);
	assert_int_equal(long_text[20], 0);
	assert_int_equal(short_text[12], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_jumps),
		cmocka_unit_test(test_no_end),
		cmocka_unit_test(test_purposes_are_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
