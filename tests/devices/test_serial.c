// SPDX-License-Identifier: MIT
/*
 * What waits in a serial line outlives its process. A second device with the same memory is what
 * comes after a death, and in a system that was restored.
 */
#define _GNU_SOURCE
#include "devices/serial.h"
#include "guest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define NUM 4U
#define FD 60 /* descriptors of the device, from here on */
#define SEND 65536U

static struct guest g;
static struct serial s;
static int other;

/* A device process, whose line has another end of its own. */
static void start(struct serial_keep *keep, unsigned queue)
{
	int pair[2];

	if (other)
		close(other);
	assert_return_code(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), errno);
	assert_return_code(dup2(pair[0], FD), errno);
	assert_return_code(dup2(pair[0], FD + 1), errno);
	close(pair[0]);
	other = pair[1];
	memset(&s, 0, sizeof(s));
	serial_init(&s, SERIAL_STREAM, FD, keep);
	guest_drive(&g, &s.transport, 1ULL << VIRTIO_CONSOLE_F_MULTIPORT, queue, NUM);
}

/* As its process does between two waits for the doorbell. */
static void turn(void)
{
	struct pollfd p[TRANSPORT_WATCH_MAX];
	int timeout_ms = 0;
	unsigned n;

	for (unsigned i = 0; i < 64; i++) {
		transport_serve(&s.transport);
		n = s.device.watch(&s.transport, p, &timeout_ms);
		assert_return_code(poll(p, n, 0), errno);
		s.device.work(&s.transport, p, n);
	}
}

static void guest_sends(const char *bytes, unsigned len)
{
	memcpy(g.memory + BUFFERS, bytes, len);
	*guest_desc(&g, 0) = (struct vring_desc){ BUFFERS, len, 0, 0 };
	guest_offer(&g, NUM, 0);
	turn();
}

static void output_that_nobody_takes(void **state)
{
	static struct serial_keep keep;
	static char sent[3 * SEND], got[3 * SEND];
	size_t n = 0;
	ssize_t r;
	int before;

	(void)state;
	for (unsigned i = 0; i < sizeof(sent); i++)
		sent[i] = (char)(i * 7 + i / 251);
	start(&keep, SERIAL_SEND);
	assert_return_code(setsockopt(FD, SOL_SOCKET, SO_SNDBUF, &(int){ 4096 }, sizeof(int)),
			   errno);
	for (unsigned i = 0; i < 3; i++) {
		guest_sends(sent + i * SEND, SEND);
		assert_int_equal(guest_used(&g)->idx, i + 1);
	}
	assert_true(keep.head - keep.tail > SEND);
	before = dup(other);
	start(&keep, SERIAL_SEND);
	while ((r = read(before, got + n, sizeof(got) - n)) > 0)
		n += r;
	close(before);
	for (unsigned i = 0; i < 64; i++) {
		turn();
		while ((r = read(other, got + n, sizeof(got) - n)) > 0)
			n += r;
	}
	assert_int_equal(n, sizeof(sent));
	assert_memory_equal(got, sent, sizeof(sent));
}

static void input_that_the_guest_does_not_take(void **state)
{
	static struct serial_keep keep;

	(void)state;
	start(&keep, SERIAL_RECEIVE);
	assert_int_equal(write(other, "typed", 5), 5);
	turn();
	assert_int_equal(keep.input, 5); /* the guest has not opened the line */
	start(&keep, SERIAL_RECEIVE);
	*guest_desc(&g, 0) = (struct vring_desc){ BUFFERS, 64, VRING_DESC_F_WRITE, 0 };
	guest_offer(&g, NUM, 0);
	turn();
	assert_int_equal(guest_used(&g)->idx, 0);
	keep.open = true;
	turn();
	assert_int_equal(guest_used(&g)->idx, 1);
	assert_int_equal(guest_used(&g)->ring[0].len, 5);
	assert_memory_equal(g.memory + BUFFERS, "typed", 5);
}

/* The descriptors of a line into the file @fd, with memory that holds @keep. */
static int open_file(int fd, const struct serial_keep *keep, bool settled)
{
	int memory = memfd_create("keep", MFD_CLOEXEC);

	assert_int_equal(write(memory, keep, sizeof(*keep)), sizeof(*keep));
	assert_return_code(dup2(fd, FD), errno);
	assert_return_code(dup2(fd, FD + 1), errno);
	assert_return_code(dup2(memory, FD + 2), errno);
	close(memory);
	memset(&s, 0, sizeof(s));
	return serial_open(&s, SERIAL_STREAM | SERIAL_FILE, FD, settled);
}

static void a_file_goes_back(void **state)
{
	static const struct serial_keep ten = { .written = 10 };
	int fd = memfd_create("file", MFD_CLOEXEC);

	(void)state;
	assert_int_equal(write(fd, "0123456789and more", 18), 18);
	assert_int_equal(open_file(fd, &ten, false), 0); /* a process has died */
	assert_int_equal(lseek(fd, 0, SEEK_END), 18);
	assert_int_equal(open_file(fd, &ten, true), 0);
	assert_int_equal(lseek(fd, 0, SEEK_END), 10);
	/* A new one, in a system that was restored. */
	assert_return_code(ftruncate(fd, 0), errno);
	assert_int_equal(open_file(fd, &ten, true), 0);
	assert_int_equal(s.keep->written, 0);
	close(fd);
}

static void nonsense_is_refused(void **state)
{
	static const struct serial_keep output = { .head = SERIAL_OUTPUT + 1 },
					input = { .input = SERIAL_INPUT + 1 },
					controls = { .controls = SERIAL_CONTROLS + 1 };
	int fd = memfd_create("file", MFD_CLOEXEC);

	(void)state;
	assert_int_equal(open_file(fd, &output, true), -EPROTO);
	assert_int_equal(open_file(fd, &input, true), -EPROTO);
	assert_int_equal(open_file(fd, &controls, true), -EPROTO);
	assert_int_equal(serial_open(&s, SERIAL_KIND, FD, true), -EPROTO);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(output_that_nobody_takes),
		cmocka_unit_test(input_that_the_guest_does_not_take),
		cmocka_unit_test(a_file_goes_back),
		cmocka_unit_test(nonsense_is_refused),
	};

	guest_open(&g);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
