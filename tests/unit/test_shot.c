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

static void test_page_is_not_trusted(void **state)
{
	static struct device_plan device;
	static struct screen_plan plan = {
		.width = 640, .height = 480, .depth = 32, .device = &device
	};
	char name[] = "shot-XXXXXX";
	static struct console_page good;
	struct console_page *page;
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

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_page_is_not_trusted) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
