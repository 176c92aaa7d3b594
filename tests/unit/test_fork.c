// SPDX-License-Identifier: MIT
/* A child never outlives its parent, whenever the parent ends. */
#include "host/fork.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>

#include <cmocka.h>

/*
 * Forks a parent that forks a child; both hold the pipe open. Returns what the child wrote before
 * it ended: it is still there as long as this does not return.
 */
static ssize_t written(void (*parent)(int fd))
{
	int fd[2];
	pid_t pid;
	char c;
	ssize_t n;

	assert_int_equal(pipe(fd), 0);
	pid = fork();
	if (!pid) {
		close(fd[0]);
		parent(fd[1]);
		_exit(0);
	}
	close(fd[1]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	n = read(fd[0], &c, 1);
	close(fd[0]);
	return n;
}

static void ends_before_the_child_is_bound(int fd)
{
	pid_t self = getpid();

	if (fork())
		return;
	while (getppid() == self)
		usleep(1000);
	fork_bind(self, SIGKILL);
	if (write(fd, "x", 1) == 1) /* not reached, or the test says so */
		_exit(1);
}

static void ends_while_the_child_is_stopped(int fd)
{
	pid_t pid = fork_bound(SIGKILL);

	(void)fd;
	if (!pid) {
		raise(SIGSTOP);
		_exit(1);
	}
	waitpid(pid, NULL, WUNTRACED);
}

static void test_parent_gone_before(void **state)
{
	(void)state;
	assert_int_equal(written(ends_before_the_child_is_bound), 0);
}

static void test_parent_goes_later(void **state)
{
	(void)state;
	assert_int_equal(written(ends_while_the_child_is_stopped), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parent_gone_before),
		cmocka_unit_test(test_parent_goes_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
