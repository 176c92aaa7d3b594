// SPDX-License-Identifier: MIT
/* The screen is what it is, whatever a console process writes into the page it shares with us. */
#include "../../console/console_wire.h"
#include "host/memory.h"
#include "host/screen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static struct console_page *page; /* of both */

static void test_page_is_not_trusted(void **state)
{
	static struct device_plan device;
	static struct screen_plan plan = {
		.width = 640, .height = 480, .depth = 32, .device = &device
	};
	char name[] = "shot-XXXXXX";
	static struct console_page good;
	int fd = mkstemp(name);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(memory_init(4 << 20, true, screen_memory(&plan)), 0);
	device.keep = screen_keep(&plan);
	assert_int_equal(screen_layout(&plan), 0);
	page = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE, MAP_SHARED, device.memory, 0);
	assert_true(page != MAP_FAILED);
	screen_console_begins();
	good = *page;
	assert_int_equal(good.view[0].pixels, 2 << 20);
	page->view[0].pixels = 1ULL << 46;
	assert_int_equal(screen_shot(name), 0);
	unlink(name);
	/* And the next console does not map what this one has asked for. */
	memset(page, 0xff, offsetof(struct console_page, idle));
	screen_console_begins();
	assert_memory_equal(page, &good, offsetof(struct console_page, view[1]));
}

/*
 * Simulated time waits for the console when guest code is about to run after it did not: once, and
 * not as often as the console likes. And a console cannot hide from a snapshot that it has not.
 */
static void test_idle_is_what_it_is(void **state)
{
	(void)state;
	page->idle = 1;
	assert_false(screen_guest_wakes());
	screen_guest_idle(true);
	page->idle = 0;
	screen_save();
	assert_int_equal(page->idle, 1);
	page->idle = 0;
	screen_mark();
	assert_true(screen_guest_wakes());
	page->idle = 1;
	assert_false(screen_guest_wakes());
	screen_return();
	assert_true(screen_guest_wakes());
	assert_false(screen_guest_wakes());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page_is_not_trusted),
		cmocka_unit_test(test_idle_is_what_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
