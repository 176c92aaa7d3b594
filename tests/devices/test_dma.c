// SPDX-License-Identifier: MIT
/* What a device sees: exactly what it was told, against a model with one entry for each page. */
#include "guest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PAGE 4096UL
#define PAGES (2 * GUEST_BYTES / PAGE)
#define RW (DEVICE_R | DEVICE_W)

static struct guest g;

static int setup(void **state)
{
	(void)state;
	guest_open(&g);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	guest_close(&g);
	return 0;
}

static void test_edges(void **state)
{
	(void)state;
	assert_ptr_equal(dma_ptr(&g.dma, 0, GUEST_SEEN, RW), g.dma.window);
	assert_non_null(dma_ptr(&g.dma, GUEST_SEEN - 1, 1, RW));
	assert_null(dma_ptr(&g.dma, GUEST_SEEN - 1, 2, DEVICE_R));
	assert_null(dma_ptr(&g.dma, GUEST_SEEN, 1, DEVICE_R));
	assert_null(dma_ptr(&g.dma, 0, GUEST_SEEN + 1, DEVICE_R));
	assert_null(dma_ptr(&g.dma, 0, 0, DEVICE_R));
	/* sums that wrap */
	assert_null(dma_ptr(&g.dma, UINT64_MAX, 2, DEVICE_R));
	assert_null(dma_ptr(&g.dma, 16, UINT64_MAX, DEVICE_R));
	assert_null(dma_ptr(&g.dma, UINT64_MAX - 15, UINT64_MAX, DEVICE_R));
}

static void test_rights(void **state)
{
	(void)state;
	assert_int_equal(guest_map(&g, PAGE, PAGE, DEVICE_R), 0);
	assert_non_null(dma_ptr(&g.dma, PAGE, PAGE, DEVICE_R));
	assert_null(dma_ptr(&g.dma, PAGE, PAGE, DEVICE_W));
	/* across pieces with different rights: what all of them allow */
	assert_non_null(dma_ptr(&g.dma, 0, 3 * PAGE, DEVICE_R));
	assert_null(dma_ptr(&g.dma, 0, 3 * PAGE, RW));
	assert_int_equal(guest_map(&g, PAGE, PAGE, RW), 0);
	assert_non_null(dma_ptr(&g.dma, 0, 3 * PAGE, RW));
	assert_int_equal(g.dma.count, 1);
}

static void test_refused(void **state)
{
	(void)state;
	assert_int_not_equal(guest_map(&g, 1, PAGE, RW), 0);
	assert_int_not_equal(guest_map(&g, 0, 1, RW), 0);
	assert_int_not_equal(guest_map(&g, 0, 0, RW), 0);
	assert_int_not_equal(guest_map(&g, 2 * GUEST_BYTES, PAGE, RW), 0);
	assert_int_not_equal(guest_map(&g, PAGE, 2 * GUEST_BYTES, RW), 0);
	assert_int_not_equal(guest_map(&g, -PAGE, 2 * PAGE, RW), 0);
}

static void test_table_full(void **state)
{
	uint64_t va = 0;
	int e = 0;

	(void)state;
	assert_int_equal(guest_map(&g, 0, 2 * GUEST_BYTES, 0), 0);
	g.dma.count = 0;
	for (unsigned i = 0; i < DMA_RANGES; i++)
		g.dma.piece[i] = (struct dma_piece){ i * 2 * PAGE, (i * 2 + 1) * PAGE, DEVICE_R };
	g.dma.count = DMA_RANGES;
	e = guest_map(&g, va, PAGE, RW);
	assert_int_not_equal(e, 0);
	assert_int_equal(g.dma.count, DMA_RANGES);
}

static void check_model(const uint8_t *model, unsigned round)
{
	for (unsigned i = 0; i < PAGES; i++) {
		char *p = dma_ptr(&g.dma, i * PAGE, PAGE, DEVICE_R);

		if (!p != !(model[i] & DEVICE_R))
			fail_msg("round %u: page %u: %s, rights should be %u", round, i,
				 p ? "seen" : "not seen", model[i]);
		if (!p)
			continue;
		assert_int_equal(!!dma_ptr(&g.dma, i * PAGE, PAGE, DEVICE_W),
				 !!(model[i] & DEVICE_W));
		assert_int_equal(*(uint32_t *)p, i);
	}
	for (unsigned i = 1; i < g.dma.count; i++) {
		const struct dma_piece *a = &g.dma.piece[i - 1], *b = a + 1;

		assert_true(a->end < b->start || (a->end == b->start && a->rights != b->rights));
	}
}

static void test_model(void **state)
{
	static uint8_t model[PAGES];
	unsigned seed = 1;

	(void)state;
	memset(model, 0, sizeof(model));
	memset(model, RW, GUEST_SEEN / PAGE);
	for (unsigned i = 0; i < GUEST_BYTES / PAGE; i++)
		*(uint32_t *)(g.memory + i * PAGE) = i;
	for (unsigned round = 0; round < 3000; round++) {
		unsigned at = rand_r(&seed) % (GUEST_BYTES / PAGE);
		unsigned n = 1 + rand_r(&seed) % (rand_r(&seed) % 4 ? 8 : 128);
		unsigned rights = (unsigned[]){ 0, DEVICE_R, RW, RW }[rand_r(&seed) % 4];

		if (n > GUEST_BYTES / PAGE - at)
			n = GUEST_BYTES / PAGE - at;
		assert_int_equal(guest_map(&g, at * PAGE, n * PAGE, rights), 0);
		memset(model + at, rights, n);
		check_model(model, round);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_edges, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rights, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_table_full, setup, teardown),
		cmocka_unit_test_setup_teardown(test_model, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
