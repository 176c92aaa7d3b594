// SPDX-License-Identifier: MIT
/* The clock's rate: measured once, so that times of before and after fit together. */
#include "host/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Two measurements hardly ever agree to the kilohertz, five even less. */
static void keeps_its_rate(void **state)
{
	uint64_t khz;

	(void)state;
	assert_int_equal(clock_init(), 0);
	khz = clock_tsc_khz();
	for (int i = 0; i < 4; i++) {
		assert_int_equal(clock_init(), 0);
		assert_int_equal(clock_tsc_khz(), khz);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(keeps_its_rate) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
