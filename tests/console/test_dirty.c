// SPDX-License-Identifier: MIT
/* Lists of rectangles: nothing that was added is missing, and little that was not is there. */
#include "console/dirty.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define W 64U
#define H 48U

static void paint(unsigned char *map, const struct rect *r)
{
	for (uint32_t y = r->y; y < r->y + r->h; y++)
		memset(map + y * W + r->x, 1, r->w);
}

static void cuts(void **state)
{
	struct dirty d = { 0 };

	(void)state;
	dirty_add(&d, (struct rect){ W, 0, 1, 1 }, W, H);
	dirty_add(&d, (struct rect){ 0, H, 1, 1 }, W, H);
	dirty_add(&d, (struct rect){ 3, 3, 0, 5 }, W, H);
	dirty_add(&d, (struct rect){ UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX }, W, H);
	assert_int_equal(d.count, 0);
	dirty_add(&d, (struct rect){ W - 1, H - 2, UINT32_MAX, UINT32_MAX }, W, H);
	assert_int_equal(d.count, 1);
	assert_int_equal(d.rect[0].w, 1);
	assert_int_equal(d.rect[0].h, 2);
}

static void stays_apart(void **state)
{
	struct dirty d = { 0 };

	(void)state;
	dirty_add(&d, (struct rect){ 0, 0, 4, 4 }, W, H);
	dirty_add(&d, (struct rect){ 40, 40, 4, 4 }, W, H);
	assert_int_equal(d.count, 2);
	/* Characters of a line become one rectangle. */
	for (unsigned i = 0; i < 10; i++)
		dirty_add(&d, (struct rect){ 4 * i, 0, 4, 4 }, W, H);
	assert_int_equal(d.count, 2);
}

static void covers(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (unsigned round = 0; round < 2000; round++) {
		unsigned char want[W * H] = { 0 }, have[W * H] = { 0 };
		struct dirty d = { 0 };

		for (unsigned i = 0; i < round % 40; i++) {
			uint32_t x = rand_r(&seed) % W, y = rand_r(&seed) % H;
			struct rect r = { x, y, 1 + rand_r(&seed) % (W - x),
					  1 + rand_r(&seed) % (H - y) };

			dirty_add(&d, r, W, H);
			paint(want, &r);
		}
		assert_true(d.count <= DIRTY_MAX);
		for (unsigned i = 0; i < d.count; i++) {
			assert_true(d.rect[i].x + d.rect[i].w <= W);
			assert_true(d.rect[i].y + d.rect[i].h <= H);
			paint(have, &d.rect[i]);
		}
		for (unsigned i = 0; i < W * H; i++)
			assert_true(have[i] >= want[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts),
		cmocka_unit_test(stays_apart),
		cmocka_unit_test(covers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
