// SPDX-License-Identifier: MIT
/* The cages of device processes: what they need is allowed, everything else ends them. */
#include "devices/confine.h"
#include "devices/net.h"
#include "devices/net_confine.h"
#include "devices/net_keep.h"
#include "devices/net_wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stddef.h>
#include <string.h>
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

static void map_memory(long prot)
{
	syscall(__NR_mmap, 0, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void protect(long prot)
{
	syscall(__NR_mprotect, 0, 0, prot);
}

static int plain(void)
{
	return confine(own, sizeof(own) / sizeof(own[0]));
}

/* A child goes into the cage and does it; the signal it dies of, 0: none. */
static int caged(int (*cage)(void), void (*f)(long a), long a)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		prctl(PR_SET_DUMPABLE, 0);
		if (cage() < 0)
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
	assert_int_equal(caged(plain, nothing, 0), 0);
	assert_int_equal(caged(plain, call, __NR_getrandom), 0);
	assert_int_equal(caged(plain, call, __NR_clock_gettime), 0);
	assert_int_equal(caged(plain, map, PROT_READ | MAP_SHARED | MAP_FIXED), 0);
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
		if (caged(plain, call, calls[i]) != SIGSYS)
			fail_msg("call %ld is allowed", calls[i]);
	assert_int_equal(caged(plain, map, PROT_READ | MAP_SHARED), SIGSYS);
	assert_int_equal(caged(plain, map, PROT_READ | PROT_EXEC | MAP_SHARED | MAP_FIXED), SIGSYS);
}

/* The networks' have memory, never to be executed, and calls of their own, but no others. */
static void test_networks(void **state)
{
	static int (*const cages[])(void) = { net_confine_user, net_confine_port, net_confine_tap,
					      net_confine_switch };
	static const long calls[] = {
		__NR_getppid, __NR_open,  __NR_openat2,  __NR_execve,      __NR_fork,
		__NR_ptrace,  __NR_dup,   __NR_dup2,     __NR_dup3,        __NR_kill,
		__NR_pread64, __NR_write, __NR_sendfile, __NR_pidfd_getfd, __NR_process_vm_readv,
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(cages) / sizeof(cages[0]); i++) {
		for (unsigned k = 0; k < sizeof(calls) / sizeof(calls[0]); k++)
			if (caged(cages[i], call, calls[k]) != SIGSYS)
				fail_msg("cage %u: call %ld is allowed", i, calls[k]);
		assert_int_equal(caged(cages[i], map_memory, PROT_READ | PROT_WRITE), 0);
		assert_int_equal(caged(cages[i], map_memory, PROT_READ | PROT_EXEC), SIGSYS);
		assert_int_equal(caged(cages[i], protect, PROT_READ), 0);
		assert_int_equal(caged(cages[i], protect, PROT_EXEC), SIGSYS);
		assert_int_equal(caged(cages[i], map, PROT_READ | MAP_SHARED | MAP_FIXED), 0);
		assert_int_equal(caged(cages[i], map, PROT_READ | MAP_SHARED), SIGSYS);
	}
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

/* What a process that was taken over has left for libslirp is not touched outside. */
static void test_forged_network(void **state)
{
	const struct net_config c = { .kind = NET_USER,
				      .network = htonl(0x0a000200),
				      .mask = htonl(0xffffff00) };
	struct net_keep *keep = mmap(NULL, sizeof(*keep), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	static struct net n;
	pid_t pid;

	(void)state;
	assert_ptr_not_equal(keep, MAP_FAILED);
	keep->state_version = 4;
	keep->state_size = NET_STATE_BYTES;
	memset(keep->state, 42, sizeof(keep->state)); /* sockets, one behind the other */
	n.keep = keep;
	assert_int_equal(net_user_open(&n, &c), 0);
	assert_int_equal(keep->state_size, NET_STATE_BYTES);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_DUMPABLE, 0);
		if (!net_confine_user())
			net_user_remember(&n);
		_exit(0);
	}
	/* Whether the process survives it or not, the one after it does. */
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(keep->state_size, 0);
	munmap(keep, sizeof(*keep));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_allowed),        cmocka_unit_test(test_denied),
		cmocka_unit_test(test_networks),       cmocka_unit_test(test_user_network),
		cmocka_unit_test(test_forged_network),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
	return 0;
}

#endif
