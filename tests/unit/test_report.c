// SPDX-License-Identifier: MIT
/* Messages: whatever is in them, a terminal shows one line of it. */
#define _GNU_SOURCE
#include "host/report.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

/* What standard error gets to see of a message about @text. */
static const char *shown(const char *text)
{
	static char buf[2048];
	int err = dup(STDERR_FILENO), fd = memfd_create("stderr", MFD_CLOEXEC);
	ssize_t n;

	assert_return_code(dup2(fd, STDERR_FILENO), errno);
	report_error("cannot open %s", text);
	assert_return_code(dup2(err, STDERR_FILENO), errno);
	n = pread(fd, buf, sizeof(buf) - 1, 0);
	assert_return_code(n, errno);
	buf[n] = 0;
	close(fd);
	close(err);
	return buf;
}

static void text(void **state)
{
	(void)state;
	assert_string_equal(shown("a b"), "l4ux: cannot open a b\n");
	assert_string_equal(shown("\303\244\342\202\254\360\237\230\200~\302\240"),
			    "l4ux: cannot open \303\244\342\202\254\360\237\230\200~\302\240\n");
}

static void what_steers_a_terminal(void **state)
{
	(void)state;
	assert_string_equal(shown("\033]0;title\a\033[2J"), "l4ux: cannot open ?]0;title??[2J\n");
	assert_string_equal(shown("x\nl4ux: all is well\r\b\t\177"),
			    "l4ux: cannot open x?l4ux: all is well????\n");
	assert_string_equal(shown("\302\2332J\233"), "l4ux: cannot open ??2J?\n"); /* C1 */
}

static void what_is_no_text(void **state)
{
	(void)state;
	assert_string_equal(shown("\300\233\377\303"), "l4ux: cannot open ????\n");
	assert_string_equal(shown("\342\202"), "l4ux: cannot open ??\n");
	assert_string_equal(shown("\355\240\200"), "l4ux: cannot open ???\n");
}

/* A message is cut anywhere. */
static void too_long(void **state)
{
	char name[4096];

	(void)state;
	for (unsigned shift = 0; shift < 4; shift++) {
		size_t len;
		const char *s;

		memset(name, 'x', shift);
		for (unsigned i = 0; i < 1000; i++)
			memcpy(name + shift + 4UL * i, "\360\237\230\200", 4);
		name[shift + 4000] = 0;
		s = shown(name);
		len = strlen(s);
		assert_in_range(len, 1000, 1024);
		assert_int_equal(s[len - 1], '\n');
		assert_true(s[len - 2] == '?' || s[len - 2] == '\200');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text),
		cmocka_unit_test(what_steers_a_terminal),
		cmocka_unit_test(what_is_no_text),
		cmocka_unit_test(too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
