/* SPDX-License-Identifier: MIT */
/*
 * Pages that come before they are asked for must not cost anybody memory that is short: a group
 * whose programs ask for less than its limit never comes to it.
 */
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096L
#define ROOT "/tmp/groups"
#define LIMIT 1024L /* pages, and a few more for each start: Linux charges 64 at a time */
#define LEFT 4L     /* pages, when the program is content: fewer than a guess brings */
#define STARTS 16L

static void put(const char *group, const char *file, const char *value)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", group, file);
	fd = CHECK_OK(open(path, O_WRONLY | O_CLOEXEC));
	CHECK_EQ(write(fd, value, strlen(value)), strlen(value));
	close(fd);
}

/* The text of a file of the group, in `text`. */
static const char *get(const char *group, const char *file, char *text, size_t size)
{
	char path[128];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", group, file);
	fd = CHECK_OK(open(path, O_RDONLY | O_CLOEXEC));
	n = CHECK_OK(read(fd, text, size - 1));
	text[n > 0 ? n : 0] = 0;
	close(fd);
	return text;
}

/* In the group: writes page by page, in order, until little is left; `start`: in its window. */
static void use_memory(const char *group, long start, long limit)
{
	char *p = mmap(NULL, 2 * limit * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);
	char text[512];

	if (p == MAP_FAILED)
		check_die("mmap");
	put(group, "cgroup.procs", "0");
	for (long i = start; i < limit; i++) {
		get(group, "memory.current", text, sizeof(text));
		if (atol(text) > (limit - LEFT) * PAGE)
			break;
		p[i * PAGE] = 1;
	}
	check_child_exit();
}

static void test_group(long start)
{
	long limit = LIMIT + 5 * start;
	char group[64], text[512];
	pid_t child;

	snprintf(group, sizeof(group), ROOT "/%ld", start);
	CHECK_OK(mkdir(group, 0755));
	snprintf(text, sizeof(text), "%ld", limit * PAGE);
	put(group, "memory.max", text);
	child = CHECK_OK(fork());
	if (!child)
		use_memory(group, start, limit);
	CHECK_EXIT(child, 0);
	CHECK(strstr(get(group, "memory.events", text, sizeof(text)), "\nmax 0\n"));
	CHECK_OK(rmdir(group));
}

int main(void)
{
	check_start("spare");
	CHECK_OK(mkdir(ROOT, 0755));
	if (mount("none", ROOT, "cgroup2", 0, NULL))
		check_skip("no cgroup file system");
	put(ROOT, "cgroup.subtree_control", "+memory");
	for (long start = 0; start < STARTS; start++)
		test_group(start);
	CHECK_OK(umount(ROOT));
	CHECK_OK(rmdir(ROOT));
	return check_done();
}
