// SPDX-License-Identifier: MIT
/* The cage of a device process: what it needs is allowed, everything else ends it. */
#include "devices/confine.h"
#include "devices/net_confine.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#ifndef __SANITIZE_ADDRESS__ /* in whose presence there is no cage */

static const struct sock_filter own[] = { CALL(__NR_getrandom), CALL_ON_OWN(__NR_preadv) };

static void nothing(long a)
{
	(void)a;
}

static void call(long nr)
{
	syscall(nr, -1, 0, 0, 0, 0, 0);
}

static void map(long flags)
{
	syscall(__NR_mmap, 1UL << 32, 4096, flags & 7, flags & ~7, DEVICE_FD_RAM, 0);
}

/* A child goes into the cage and does it; the signal it dies of, 0: none. */
static int caged(void (*f)(long a), long a)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		prctl(PR_SET_DUMPABLE, 0);
		if (confine(own, sizeof(own) / sizeof(own[0])) < 0)
			_exit(1);
		f(a);
		syscall(__NR_exit_group, 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void test_allowed(void **state)
{
	(void)state;
	assert_int_equal(caged(nothing, 0), 0);
	assert_int_equal(caged(call, __NR_getrandom), 0);
	assert_int_equal(caged(call, __NR_clock_gettime), 0);
	assert_int_equal(caged(map, PROT_READ | MAP_SHARED | MAP_FIXED), 0);
}

static void test_denied(void **state)
{
	static const long calls[] = {
		__NR_getppid, __NR_open,   __NR_openat, __NR_socket,           __NR_execve,
		__NR_fork,    __NR_ptrace, __NR_munmap, __NR_pread64,          __NR_kill,
		__NR_read,    __NR_write,  __NR_sendto, __NR_process_vm_readv,
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (caged(call, calls[i]) != SIGSYS)
			fail_msg("call %ld is allowed", calls[i]);
	assert_int_equal(caged(map, PROT_READ | MAP_SHARED), SIGSYS);
	assert_int_equal(caged(map, PROT_READ | PROT_EXEC | MAP_SHARED | MAP_FIXED), SIGSYS);
}

/* The user network opens files, of which Landlock leaves it those with the name servers. */
static void test_user_network(void **state)
{
	int expected = confine_files_version() > 0 ? EACCES : 0, file, servers, status;
	pid_t pid = fork();

	(void)state;
	if (!pid) {
		if (net_confine_user() < 0)
			_exit(1);
		file = open("/proc/self/status", O_RDONLY) < 0 ? errno : 0;
		servers = open("/etc/resolv.conf", O_RDONLY) < 0 ? errno : 0;
		if (servers && servers != ENOENT)
			_exit(2);
		_exit(file == expected ? 0 : 3);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_allowed),
		cmocka_unit_test(test_denied),
		cmocka_unit_test(test_user_network),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
	return 0;
}

#endif
