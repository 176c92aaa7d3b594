// SPDX-License-Identifier: MIT
/* Where sent ranges land in receive windows: the cases observed on Fiasco. */
#include "fake_arch.h"

#include "core/fpage.h"

static void window_larger(void **state)
{
	struct map_range r = map_range_fit(0x5000, 12, 0x100000, 16, 0x13000);

	(void)state;
	assert_int_equal(r.dst, 0x103000);
	assert_int_equal(r.src, 0x5000);
	assert_int_equal(r.order, 12);
}

static void window_smaller(void **state)
{
	struct map_range r = map_range_fit(0x40000, 14, 0x100000, 12, 0x2000);

	(void)state;
	assert_int_equal(r.src, 0x42000); /* the third page */
	assert_int_equal(r.dst, 0x100000);
	assert_int_equal(r.order, 12);
	r = map_range_fit(0x40000, 16, 0x100000, 14, 0x8000);
	assert_int_equal(r.src, 0x48000); /* pages 8..11 */
	assert_int_equal(r.order, 14);
}

static void unaligned_bases(void **state)
{
	struct map_range r = map_range_fit(0x41000, 14, 0, 62, 0x102000);

	(void)state;
	assert_int_equal(r.src, 0x40000);
	assert_int_equal(r.dst, 0x100000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(window_larger),
		cmocka_unit_test(window_smaller),
		cmocka_unit_test(unaligned_bases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
