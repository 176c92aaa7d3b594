// SPDX-License-Identifier: MIT
/* Options of devices: what is left when one is refused, or has said all it has to say. */
#define _GNU_SOURCE
#include "cli/cli.h"
#include "cli/gui.h"
#include "cli/share.h"
#include "console/console_wire.h"
#include "snapshot/snapshot.h"

#include <errno.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The test is not installed beside them. */
char *data_path(const char *name)
{
	return strdup(name);
}

char *data_find(const char *name)
{
	return strdup(name);
}

/* The lowest descriptor that is free: one more when one has leaked. */
static int free_descriptor(void)
{
	int fd = dup(STDERR_FILENO);

	close(fd);
	return fd;
}

static void a_screen_that_makes_no_sense(void **state)
{
	struct gui g = { 0 };
	struct snapshot_run run = { UINT64_MAX, 8 };
	struct snapshot s = { .at = (void *)&run, .end = (void *)(&run + 1) };
	struct snapshot_device d = { 0 };
	int fd = free_descriptor();

	(void)state;
	g.plan = (struct screen_plan){ .width = 640, .height = 480, .depth = 32 };
	d.keep = screen_keep(&g.plan);
	assert_int_equal(gui_restore(&g, &s, &d, "640x480@32\n"), -EINVAL);
	assert_int_equal(g.kept, 0);
	assert_int_equal(free_descriptor(), fd);
}

static size_t used(void)
{
	return mallinfo2().uordblks;
}

/* Twice, since the first time the library makes room for itself. */
static void a_share_with_a_tag(void **state)
{
	size_t before = 0, after = 0;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct device_plan plan = { 0 };
		char option[] = "/,ro,tag=mine";

		before = used();
		assert_int_equal(share_add(&plan, option, 1), 0);
		memset(option, 'x', sizeof(option) - 1);
		assert_string_equal(plan.name, "mine");
		assert_string_equal(plan.label, "mine");
		free((char *)plan.name);
		free((char *)plan.program);
		close(plan.fd[0]);
		after = used();
	}
	assert_int_equal(after, before);
}

static void a_share_that_is_refused(void **state)
{
	char option[] = "/,tag=a b";
	struct device_plan plan = { 0 };
	size_t before;

	(void)state;
	used();
	before = used();
	assert_int_equal(share_add(&plan, option, 1), EXIT_USAGE);
	assert_int_equal(used(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_screen_that_makes_no_sense),
		cmocka_unit_test(a_share_with_a_tag),
		cmocka_unit_test(a_share_that_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
