// SPDX-License-Identifier: MIT
/*
 * Throughput of disk and network, from inside a guest:
 *
 *	io disk DEVICE MIB             sequential and random, read and write, past the page cache
 *	io tcp ADDRESS PORT MIB        sends, then receives that much (devices.py serves)
 *
 * Prints "micro NAME NANOSECONDS" per measurement: of one MiB, or of one random request.
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
#define RANDOM_PER_MIB 32U
#define WARM_UP_NS 5e8

static char buffer[LARGE] __attribute__((aligned(4096)));

static double nanoseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void result(const char *name, double start, unsigned long operations)
{
	printf("micro %s %.1f\n", name, (nanoseconds() - start) / operations);
}

static void sequential(int fd, unsigned long mib, int write_it)
{
	double start = nanoseconds();

	for (unsigned long i = 0; i < mib; i++) {
		ssize_t n = write_it ? pwrite(fd, buffer, LARGE, i * LARGE)
				     : pread(fd, buffer, LARGE, i * LARGE);

		if (n != (ssize_t)LARGE)
			fail("sequential");
	}
	if (write_it && fsync(fd) < 0)
		fail("fsync");
	result(write_it ? "disk-write" : "disk-read", start, mib);
}

static void at_random(int fd, unsigned long mib, int write_it)
{
	unsigned long count = RANDOM_PER_MIB * mib;
	uint64_t x = 88172645463325252ULL;
	double start = nanoseconds();

	for (unsigned long i = 0; i < count; i++) {
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
	result(write_it ? "disk-random-write" : "disk-random-read", start, count);
}

/*
 * A host moves other processes away from a CPU that is used a lot, but not at once. The guest that
 * boots faster should not be the one that is measured before that.
 */
static void warm_up(int fd)
{
	double end = nanoseconds() + WARM_UP_NS;

	while (nanoseconds() < end)
		if (pread(fd, buffer, LARGE, 0) != (ssize_t)LARGE)
			fail("warm-up");
}

static int disk(const char *device, unsigned long mib)
{
	int fd = open(device, O_RDWR | O_DIRECT);

	if (fd < 0)
		fail(device);
	warm_up(fd);
	memset(buffer, 0x5a, sizeof(buffer));
	for (int write_it = 1; write_it >= 0; write_it--) {
		sequential(fd, mib, write_it);
		at_random(fd, mib, write_it);
	}
	return 0;
}

/* The first bytes say what is wanted: 'S' or 'R', and how many MiB. */
static int dial(const char *address, unsigned port, char what, uint32_t mib)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char request[1 + sizeof(mib)] = { what };

	memcpy(request + 1, &mib, sizeof(mib));
	if (inet_pton(AF_INET, address, &a.sin_addr) != 1 || fd < 0 ||
	    connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0 ||
	    write(fd, request, sizeof(request)) != sizeof(request))
		fail(address);
	return fd;
}

/* The other end answers with one byte when it has everything. */
static void tcp_send(const char *address, unsigned port, unsigned long mib)
{
	int fd = dial(address, port, 'S', mib);
	double start = nanoseconds();

	for (unsigned long i = 0; i < mib; i++)
		for (size_t done = 0; done < LARGE;) {
			ssize_t n = write(fd, buffer + done, LARGE - done);

			if (n <= 0)
				fail("send");
			done += n;
		}
	if (read(fd, buffer, 1) != 1)
		fail("answer");
	result("tcp-send", start, mib);
	close(fd);
}

static void tcp_receive(const char *address, unsigned port, unsigned long mib)
{
	int fd = dial(address, port, 'R', mib);
	double start = nanoseconds();

	for (unsigned long left = mib * MIB; left;) {
		ssize_t n = read(fd, buffer, LARGE);

		if (n <= 0 || (unsigned long)n > left)
			fail("receive");
		left -= n;
	}
	result("tcp-receive", start, mib);
	close(fd);
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "disk"))
		return disk(argv[2], strtoul(argv[3], NULL, 10));
	if (argc == 5 && !strcmp(argv[1], "tcp")) {
		tcp_send(argv[2], strtoul(argv[3], NULL, 10), strtoul(argv[4], NULL, 10));
		tcp_receive(argv[2], strtoul(argv[3], NULL, 10), strtoul(argv[4], NULL, 10));
		return 0;
	}
	fprintf(stderr, "usage: io disk DEVICE MIB | io tcp ADDRESS PORT MIB\n");
	return 64;
}
