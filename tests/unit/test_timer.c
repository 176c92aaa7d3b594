// SPDX-License-Identifier: MIT
/* The timer heap against a sorted expectation, and the encoding of timeouts. */
#include "fake_arch.h"

#include "core/arch.h"
#include "core/timer.h"

#include <stdlib.h>

#define TIMERS 500

static struct timer timers[TIMERS];
static uint64_t last_fired;
static unsigned fired;

static void on_expired(struct timer *t)
{
	assert_false(timer_armed(t));
	assert_true(t->deadline >= last_fired);
	last_fired = t->deadline;
	fired++;
}

static void heap_order(void **state)
{
	unsigned armed = 0;

	(void)state;
	srand(1);
	for (unsigned round = 0; round < 20000; round++) {
		struct timer *t = &timers[rand() % TIMERS];

		t->expired = on_expired;
		if (rand() % 3)
			timer_arm(t, 1 + rand() % 100000);
		else
			timer_cancel(t);
	}
	for (unsigned i = 0; i < TIMERS; i++)
		armed += timer_armed(&timers[i]);
	fired = 0;
	last_fired = 0;
	while (timer_next() != ARCH_TIMER_NEVER) {
		uint64_t next = timer_next();

		timer_expire(next - 1);
		assert_int_equal(timer_next(), next);
		timer_expire(next);
	}
	assert_int_equal(fired, armed);
}

static void timeouts(void **state)
{
	uint64_t br[58] = { [3] = 5000, [57] = 10 }, at = 0;

	(void)state;
	assert_int_equal(timeout_decode(0, br, 100, &at), TIMEOUT_NEVER);
	assert_int_equal(timeout_decode(0x400, br, 100, &at), TIMEOUT_NOW);
	assert_int_equal(timeout_decode(0x800, br, 100, &at), TIMEOUT_NOW); /* mantissa 0 */
	assert_int_equal(timeout_decode(0x3e8, br, 100, &at), TIMEOUT_AT);
	assert_int_equal(at, 1100); /* 1 ms */
	assert_int_equal(timeout_decode(0x2bd1, br, 0, &at), TIMEOUT_AT);
	assert_int_equal(at, 977UL << 10); /* "1 s": 1000448 us */
	assert_int_equal(timeout_decode(0x8003, br, 100, &at), TIMEOUT_AT);
	assert_int_equal(at, 5000);
	assert_int_equal(timeout_decode(0x8003, br, 5000, &at), TIMEOUT_NOW);
	assert_int_equal(timeout_decode(0x803f, br, 5, &at), TIMEOUT_AT); /* index clipped to 57 */
	assert_int_equal(at, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heap_order),
		cmocka_unit_test(timeouts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
