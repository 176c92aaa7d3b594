// SPDX-License-Identifier: MIT
/*
 * Throughput of disk and network, from inside a guest:
 *
 *	io disk DEVICE MIB             sequential and random, read and write, past the page cache
 *	io tcp ADDRESS PORT MIB        sends, then receives that much (devices.py serves)
 *
 * Prints "io NAME VALUE UNIT" per measurement.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MIB (1UL << 20)
#define LARGE (1UL << 20)
#define SMALL 4096UL
#define RANDOM_COUNT 2000U

static char buffer[LARGE] __attribute__((aligned(4096)));

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void sequential(int fd, unsigned long mib, int write_it)
{
	double start = seconds();

	for (unsigned long i = 0; i < mib; i++) {
		ssize_t n = write_it ? pwrite(fd, buffer, LARGE, i * LARGE)
				     : pread(fd, buffer, LARGE, i * LARGE);

		if (n != (ssize_t)LARGE)
			fail("sequential");
	}
	if (write_it && fsync(fd) < 0)
		fail("fsync");
	printf("io disk-%s %.1f MiB/s\n", write_it ? "write" : "read", mib / (seconds() - start));
}

static void at_random(int fd, unsigned long mib, int write_it)
{
	uint64_t x = 88172645463325252ULL;
	double start = seconds();

	for (unsigned i = 0; i < RANDOM_COUNT; i++) {
		off_t at;
		ssize_t n;

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		at = x % (mib * MIB / SMALL) * SMALL;
		n = write_it ? pwrite(fd, buffer, SMALL, at) : pread(fd, buffer, SMALL, at);
		if (n != (ssize_t)SMALL)
			fail("random");
	}
	printf("io disk-random-%s %.1f 1/s\n", write_it ? "write" : "read",
	       RANDOM_COUNT / (seconds() - start));
}

static int disk(const char *device, unsigned long mib)
{
	int fd = open(device, O_RDWR | O_DIRECT);

	if (fd < 0)
		fail(device);
	memset(buffer, 0x5a, sizeof(buffer));
	for (int write_it = 1; write_it >= 0; write_it--) {
		sequential(fd, mib, write_it);
		at_random(fd, mib, write_it);
	}
	return 0;
}

static int dial(const char *address, unsigned port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (inet_pton(AF_INET, address, &a.sin_addr) != 1 || fd < 0 ||
	    connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		fail(address);
	return fd;
}

/* The other end answers with one byte when it has everything. */
static int tcp(const char *address, unsigned port, unsigned long mib)
{
	int fd = dial(address, port);
	unsigned long left = mib * MIB;
	double start = seconds();

	if (write(fd, "S", 1) != 1)
		fail("send");
	for (unsigned long i = 0; i < mib; i++)
		for (size_t done = 0; done < LARGE;) {
			ssize_t n = write(fd, buffer + done, LARGE - done);

			if (n <= 0)
				fail("send");
			done += n;
		}
	shutdown(fd, SHUT_WR);
	if (read(fd, buffer, 1) != 1)
		fail("answer");
	printf("io tcp-send %.1f MiB/s\n", mib / (seconds() - start));
	close(fd);
	fd = dial(address, port);
	start = seconds();
	if (write(fd, "R", 1) != 1)
		fail("receive");
	while (left) {
		ssize_t n = read(fd, buffer, LARGE);

		if (n <= 0)
			fail("receive");
		left -= n;
	}
	printf("io tcp-receive %.1f MiB/s\n", mib / (seconds() - start));
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "disk"))
		return disk(argv[2], strtoul(argv[3], NULL, 10));
	if (argc == 5 && !strcmp(argv[1], "tcp"))
		return tcp(argv[2], strtoul(argv[3], NULL, 10), strtoul(argv[4], NULL, 10));
	fprintf(stderr, "usage: io disk DEVICE MIB | io tcp ADDRESS PORT MIB\n");
	return 64;
}
