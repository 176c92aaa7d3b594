/* SPDX-License-Identifier: MIT */
/* Files that are in memory anyway: names, and reading and writing of tmpfs (a memory file). */
#define _GNU_SOURCE
#include "micro.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define LARGE 65536

static double bench_stat(long n)
{
	const char *path = neighbour("tiny");
	double start = now_ns();
	struct stat st;

	for (long i = 0; i < n; i++)
		if (stat(path, &st))
			die(path);
	return (now_ns() - start) / n;
}

static double bench_open(long n)
{
	const char *path = neighbour("tiny");
	double start = now_ns();

	for (long i = 0; i < n; i++) {
		int fd = open(path, O_RDONLY);

		if (fd < 0)
			die(path);
		close(fd);
	}
	return (now_ns() - start) / n;
}

typedef ssize_t (*transfer_t)(int fd, char *buf, size_t size);

static ssize_t read_at_start(int fd, char *buf, size_t size)
{
	return pread(fd, buf, size, 0);
}

static ssize_t write_at_start(int fd, char *buf, size_t size)
{
	return pwrite(fd, buf, size, 0);
}

static double transfer(long n, transfer_t call, ssize_t size)
{
	static char buf[LARGE];
	int fd = memfd_create("bench", 0);
	double start;

	if (write(fd, buf, sizeof(buf)) != sizeof(buf))
		die("write to a memory file");
	call(fd, buf, size);
	start = now_ns();
	for (long i = 0; i < n; i++)
		if (call(fd, buf, size) != size)
			die("transfer of a memory file");
	start = (now_ns() - start) / n;
	close(fd);
	return start;
}

static double bench_read_page(long n)
{
	return transfer(n, read_at_start, PAGE);
}

static double bench_read_large(long n)
{
	return transfer(n, read_at_start, LARGE);
}

static double bench_write_page(long n)
{
	return transfer(n, write_at_start, PAGE);
}

static double bench_write_large(long n)
{
	return transfer(n, write_at_start, LARGE);
}

const struct bench file_benches[] = {
	{ "stat", bench_stat, 8000 },
	{ "open+close", bench_open, 8000 },
	{ "tmpfs-read-4k", bench_read_page, 8000 },
	{ "tmpfs-read-64k", bench_read_large, 4000 },
	{ "tmpfs-write-4k", bench_write_page, 8000 },
	{ "tmpfs-write-64k", bench_write_large, 4000 },
	{ 0 },
};
