// SPDX-License-Identifier: MIT
/* Memory of devices is copied whole, whatever signals come meanwhile. */
#define _GNU_SOURCE
#include "host/device.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#define BYTES (16UL << 20)
#define PERIOD_US 20
#define COPIES 10

static volatile sig_atomic_t signals;

static void count(int sig)
{
	(void)sig;
	signals = signals + 1;
}

static void copy_under_signals(void **state)
{
	const struct itimerval often = { { 0, PERIOD_US }, { 0, PERIOD_US } }, never = { 0 };
	int from = device_keep_file(BYTES), to = device_keep_file(BYTES);
	char *a = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, from, 0);
	char *b = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, to, 0);

	(void)state;
	assert_true(a != MAP_FAILED && b != MAP_FAILED);
	/* Like the kernel process' own: calls are not begun again. */
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = count }, NULL);
	for (unsigned i = 0; i < COPIES; i++) {
		memset(a, 'a' + i, BYTES / 2);
		setitimer(ITIMER_REAL, &often, NULL);
		assert_int_equal(device_keep_copy(from, to), 0);
		setitimer(ITIMER_REAL, &never, NULL);
		assert_memory_equal(a, b, BYTES);
	}
	assert_true(signals > COPIES);
	munmap(a, BYTES);
	munmap(b, BYTES);
	close(from);
	close(to);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copy_under_signals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
