// SPDX-License-Identifier: MIT
/* The database of a campaign says what went wrong, not what came after. */
#include "inject/store.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Standard error goes to a file meanwhile, whose text this returns. */
static const char *said(int status(struct store *s), struct store *s, int expected)
{
	static char text[1000];
	char name[] = "stderr-XXXXXX";
	int fd = mkstemp(name), old = dup(STDERR_FILENO);
	ssize_t n;

	assert_true(fd >= 0 && old >= 0);
	unlink(name);
	dup2(fd, STDERR_FILENO);
	n = status(s);
	dup2(old, STDERR_FILENO);
	close(old);
	assert_int_equal(n, expected);
	n = pread(fd, text, sizeof(text) - 1, 0);
	close(fd);
	assert_true(n >= 0);
	text[n] = 0;
	return text;
}

static int add(struct store *s)
{
	const struct store_row row = {
		.id = 1, .point = "p", .fault = "p:1", .detail = "", .replay = "", .trace = ""
	};

	return store_add(s, &row);
}

static void test_error(void **state)
{
	char dir[] = "store-XXXXXX", *golden = strdup("{}");
	struct store s;

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(store_open(&s, dir, "{}", &golden), 0);
	assert_string_equal(said(add, &s, 0), "");
	assert_non_null(strstr(said(add, &s, 74), "UNIQUE constraint failed: runs.id"));
	store_close(&s);
	free(golden);
	assert_int_equal(chdir(dir), 0);
	unlink("results.db");
	unlink("results.jsonl");
	assert_int_equal(chdir(".."), 0);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_error) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
