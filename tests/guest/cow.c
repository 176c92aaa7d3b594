/* SPDX-License-Identifier: MIT */
/* Copy on write after fork and in private file mappings: nobody sees another's writes. */
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096
#define PAGES 512

static void fill(unsigned long *p, unsigned long tag)
{
	for (size_t i = 0; i < PAGES; i++)
		p[i * PAGE / sizeof(*p)] = tag + i;
}

static size_t differs(const unsigned long *p, unsigned long tag)
{
	size_t wrong = 0;

	for (size_t i = 0; i < PAGES; i++)
		wrong += p[i * PAGE / sizeof(*p)] != tag + i;
	return wrong;
}

/* Three generations, each overwrites, each must keep its own and leave the others alone. */
static void test_generations(void)
{
	unsigned long *p = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int go[2];
	char byte;

	fill(p, 1000);
	CHECK_OK(pipe(go));
	pid_t child = CHECK_OK(fork());

	if (!child) {
		close(go[1]);
		pid_t grandchild = CHECK_OK(fork());

		if (!grandchild) {
			CHECK_EQ(differs(p, 1000), 0);
			fill(p, 3000);
			CHECK_EQ(read(go[0], &byte, 1), 0);
			CHECK_EQ(differs(p, 3000), 0);
			check_child_exit();
		}
		CHECK_EQ(differs(p, 1000), 0);
		fill(p, 2000);
		CHECK_EXIT(grandchild, 0);
		CHECK_EQ(differs(p, 2000), 0);
		check_child_exit();
	}
	close(go[0]);
	fill(p, 4000);
	usleep(20000);
	CHECK_EQ(differs(p, 4000), 0);
	close(go[1]);
	CHECK_EXIT(child, 0);
	CHECK_EQ(differs(p, 4000), 0);
	munmap(p, PAGES * PAGE);
}

/* The zero page: read first, then written, in parent and child. */
static void test_zero_page(void)
{
	unsigned long *p = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned long sum = 0;

	for (size_t i = 0; i < PAGES; i++)
		sum += p[i * PAGE / sizeof(*p)];
	CHECK_EQ(sum, 0);
	pid_t child = CHECK_OK(fork());

	if (!child) {
		fill(p, 500);
		CHECK_EQ(differs(p, 500), 0);
		check_child_exit();
	}
	CHECK_EXIT(child, 0);
	for (size_t i = 0; i < PAGES * PAGE / sizeof(*p); i++)
		sum |= p[i];
	CHECK_EQ(sum, 0);
	munmap(p, PAGES * PAGE);
}

/* Writes through the kernel (read(2) into a shared page) must break the sharing as well. */
static void test_kernel_writes(void)
{
	char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fds[2];

	strcpy(p, "parent");
	CHECK_OK(pipe(fds));
	CHECK_EQ(write(fds[1], "kernel", 7), 7);
	pid_t child = CHECK_OK(fork());

	if (!child) {
		CHECK_EQ(read(fds[0], p, 7), 7);
		CHECK_STR(p, "kernel");
		check_child_exit();
	}
	CHECK_EXIT(child, 0);
	CHECK_STR(p, "parent");
}

static void test_private_file(void)
{
	int fd = CHECK_OK(memfd_create("file", 0));
	char byte;

	CHECK_OK(ftruncate(fd, 2 * PAGE));
	CHECK_EQ(pwrite(fd, "file", 4, 0), 4);
	char *private = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	char *shared = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	CHECK_MEM(private, "file", 4);
	shared[1] = 'I';
	CHECK_EQ(private[1], 'I');
	private[0] = 'P';
	CHECK_EQ(shared[0], 'f');
	CHECK_EQ(pread(fd, &byte, 1, 0), 1);
	CHECK_EQ(byte, 'f');
	shared[2] = 'S';
	CHECK_EQ(private[2], 'l');
	CHECK_OK(madvise(private, PAGE, MADV_DONTNEED));
	CHECK_MEM(private, "fISe", 4);
}

int main(void)
{
	check_start("cow");
	for (int i = 0; i < 5; i++)
		test_generations();
	test_zero_page();
	test_kernel_writes();
	test_private_file();
	return check_done();
}
