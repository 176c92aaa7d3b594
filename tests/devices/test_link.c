// SPDX-License-Identifier: MIT
/* What a device and the kernel say to each other: bell, packets, interrupts, the end. */
#define _GNU_SOURCE
#include "devices/dma.h"
#include "devices/irq_wire.h"
#include "devices/link.h"
#include "devices/sheet.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define RAM 0x10000UL

static struct dma dma;
static struct device_sheet sheet;
static int kernel, pipe_end; /* the other ends of the control socket and the IRQ pipe */

static int setup(void **state)
{
	int pair[2], irq[2], ram = memfd_create("ram", 0), bell = eventfd(0, 0);

	(void)state;
	assert_return_code(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	assert_return_code(pipe2(irq, O_NONBLOCK), 0);
	assert_return_code(ftruncate(ram, RAM), 0);
	kernel = fcntl(pair[0], F_DUPFD, DEVICE_FD_OWN);
	pipe_end = fcntl(irq[0], F_DUPFD, DEVICE_FD_OWN);
	bell = fcntl(bell, F_DUPFD, DEVICE_FD_OWN);
	ram = fcntl(ram, F_DUPFD, DEVICE_FD_OWN);
	irq[1] = fcntl(irq[1], F_DUPFD, DEVICE_FD_OWN);
	assert_return_code(dup2(fcntl(pair[1], F_DUPFD, DEVICE_FD_OWN), DEVICE_FD_CONTROL), 0);
	assert_return_code(dup2(bell, DEVICE_FD_BELL), 0);
	assert_return_code(dup2(irq[1], DEVICE_FD_IRQ), 0);
	memset(&dma, 0, sizeof(dma));
	assert_return_code(dma_init(&dma, ram, RAM), 0);
	memset(&sheet, 0, sizeof(sheet));
	sheet_use(&sheet);
	return 0;
}

static void ring(uint64_t rings)
{
	assert_int_equal(write(DEVICE_FD_BELL, &rings, sizeof(rings)), sizeof(rings));
}

static void tell(uint32_t sequence, uint64_t va)
{
	struct device_packet p = { .sequence = sequence, .count = 1 };

	ring(DEVICE_BELL_CONTROL);
	p.range[0] = (struct device_range){ va, 4096, va, DEVICE_R | DEVICE_W };
	assert_return_code(send(kernel, &p, sizeof(p), 0), 0);
}

static uint32_t answered(void)
{
	struct device_answer a;

	if (recv(kernel, &a, sizeof(a), MSG_DONTWAIT) != sizeof(a))
		return 0;
	assert_int_equal(a.error, 0);
	return a.sequence;
}

static void a_ring_ends_the_wait(void **state)
{
	struct pollfd p = { DEVICE_FD_BELL, POLLIN, 0 };

	(void)state;
	ring(1);
	ring(1);
	assert_true(link_wait(&dma, true));
	assert_int_equal(poll(&p, 1, 0), 0); /* two rings, one wait */
	assert_int_equal(answered(), 0);
}

static void what_the_kernel_says_comes_with_a_ring(void **state)
{
	(void)state;
	tell(7, 0);
	assert_true(link_wait(&dma, true));
	assert_int_equal(answered(), 7);
	assert_non_null(dma_ptr(&dma, 0, 4096, DEVICE_W));
}

static void packets_that_rang_together_are_all_taken(void **state)
{
	(void)state;
	tell(8, 0x1000);
	ring(1);
	tell(9, 0x3000);
	assert_true(link_wait(&dma, true));
	assert_int_equal(answered(), 8);
	assert_int_equal(answered(), 9);
	assert_non_null(dma_ptr(&dma, 0x3000, 4096, DEVICE_W));
}

static void the_one_behind_the_first_is_taken_next(void **state)
{
	(void)state;
	tell(12, 0);
	tell(13, 0x1000);
	assert_true(link_first(&dma));
	assert_int_equal(answered(), 12);
	assert_int_equal(answered(), 0);
	assert_true(link_wait(&dma, true));
	assert_int_equal(answered(), 13);
}

static atomic_bool asked;

/* Once the rings before were heard: the packet of one of them, if @late, or a ring for work. */
static void *speak(void *late)
{
	struct pollfd p = { DEVICE_FD_BELL, POLLIN, 0 };

	while (poll(&p, 1, 0) == 1)
		sched_yield();
	asked = true;
	if (late)
		send(kernel, late, sizeof(struct device_packet), 0);
	else
		ring(1);
	return NULL;
}

static void a_packet_that_has_rung_is_waited_for(void **state)
{
	struct device_packet p = { .sequence = 11 };
	pthread_t t;

	(void)state;
	ring(DEVICE_BELL_CONTROL);
	assert_int_equal(pthread_create(&t, NULL, speak, &p), 0);
	assert_true(link_wait(&dma, true));
	assert_int_equal(answered(), 11);
	pthread_join(t, NULL);
}

/* In simulated time a device must not work when nobody has asked it to. */
static void no_ring_is_left_of_a_packet(int timeout_ms)
{
	struct pollfd p[LINK_OWN];
	pthread_t t;

	tell(10, 0x4000);
	assert_true(link_first(&dma));
	assert_int_equal(answered(), 10);
	asked = false;
	assert_int_equal(pthread_create(&t, NULL, speak, NULL), 0);
	assert_true(link_watch(&dma, p, 0, timeout_ms));
	assert_true(asked);
	pthread_join(t, NULL);
}

static void no_ring_is_left(void **state)
{
	(void)state;
	no_ring_is_left_of_a_packet(-1);
}

static void nor_with_something_else_to_wait_for(void **state)
{
	(void)state;
	no_ring_is_left_of_a_packet(60000);
}

/* The kernel lets the device go on once it has heard of something it must not look at yet. */
static void *let_go(void *arg)
{
	struct device_packet p = { .sequence = 15, .flags = DEVICE_SETTLE };

	(void)arg;
	speak(NULL);
	ring(DEVICE_BELL_CONTROL);
	send(kernel, &p, sizeof(p), 0);
	return NULL;
}

static void a_device_that_is_held_does_nothing(void **state)
{
	struct device_packet p = { .sequence = 14, .flags = DEVICE_SETTLE | DEVICE_HOLD };
	struct pollfd own[LINK_OWN + 1] = { [LINK_OWN] = { DEVICE_FD_BELL, POLLIN, POLLIN } };
	pthread_t t;

	(void)state;
	ring(DEVICE_BELL_CONTROL);
	assert_return_code(send(kernel, &p, sizeof(p), 0), 0);
	assert_true(link_wait(&dma, false));
	assert_int_equal(answered(), 0); /* it may have something to do */
	assert_true(link_settled());
	assert_int_equal(answered(), 14);
	asked = false;
	assert_int_equal(pthread_create(&t, NULL, let_go, NULL), 0);
	assert_true(link_watch(&dma, own, 1, 0));
	assert_true(asked); /* it was not the first ring */
	assert_int_equal(own[LINK_OWN].revents, 0);
	pthread_join(t, NULL);
	assert_true(link_settled());
	assert_int_equal(answered(), 15);
}

static void the_end_of_the_socket_is_the_end(void **state)
{
	(void)state;
	ring(DEVICE_BELL_CONTROL);
	assert_return_code(shutdown(kernel, SHUT_RDWR), 0);
	assert_false(link_wait(&dma, true));
}

static bool told(void)
{
	struct irq_record r;

	return read(pipe_end, &r, sizeof(r)) == sizeof(r) && r.line == IRQ_LINE_DEVICE + 3;
}

static void an_awake_kernel_is_not_told(void **state)
{
	const struct device_hello hello = { .number = 3 };

	(void)state;
	sheet.awake = 1;
	link_interrupt(&hello);
	assert_int_equal(sheet.raised, 1);
	assert_false(told());
	sheet.raised = 0;
	sheet.awake = 0;
	link_interrupt(&hello);
	assert_int_equal(sheet.raised, 1);
	assert_true(told());
	assert_false(told());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_ring_ends_the_wait, setup),
		cmocka_unit_test_setup(what_the_kernel_says_comes_with_a_ring, setup),
		cmocka_unit_test_setup(packets_that_rang_together_are_all_taken, setup),
		cmocka_unit_test_setup(the_one_behind_the_first_is_taken_next, setup),
		cmocka_unit_test_setup(a_packet_that_has_rung_is_waited_for, setup),
		cmocka_unit_test_setup(no_ring_is_left, setup),
		cmocka_unit_test_setup(nor_with_something_else_to_wait_for, setup),
		cmocka_unit_test_setup(a_device_that_is_held_does_nothing, setup),
		cmocka_unit_test_setup(the_end_of_the_socket_is_the_end, setup),
		cmocka_unit_test_setup(an_awake_kernel_is_not_told, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
