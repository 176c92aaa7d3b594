// SPDX-License-Identifier: MIT
/* A screenshot shows the screen, whatever the console process writes into the page they share. */
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
	page->view[0].pixels = 1ULL << 46;
	assert_int_equal(screen_shot(name), 0);
	unlink(name);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_page_is_not_trusted) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
