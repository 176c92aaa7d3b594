// SPDX-License-Identifier: MIT
/* What a switch learns, and forgets; and what its process keeps. */
#define _GNU_SOURCE
#include "devices/net.h"
#include "devices/net_wire.h"
#include "devices/switch_table.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct switch_table t;

/* A frame from one address to another, both made of a number. */
static int frame(unsigned port, uint64_t from, uint64_t to, uint64_t now)
{
	uint8_t f[14] = { 0 };

	for (unsigned i = 0; i < 6; i++) {
		f[i] = to >> (40 - 8 * i);
		f[6 + i] = from >> (40 - 8 * i);
	}
	return switch_table_frame(&t, port, f, now);
}

#define A 0x020000000001ULL
#define B 0x020000000002ULL
#define ALL 0xffffffffffffULL

static void test_learns(void **state)
{
	(void)state;
	memset(&t, 0, sizeof(t));
	assert_int_equal(frame(3, A, B, 1), SWITCH_EVERYWHERE);
	assert_int_equal(frame(5, B, A, 1), 3);
	assert_int_equal(frame(3, A, B, 1), 5);
	assert_int_equal(frame(3, A, ALL, 1), SWITCH_EVERYWHERE);
	/* Moved to another port. */
	assert_int_equal(frame(7, A, ALL, 2), SWITCH_EVERYWHERE);
	assert_int_equal(frame(5, B, A, 2), 7);
}

static void test_forgets(void **state)
{
	(void)state;
	memset(&t, 0, sizeof(t));
	frame(3, A, ALL, 1000);
	assert_int_equal(frame(5, B, A, 1000 + SWITCH_FORGET_S - 1), 3);
	assert_int_equal(frame(5, B, A, 1000 + SWITCH_FORGET_S), SWITCH_EVERYWHERE);
	frame(3, A, ALL, 2000);
	switch_table_forget(&t, 3);
	assert_int_equal(frame(5, B, A, 2000), SWITCH_EVERYWHERE);
}

/* Nobody may speak for all, and nobody for nobody. */
static void test_ignores_bad_sources(void **state)
{
	(void)state;
	memset(&t, 0, sizeof(t));
	frame(3, ALL, B, 1);
	frame(3, 0, B, 1);
	for (unsigned i = 0; i < SWITCH_ADDRESSES; i++)
		assert_int_equal(t.entry[i].address, 0);
	assert_int_equal(frame(5, B, 0, 1), SWITCH_EVERYWHERE);
}

/* A port that invents addresses pushes out old ones, and what is new is known. */
static void test_overflows(void **state)
{
	(void)state;
	memset(&t, 0, sizeof(t));
	for (uint64_t i = 1; i <= 100000; i++) {
		frame(1, A + 2 * i, ALL, i / 1000);
		assert_int_equal(frame(2, B, A + 2 * i, i / 1000), 1);
	}
}

/* It serves other guests, too: our files, wherever they are, are none of its business. */
static void test_keeps_nothing(void **state)
{
	static const struct net_config c = { .kind = NET_SWITCH, .name = "test-keeps-nothing" };
	static struct net n;
	struct pollfd p = { 0 };
	int ends[2], far;

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	far = fcntl(ends[1], F_DUPFD_CLOEXEC, 100);
	assert_true(far >= 100);
	close(ends[1]);
	assert_int_equal(net_switch_open(&n, &c), 0);
	close(far);
	p.fd = ends[0]; /* hangs up when nobody has the other end any more */
	assert_int_equal(poll(&p, 1, 60000), 1);
	assert_int_equal(p.revents, POLLHUP);
	net_switch_close();
	close(ends[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_learns),
		cmocka_unit_test(test_forgets),
		cmocka_unit_test(test_ignores_bad_sources),
		cmocka_unit_test(test_overflows),
		cmocka_unit_test(test_keeps_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
