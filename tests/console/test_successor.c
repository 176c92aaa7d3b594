// SPDX-License-Identifier: MIT
/* A console process whose predecessor died in the middle of something; the test is the kernel. */
#define _GNU_SOURCE
#include "console/console_wire.h"
#include "devices/irq_wire.h"
#include "devices/sheet_wire.h"
#include "host/fork.h"
#include "host/spawn.h"

#include <l4/abi/virtio.h>
#include <linux/input-event-codes.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define WIDTH 320U
#define HEIGHT 200U
#define RING 0x1000U
#define PIXELS 0x2000U
#define IO_BYTES (PIXELS + WIDTH * HEIGHT * 4)
#define PATIENCE_MS 30000
#define CHILD_FDS (DEVICE_FD_OWN - DEVICE_FD_CONTROL + 2)

static struct successor {
	struct console_page *page; /* what the one before has left, and this one finds */
	int fd[CHILD_FDS];         /* as the process has them: page or script last */
	int control, records;
	pid_t pid;
} s;

/* A file of zeros, mapped. */
static void *memory(int *fd, size_t bytes)
{
	void *p;

	*fd = memfd_create("test", MFD_CLOEXEC);
	assert_return_code(ftruncate(*fd, bytes), 0);
	p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, *fd, 0);
	assert_true(p != MAP_FAILED);
	return p;
}

static int set_up(void **state)
{
	struct device_sheet *sheet;
	int pair[2], irq[2];

	(void)state;
	memset(&s, 0, sizeof(s));
	assert_return_code(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	assert_return_code(pipe(irq), 0);
	s.control = pair[0];
	s.records = irq[0];
	s.fd[0] = pair[1];
	s.fd[1] = eventfd(0, EFD_CLOEXEC);
	s.fd[2] = irq[1];
	memory(&s.fd[3], IO_BYTES);
	memory(&s.fd[4], 4096);
	sheet = memory(&s.fd[5], DEVICE_SHEET_BYTES);
	sheet->version = DEVICE_SHEET_VERSION;
	sheet->now_us = DEVICE_SHEET_NEVER;
	s.page = memory(&s.fd[7], CONSOLE_SHOWN + WIDTH * HEIGHT * 4);
	s.page->version = CONSOLE_WIRE_VERSION;
	s.page->views = 1;
	s.page->view[0] = (struct console_view){ PIXELS, RING, WIDTH, HEIGHT, WIDTH * 4, 32 };
	s.page->begun = 1;
	return 0;
}

static void start(const char *script)
{
	struct device_hello hello = { .version = DEVICE_WIRE_VERSION,
				      .flags = CONSOLE_HAS_SCRIPT,
				      .name = "console" };
	struct device_packet packet = { .sequence = 1 };
	uint64_t rings = DEVICE_BELL_CONTROL;

	memory(&s.fd[6], 0x1000);
	assert_return_code(ftruncate(s.fd[6], 0), 0);
	assert_int_equal(write(s.fd[6], script, strlen(script)), strlen(script));
	s.pid = spawn_process(CONSOLE_HEADLESS, "console", s.fd, CHILD_FDS, SPAWN_DEVICE);
	assert_true(s.pid > 0);
	assert_int_equal(send(s.control, &hello, sizeof(hello), 0), sizeof(hello));
	assert_int_equal(write(s.fd[1], &rings, sizeof(rings)), sizeof(rings));
	assert_int_equal(send(s.control, &packet, sizeof(packet), 0), sizeof(packet));
}

static int tear_down(void **state)
{
	uint64_t rings = DEVICE_BELL_CONTROL;

	(void)state;
	shutdown(s.control, SHUT_RDWR);
	if (write(s.fd[1], &rings, sizeof(rings)) < 0)
		abort();
	if (s.pid > 0)
		assert_int_equal(fork_wait(s.pid), 0);
	for (unsigned i = 0; i < CHILD_FDS; i++)
		close(s.fd[i]);
	close(s.control);
	close(s.records);
	return 0;
}

/* What is asked for with the next record, which comes. */
static uint32_t next_request(void)
{
	struct pollfd p = { s.records, POLLIN, 0 };
	struct irq_record r = { 0, 0 };

	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	assert_int_equal(read(s.records, &r, sizeof(r)), sizeof(r));
	assert_int_equal(r.line, IRQ_LINE_CONSOLE_REQUEST);
	return __atomic_load_n(&s.page->request, __ATOMIC_SEQ_CST);
}

/* The bit was set; whether the record was sent nobody knows. */
static void a_picture_that_was_asked_for(void **state)
{
	(void)state;
	s.page->part = 1;
	s.page->request = CONSOLE_SHOT;
	start("screenshot a.png\n");
	assert_int_equal(next_request(), CONSOLE_SHOT);
}

static void an_end_that_was_asked_for(void **state)
{
	(void)state;
	s.page->request = CONSOLE_END;
	start("");
	assert_int_equal(next_request(), CONSOLE_END);
}

/* And a picture that nobody has asked for yet is. */
static void a_picture(void **state)
{
	(void)state;
	start("screenshot a.png\n");
	assert_int_equal(next_request(), CONSOLE_SHOT);
}

/* Keys that were pressed, as far as they are in the ring. */
static unsigned pressed(uint16_t *code, unsigned max)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < s.page->event_head && n < max; i++)
		if (s.page->event[i].type == EV_KEY && s.page->event[i].value == 1)
			code[n++] = s.page->event[i].code;
	return n;
}

static void text_that_was_being_typed(void **state)
{
	static const uint16_t rest[] = { KEY_LEFTSHIFT, KEY_B, KEY_C, KEY_ENTER };
	uint16_t code[8];
	unsigned ms = 0;

	(void)state;
	memcpy(s.page->paste, "aBc\n", 4);
	s.page->pasted = 1;
	s.page->paste_size = 4;
	start("");
	while (__atomic_load_n(&s.page->paste_size, __ATOMIC_SEQ_CST) && ms++ < PATIENCE_MS)
		poll(NULL, 0, 1);
	assert_int_equal(s.page->paste_size, 0);
	assert_int_equal(pressed(code, 8), 4);
	assert_memory_equal(code, rest, sizeof(rest));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_picture_that_was_asked_for),
		TEST(an_end_that_was_asked_for),
		TEST(a_picture),
		TEST(text_that_was_being_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
