/* SPDX-License-Identifier: MIT */
/* Page faults of each kind, and the calls that change an address space. */
#define _GNU_SOURCE
#include "micro.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static double touch(char *p, long n)
{
	double start = now_ns();

	for (long i = 0; i < n; i++)
		p[i * PAGE] = 1;
	return (now_ns() - start) / n;
}

static double look(const char *p, long n)
{
	double start = now_ns();

	for (long i = 0; i < n; i++)
		(void)*(const volatile char *)(p + i * PAGE);
	return (now_ns() - start) / n;
}

static double bench_write_fault(long n)
{
	char *p = map_pages(n);
	double ns = touch(p, n);

	munmap(p, n * PAGE);
	return ns;
}

/* In no order that a kernel can guess from: steps of 61 pages, round and round. All get used. */
static double bench_scattered_fault(long n)
{
	char *p = map_pages(n);
	double start = now_ns(), ns;

	for (long i = 0; i < n; i++)
		p[i * 61 % n * PAGE] = 1;
	ns = (now_ns() - start) / n;
	munmap(p, n * PAGE);
	return ns;
}

static double bench_read_fault(long n)
{
	char *p = map_pages(n);
	double ns = look(p, n);

	munmap(p, n * PAGE);
	return ns;
}

/* Pages of a file in the page cache, mapped in order: the kernel brings neighbours along. */
static double bench_file_fault(long n)
{
	int fd = memfd_create("bench", 0);
	static char page[PAGE];
	double ns;
	char *p;

	for (long i = 0; i < n; i++)
		if (write(fd, page, PAGE) != PAGE)
			die("write to a memory file");
	p = mmap(NULL, n * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		die("mmap");
	ns = look(p, n);
	munmap(p, n * PAGE);
	close(fd);
	return ns;
}

static double bench_cow(long n)
{
	char *p = map_pages(n);
	double *result = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
			      0);
	double ns;
	pid_t child;

	if (result == MAP_FAILED)
		die("mmap");
	touch(p, n);
	child = fork();
	if (!child) {
		*result = touch(p, n);
		_exit(0);
	}
	reap(child);
	ns = *result;
	munmap(result, PAGE);
	munmap(p, n * PAGE);
	return ns;
}

static double bench_mmap(long n)
{
	double start = now_ns();

	for (long i = 0; i < n; i++)
		munmap(map_pages(16), 16 * PAGE);
	return (now_ns() - start) / n;
}

static double bench_mmap_touched(long n)
{
	double start = now_ns();

	for (long i = 0; i < n; i++) {
		char *p = map_pages(16);

		touch(p, 16);
		munmap(p, 16 * PAGE);
	}
	return (now_ns() - start) / n;
}

static double bench_mprotect(long n)
{
	char *p = map_pages(1);
	double start;

	*p = 1;
	start = now_ns();
	for (long i = 0; i < n; i++) {
		mprotect(p, PAGE, PROT_READ);
		mprotect(p, PAGE, PROT_READ | PROT_WRITE);
		*p = 2;
	}
	start = (now_ns() - start) / n;
	munmap(p, PAGE);
	return start;
}

const struct bench memory_benches[] = {
	{ "page-fault", bench_write_fault, 4000 },
	{ "page-fault-scattered", bench_scattered_fault, 4000 },
	{ "page-fault-read", bench_read_fault, 4000 },
	{ "page-fault-file", bench_file_fault, 4000 },
	{ "cow-fault", bench_cow, 4000 },
	{ "mmap+munmap", bench_mmap, 4000 },
	{ "mmap+touch+munmap", bench_mmap_touched, 400 },
	{ "mprotect-pair", bench_mprotect, 4000 },
	{ 0 },
};
