// SPDX-License-Identifier: MIT
/* Events: none lost, none twice, in order; also when the process dies or nobody takes them. */
#include "guest_input.h"

#include <linux/input.h>
#include <linux/virtio_input.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MILLION 1000000UL

static struct guest_input g;

static int set_up(void **state)
{
	(void)state;
	guest_input_open(&g);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	guest_input_close(&g);
	return 0;
}

static void expect(unsigned type, unsigned code, uint32_t value)
{
	struct console_event e;

	assert_true(guest_input_next(&g, &e));
	assert_int_equal(e.type, type);
	assert_int_equal(e.code, code);
	assert_int_equal(e.value, value);
}

static void reports(void **state)
{
	struct console_event e;

	(void)state;
	assert_true(guest_input_drive(&g));
	input_key(&g.input, KEY_A, true);
	input_key(&g.input, KEY_A, true); /* held already */
	input_key(&g.input, KEY_B, false);
	input_move(&g.input, 100000, 7, false);
	input_wheel(&g.input, -2, 0);
	input_wheel(&g.input, 0, 0);
	expect(EV_KEY, KEY_A, 1);
	expect(EV_SYN, SYN_REPORT, 0);
	expect(EV_ABS, ABS_X, 639);
	expect(EV_ABS, ABS_Y, 7);
	expect(EV_SYN, SYN_REPORT, 0);
	expect(EV_REL, REL_WHEEL, (uint32_t)-2);
	expect(EV_SYN, SYN_REPORT, 0);
	assert_false(guest_input_next(&g, &e));
	input_release_all(&g.input);
	expect(EV_KEY, KEY_A, 0);
}

static void waits_for_a_driver(void **state)
{
	(void)state;
	assert_false(input_taken(&g.input));
	for (unsigned i = 0; input_room(&g.input); i++)
		input_move(&g.input, i % 640, 0, false);
	assert_int_equal(g.input.waits, 1);
	assert_true(guest_input_drive(&g));
	for (unsigned i = 0; i < 1000; i++) {
		expect(EV_ABS, ABS_X, i % 640);
		expect(EV_ABS, ABS_Y, 0);
		expect(EV_SYN, SYN_REPORT, 0);
	}
	assert_true(input_room(&g.input));
}

/* Positions may be replaced by later ones when many wait, keys never. */
static void replaces_positions(void **state)
{
	struct console_event e;
	unsigned n = 0, keys = 0;

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		input_move(&g.input, i % 640, i / 640, true);
		if (i % 1000 == 999)
			input_key(&g.input, KEY_A, i / 1000 % 2 == 0);
	}
	assert_true(input_room(&g.input));
	assert_true(guest_input_drive(&g));
	while (guest_input_next(&g, &e)) {
		n++;
		keys += e.type == EV_KEY;
	}
	assert_int_equal(keys, 5);
	assert_in_range(n, 64, 300);
	assert_int_equal(n, g.input.events);
	assert_in_range(g.input.coalesced, 4900, 5000);
}

/* As many as fit at a time, taken whenever the writer waits; sometimes the process is replaced. */
static void a_million(void **state)
{
	unsigned long put = 0, got = 0;
	struct console_event e;
	unsigned seed = 3;

	(void)state;
	assert_true(guest_input_drive(&g));
	while (got < MILLION) {
		for (; put < MILLION && input_room(&g.input); put += 2)
			input_key(&g.input, KEY_ESC + put / 4 % 200, put / 2 % 2 == 0);
		for (unsigned n = rand_r(&seed) % 3000; n && guest_input_next(&g, &e); n--, got++) {
			if (e.type != (got % 2 ? EV_SYN : EV_KEY) ||
			    (e.type == EV_KEY &&
			     (e.code != KEY_ESC + got / 4 % 200 || e.value != (got / 2 % 2 == 0))))
				fail_msg("event %lu is %u %u %u", got, e.type, e.code, e.value);
		}
		if (rand_r(&seed) % 16 == 0)
			guest_input_again(&g);
	}
	assert_false(guest_input_next(&g, &e));
}

/* It dies after an event has reached the buffer, before or after the buffer was given back. */
static void dies_in_between(void **state)
{
	struct console_event e;

	(void)state;
	assert_true(guest_input_drive(&g));
	input_key(&g.input, KEY_A, true);
	g.page.event_taken = 1;
	g.page.event_done = 0;
	guest_input_again(&g);
	expect(EV_KEY, KEY_A, 1);
	expect(EV_SYN, SYN_REPORT, 0);
	input_key(&g.input, KEY_B, true);
	g.page.event_taken = 1;
	g.page.event_done = 1; /* and the used ring says 2 */
	guest_input_again(&g);
	expect(EV_SYN, SYN_REPORT, 0);
	assert_false(guest_input_next(&g, &e));
}

static struct virtio_input_config *select_config(unsigned what, unsigned which)
{
	struct virtio_input_config *c = (void *)((char *)g.input.transport.page +
						 L4VIRTIO_CONFIG_OFFSET);

	c->select = what;
	c->subsel = which;
	guest_input_command(&g, L4VIRTIO_CMD_CFG_CHANGED);
	return c;
}

static void describes_itself(void **state)
{
	struct virtio_input_config *c = select_config(VIRTIO_INPUT_CFG_ID_NAME, 0);

	(void)state;
	assert_int_equal(c->size, strlen("l4ux console"));
	assert_string_equal(c->u.string, "l4ux console");
	c = select_config(VIRTIO_INPUT_CFG_EV_BITS, EV_KEY);
	assert_true(c->size > KEY_F12 / 8);
	assert_true(c->u.bitmap[KEY_A / 8] & 1 << KEY_A % 8);
	assert_true(c->u.bitmap[BTN_LEFT / 8] & 1 << BTN_LEFT % 8);
	assert_int_equal(select_config(VIRTIO_INPUT_CFG_EV_BITS, EV_LED)->size, 0);
	assert_int_equal(select_config(VIRTIO_INPUT_CFG_ABS_INFO, ABS_X)->u.abs.max, 639);
	assert_int_equal(select_config(VIRTIO_INPUT_CFG_ABS_INFO, ABS_Y)->u.abs.max, 479);
	assert_int_equal(select_config(VIRTIO_INPUT_CFG_ABS_INFO, 200)->size, 0);
	assert_int_equal(select_config(99, 0)->size, 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(reports),   TEST(waits_for_a_driver), TEST(replaces_positions),
		TEST(a_million), TEST(dies_in_between),    TEST(describes_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
