/* SPDX-License-Identifier: MIT */
/*
 * Pages that come before they are asked for: with sequential touching, repeated forks and execs.
 * That they come shows in mincore and pagemap; nothing else that a program can notice is
 * different.
 */
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096L
#define PAGES 256L
#define WINDOW 16L /* pages at most at a time */
#define FORKS 6
#define PAGEMAP_EXCLUSIVE 56 /* bit of an entry */

static int pagemap;

static char *map(long pages)
{
	char *p = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		       0);

	if (p == MAP_FAILED)
		check_die("mmap");
	return p;
}

static long present(char *p, long pages)
{
	unsigned char there[PAGES];
	long n = 0;

	CHECK_OK(mincore(p, pages * PAGE, there));
	for (long i = 0; i < pages; i++)
		n += there[i] & 1;
	return n;
}

static void test_sequential(void)
{
	char *p = map(PAGES);
	long wrong = 0;

	for (long i = 0; i < PAGES; i++) {
		for (long j = 0; j < PAGE; j += 512)
			wrong += p[i * PAGE + j] != 0;
		p[i * PAGE] = (char)i;
		if (i == WINDOW)
			CHECK_EQ(present(p, 2 * WINDOW), 2 * WINDOW);
	}
	CHECK_EQ(wrong, 0);
	for (long i = 0; i < PAGES; i++)
		wrong += p[i * PAGE] != (char)i;
	CHECK_EQ(wrong, 0);
	CHECK_OK(munmap(p, PAGES * PAGE));
}

/* A few pages in order bring no more than a window, nothing behind a hole, nothing at random. */
static void test_bounds(void)
{
	char *p = map(PAGES);
	long n;

	CHECK_OK(munmap(p + 20 * PAGE, PAGE));
	CHECK_OK(mprotect(p + 40 * PAGE, PAGE, PROT_NONE));
	for (long i = 0; i < 18; i++)
		p[i * PAGE] = 1;
	n = present(p, 20);
	CHECK(n >= 18 && n <= 20);
	CHECK_EQ(present(p + 21 * PAGE, 19), 0);
	for (long i = 21; i < 39; i++)
		p[i * PAGE] = 1;
	CHECK_EQ(present(p + 41 * PAGE, PAGES - 41), 0);
	for (long i = 41; i < 50; i++)
		p[i * PAGE] = 1;
	CHECK(present(p + 50 * PAGE, PAGES - 50) < WINDOW);
	CHECK_OK(madvise(p + 100 * PAGE, 100 * PAGE, MADV_RANDOM));
	for (long i = 100; i < 110; i++)
		p[i * PAGE] = 1;
	CHECK_EQ(present(p + 110 * PAGE, 90), 0);
	CHECK_OK(munmap(p, 20 * PAGE));
	CHECK_OK(munmap(p + 21 * PAGE, (PAGES - 21) * PAGE));
}

/* Is the page nobody else's any more? That is: has it been copied since the fork? */
static int own(const char *p)
{
	uint64_t entry = 0;

	CHECK_EQ(pread(pagemap, &entry, sizeof(entry),
		       (off_t)((uintptr_t)p / PAGE * sizeof(entry))),
		 sizeof(entry));
	return entry >> PAGEMAP_EXCLUSIVE & 1;
}

/* Each child writes the same page, and one more of its own; nobody sees it. */
static void child_of(int number, char *p)
{
	pagemap = CHECK_OK(open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC));
	CHECK_EQ(own(p), number > 0);
	CHECK_EQ(own(p + 200 * PAGE), 0);
	CHECK_EQ(p[0], 7);
	p[0] = (char)(number + 8);
	CHECK_EQ(p[(128 + number) * PAGE], 7);
	p[(128 + number) * PAGE] = 1;
	check_child_exit();
}

static void test_forks(void)
{
	char *p = map(PAGES);

	memset(p, 7, PAGES * PAGE);
	for (int i = 0; i < FORKS; i++) {
		pid_t child = fork();

		if (!child)
			child_of(i, p);
		CHECK_EXIT(child, 0);
		for (long j = 0; j < PAGES; j++)
			if (p[j * PAGE] != 7)
				check_die("child %d has changed page %ld of its parent", i, j);
	}
	CHECK_OK(munmap(p, PAGES * PAGE));
}

/* A page of the program's data that only this test writes: file-backed, copied when written. */
static char data[3 * PAGE] = { 1 };

/* In the executed program: has somebody foreseen that it will be written? */
static int executed(void)
{
	int foreseen;

	pagemap = CHECK_OK(open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC));
	foreseen = own(data + PAGE);
	CHECK_EQ(data[PAGE], 0);
	data[PAGE] = 1;
	return foreseen;
}

static void test_exec(void)
{
	for (int i = 0; i < 3; i++) {
		pid_t child = fork();

		if (!child) {
			execl("/proc/self/exe", "ahead", "executed", NULL);
			check_die("exec");
		}
		CHECK_EXIT(child, i > 0);
	}
	CHECK_EQ(data[PAGE], 0);
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "executed"))
		return executed();
	check_start("ahead");
	test_sequential();
	test_bounds();
	test_forks();
	test_exec();
	return check_done();
}
