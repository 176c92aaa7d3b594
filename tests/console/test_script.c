// SPDX-License-Identifier: MIT
/* The language of input scripts: what is understood, and where mistakes are said to be. */
#include "console/keys.h"
#include "console/script.h"

#include <linux/input-event-codes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static char why[256];

static int parse(struct script *s, const char *text)
{
	return script_parse(s, text, strlen(text), why, sizeof(why));
}

static void understands(void **state)
{
	struct script s;

	(void)state;
	assert_int_equal(parse(&s, "# nothing\n"
				   "\n"
				   "  type \"a # \\\"b\\\\\\n\" # comment\n"
				   "press ctrl+alt+f2\n"
				   "move 3 40\n"
				   "click right\n"
				   "wheel -2\n"
				   "wait 500ms\n"
				   "wait text \"login:\" within 2m\n"
				   "wait still 1s\n"
				   "screenshot a.png\n"
				   "pace 0ms\n"
				   "close"),
			 0);
	assert_int_equal(s.items, 11);
	assert_string_equal(s.item[0].text, "a # \"b\\\n");
	assert_int_equal(s.item[0].line, 3);
	assert_int_equal(s.item[1].keys, 3);
	assert_int_equal(s.item[1].key[2], KEY_F2);
	assert_int_equal(s.item[2].y, 40);
	assert_int_equal(s.item[3].key[0], BTN_RIGHT);
	assert_int_equal(s.item[4].x, -2);
	assert_int_equal(s.item[5].us, 500000);
	assert_int_equal(s.item[6].limit_us, 120000000);
	assert_int_equal(s.item[7].limit_us, 60000000);
	assert_string_equal(s.item[8].text, "a.png");
	assert_int_equal(s.item[9].us, 0);
	assert_int_equal(s.item[10].op, SCRIPT_CLOSE);
	assert_int_equal(s.item[10].line, 13);
	script_free(&s);
	assert_int_equal(parse(&s, ""), 0);
	script_free(&s);
}

static void complains(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "wait 1s\njump 3", "2: there is no such step" },
		{ "type hello", "1: text must stand in double quotes" },
		{ "type \"hello", "1: the closing quote" },
		{ "type \"a\\x\"", "1: in text" },
		{ "type \"\303\244\"", "1: a US keyboard" },
		{ "type \"a\" b", "1: something follows" },
		{ "press ctrl+", "1: there is no key" },
		{ "press A", "1: there is no key" },
		{ "press a+a+a+a+a+a+a+a+a", "1: too many keys" },
		{ "move 1", "1: not a number" },
		{ "move 1 99999", "1: not a number" },
		{ "move 1 2x", "1: not a number" },
		{ "click up", "1: the buttons" },
		{ "wait", "1: not a time" },
		{ "wait 5", "1: not a time" },
		{ "wait -5s", "1: not a time" },
		{ "wait 99999999999999999999s", "1: not a time" },
		{ "wait text \"\"", "1: the text to wait for" },
		{ "wait text \"a\" within", "1: not a time" },
		{ "screenshot", "1: which file" },
		{ "#\n\n\nclose now", "4: something follows" },
	};
	struct script s;

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_not_equal(parse(&s, cases[i].text), 0);
		if (strncmp(why, cases[i].why, strlen(cases[i].why)) != 0)
			fail_msg("%s: \"%s\", not \"%s\"", cases[i].text, why, cases[i].why);
	}
}

static void keys(void **state)
{
	bool shift;

	(void)state;
	assert_int_equal(key_by_char('A', &shift), KEY_A);
	assert_true(shift);
	assert_int_equal(key_by_char('/', &shift), KEY_SLASH);
	assert_false(shift);
	assert_int_equal(key_by_char('\0', &shift), 0);
	assert_int_equal(key_by_usage(0x04), KEY_A);
	assert_int_equal(key_by_usage(0x28), KEY_ENTER);
	assert_int_equal(key_by_usage(0x4f), KEY_RIGHT);
	assert_int_equal(key_by_usage(0x64), KEY_102ND);
	assert_int_equal(key_by_usage(0xe6), KEY_RIGHTALT);
	assert_int_equal(key_by_usage(0), 0);
	assert_int_equal(key_by_usage(0xffffffff), 0);
	/* Every printable character of ASCII can be typed. */
	for (char c = ' '; c < 127; c++)
		assert_int_not_equal(key_by_char(c, &shift), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(understands),
		cmocka_unit_test(complains),
		cmocka_unit_test(keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
