// SPDX-License-Identifier: MIT
/* Text of the clipboard becomes keys: all of them once, whoever types, and nothing else. */
#include "console/console.h"
#include "front.h"

#include <linux/input-event-codes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct console_page page;
static struct console console;
static uint64_t now;

/* Of the main program, for scripts. */
void console_request(struct console *c, uint32_t what)
{
	(void)c;
	(void)what;
}

void console_close(struct console *c)
{
	(void)c;
}

static void another_console(void)
{
	memset(&console, 0, sizeof(console));
	console.screen.page = console.input.page = &page;
}

static int set_up(void **state)
{
	(void)state;
	memset(&page, 0, sizeof(page));
	another_console();
	now = 1;
	return 0;
}

/* Types up to @most characters; how many times a key but shift went down, the last one in @last. */
static unsigned type(unsigned most, uint16_t *last)
{
	unsigned n = 0;
	uint64_t at;

	while (n < most && (at = paste_step(&console, now)) != UINT64_MAX) {
		for (; page.event_tail != page.event_head; page.event_tail++) {
			const struct console_event *e =
				&page.event[page.event_tail % CONSOLE_EVENTS];

			if (e->type != EV_KEY || !e->value || e->code == KEY_LEFTSHIFT)
				continue;
			*last = e->code;
			n++;
		}
		now = at;
	}
	return n;
}

static void goes_on_with_another_console(void **state)
{
	uint16_t last = 0;

	(void)state;
	paste_begin(&console, "abcdef");
	assert_int_equal(type(2, &last), 2);
	assert_int_equal(last, KEY_B);
	another_console();
	assert_int_equal(type(100, &last), 4);
	assert_int_equal(last, KEY_F);
	assert_int_equal(page.paste_size, 0);
	assert_int_equal(type(100, &last), 0);
}

static void one_after_the_other(void **state)
{
	uint16_t last = 0;

	(void)state;
	paste_begin(&console, "abc");
	assert_int_equal(type(1, &last), 1);
	paste_begin(&console, "xyz");
	assert_int_equal(type(100, &last), 2);
	assert_int_equal(last, KEY_C);
	paste_begin(&console, "");
	assert_int_equal(type(100, &last), 0);
	paste_begin(&console, "x");
	assert_int_equal(type(100, &last), 1);
	assert_int_equal(last, KEY_X);
}

/* The longest there can be, and one more. */
static void long_ones(void **state)
{
	char *text = malloc(CONSOLE_PASTE + 2);
	uint16_t last = 0;

	(void)state;
	assert_non_null(text);
	memset(text, 'a', CONSOLE_PASTE + 1);
	text[CONSOLE_PASTE + 1] = 0;
	paste_begin(&console, text);
	assert_int_equal(type(100, &last), 0);
	text[CONSOLE_PASTE] = 0;
	paste_begin(&console, text);
	assert_int_equal(type(CONSOLE_PASTE + 1, &last), CONSOLE_PASTE);
	free(text);
}

static void left_by_one_from_hell(void **state)
{
	uint16_t last = 0;

	(void)state;
	memset(page.paste, 'a', CONSOLE_PASTE);
	page.paste_size = UINT32_MAX;
	page.pasted = CONSOLE_PASTE - 3;
	assert_int_equal(type(100, &last), 3);
	page.paste_size = UINT32_MAX;
	page.pasted = UINT32_MAX - 1;
	assert_int_equal(type(100, &last), 0);
	assert_int_equal(page.paste_size, 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, set_up)
	const struct CMUnitTest tests[] = {
		TEST(goes_on_with_another_console),
		TEST(one_after_the_other),
		TEST(long_ones),
		TEST(left_by_one_from_hell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
