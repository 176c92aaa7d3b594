// SPDX-License-Identifier: MIT
/* The cage of the window's process: what nobody needs there any more is refused. */
#include "console/front.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const struct {
	const char *name;
	long nr;
} denied[] = {
	{ "execve", __NR_execve },     { "ptrace", __NR_ptrace },       { "kill", __NR_kill },
	{ "mount", __NR_mount },       { "unshare", __NR_unshare },     { "bind", __NR_bind },
	{ "unlink", __NR_unlink },     { "unlinkat", __NR_unlinkat },   { "rename", __NR_rename },
	{ "renameat", __NR_renameat }, { "renameat2", __NR_renameat2 },
};

/* Without the cage these arguments would be refused for another reason. */
static void test_denied(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(denied) / sizeof(denied[0]); i++) {
		pid_t pid = fork();
		int status;

		if (!pid) {
			if (front_confine() < 0)
				_exit(1);
			if (syscall(denied[i].nr, -1, -1, -1, -1, -1) != -1 || errno != EPERM)
				_exit(2);
			_exit(0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (!WIFEXITED(status) || WEXITSTATUS(status))
			fail_msg("%s is not denied", denied[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_denied) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
