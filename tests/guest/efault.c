/* SPDX-License-Identifier: MIT */
/* System calls with pointers that lead nowhere: EFAULT, nothing written, the kernel goes on. */
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096

static int zero, null, fds[2];

static void test_pointer(void *bad)
{
	CHECK_ERRNO(syscall(SYS_read, zero, bad, 16), EFAULT);
	CHECK_ERRNO(syscall(SYS_write, fds[1], bad, 16), EFAULT);
	CHECK_ERRNO(syscall(SYS_open, bad, O_RDONLY), EFAULT);
	CHECK_ERRNO(syscall(SYS_stat, "/", bad), EFAULT);
	CHECK_ERRNO(syscall(SYS_pipe, bad), EFAULT);
	CHECK_ERRNO(syscall(SYS_uname, bad), EFAULT);
	CHECK_ERRNO(syscall(SYS_execve, bad, bad, bad), EFAULT);
	CHECK_ERRNO(syscall(SYS_rt_sigaction, SIGUSR1, bad, NULL, 8), EFAULT);
	CHECK_ERRNO(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, bad), EFAULT);
	CHECK_ERRNO(syscall(SYS_nanosleep, bad, NULL), EFAULT);
	CHECK_ERRNO(syscall(SYS_readv, zero, bad, 1), EFAULT);
	CHECK_ERRNO(syscall(SYS_getcwd, bad, 64), EFAULT);
	CHECK_ERRNO(syscall(SYS_poll, bad, 1, 0), EFAULT);
}

/* A buffer that ends in the middle of mapped memory: what fits is done. */
static void test_partial(void)
{
	char *p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *edge = p + PAGE;

	munmap(edge, PAGE);
	CHECK_EQ(write(fds[1], "0123456789abcdef", 16), 16);
	memset(edge - 4, 'x', 4);
	CHECK_ERRNO(pipe2((int *)(edge - 4), 0), EFAULT);
	CHECK_EQ(read(zero, edge - 4, 4), 4);
	CHECK_MEM(edge - 4, "\0\0\0\0", 4);
	CHECK_ERRNO(open(memset(edge - 8, 'n', 8), O_RDONLY), EFAULT);
	edge[-1] = 0;
	CHECK_ERRNO(open(edge - 8, O_RDONLY), ENOENT);
	mprotect(p, PAGE, PROT_READ);
	CHECK_ERRNO(read(zero, p, 16), EFAULT);
	CHECK_EQ(write(null, p, 16), 16);
	mprotect(p, PAGE, PROT_NONE);
	CHECK_ERRNO(read(zero, p, 16), EFAULT);
	CHECK_ERRNO(write(fds[1], p, 16), EFAULT);
	munmap(p, PAGE);
}

int main(void)
{
	check_start("efault");
	zero = CHECK_OK(open("/dev/zero", O_RDONLY));
	null = CHECK_OK(open("/dev/null", O_WRONLY));
	CHECK_OK(pipe(fds));
	test_pointer((void *)8);
	test_pointer((void *)0xdead000);
	test_pointer((void *)0x60000000);
	test_pointer((void *)0x7ffffffff000);
	test_pointer((void *)0x8000000000000000);
	test_pointer((void *)0xffffffff81000000);
	test_pointer((void *)-8);
	test_partial();
	return check_done();
}
