/* SPDX-License-Identifier: MIT */
/*
 * Pages that come before they are asked for where memory is used in no order: what must be seen
 * before, how much it brings, and that nothing comes to those who use memory sparsely. Every
 * window here is written from its end, so that no row of faults is found in it.
 */
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096L
#define WINDOW 16L /* pages that are filled at a time */
#define WINDOWS 128L
#define PAGES (WINDOW * WINDOWS)
#define READS 8              /* answered as writes after a pair */
#define FILLED 4             /* windows, the half full one included */
#define PAGEMAP_EXCLUSIVE 56 /* bit of an entry */

static int pagemap;

/* Whole windows. */
static volatile char *map(void)
{
	char *p = mmap(NULL, (PAGES + WINDOW) * PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		check_die("mmap");
	return p + (-(uintptr_t)p & (WINDOW * PAGE - 1));
}

static void unmap(volatile char *p)
{
	CHECK_OK(munmap((void *)p, PAGES * PAGE));
}

/* Pages of window w that are there. */
static long present(volatile char *p, long w)
{
	unsigned char there[WINDOW];
	long n = 0;

	CHECK_OK(mincore((void *)(p + w * WINDOW * PAGE), WINDOW * PAGE, there));
	for (long i = 0; i < WINDOW; i++)
		n += there[i] & 1;
	return n;
}

/* Pages that belong to this process, not the page of zeroes, among the first of every window. */
static long own(volatile char *p)
{
	long n = 0;

	for (long w = 0; w < WINDOWS; w++) {
		uint64_t entry = 0;

		CHECK_EQ(pread(pagemap, &entry, sizeof(entry),
			       (off_t)(((uintptr_t)p / PAGE + w * WINDOW) * sizeof(entry))),
			 sizeof(entry));
		n += entry >> PAGEMAP_EXCLUSIVE & 1;
	}
	return n;
}

/* Writes n pages of window w, from its end. */
static void write_window(volatile char *p, long w, long n)
{
	for (long i = WINDOW - 1; i >= WINDOW - n; i--)
		p[(w * WINDOW + i) * PAGE] = 1;
}

static long read_windows(volatile char *p, long from)
{
	long sum = 0;

	for (long w = WINDOWS - 1; w >= from; w--)
		sum += p[w * WINDOW * PAGE];
	return sum;
}

/* Who only reads gets nothing; one page read and then written makes the next few its own. */
static void test_reads(void)
{
	volatile char *p = map();

	CHECK_EQ(read_windows(p, WINDOWS / 2), 0);
	CHECK_EQ(own(p), 0);
	(void)p[0];
	p[0] = 1;
	CHECK_EQ(read_windows(p, 1), 0);
	CHECK_EQ(own(p), 1 + READS);
	unmap(p);
}

/* Half of the pages of a window, whatever their number: nothing more. */
static void test_sparse(void)
{
	volatile char *p = map();
	long there = 0;

	for (long w = 0; w < WINDOWS; w++)
		write_window(p, w, WINDOW / 2);
	for (long w = 0; w < WINDOWS; w++)
		there += present(p, w);
	CHECK_EQ(there, PAGES / 2);
	unmap(p);
}

/* One page more than half: this window and the next few are filled, with zeroes. */
static void test_dense(void)
{
	volatile char *p = map();
	long wrong = 0;

	write_window(p, 0, WINDOW / 2 + 1);
	CHECK_EQ(present(p, 0), WINDOW);
	for (long w = 2; w <= 2 * FILLED; w += 2) {
		write_window(p, w, 1);
		CHECK_EQ(present(p, w), w < 2 * FILLED ? WINDOW : 1);
		CHECK_EQ(present(p, w + 1), 0);
	}
	for (long i = 0; i < WINDOW / 2 - 1; i++)
		wrong += p[i * PAGE] != 0;
	CHECK_EQ(wrong, 0);
	unmap(p);
}

/* Who has said how memory is to be come by, gets just that; nothing goes beyond a mapping. */
static void test_bounds(void)
{
	volatile char *p = map();

	CHECK_OK(madvise((void *)p, WINDOW * PAGE, MADV_RANDOM));
	write_window(p, 0, WINDOW - 1);
	CHECK_EQ(present(p, 0), WINDOW - 1);
	CHECK_OK(mlock2((void *)(p + 2 * WINDOW * PAGE), WINDOW * PAGE, MLOCK_ONFAULT));
	write_window(p, 2, WINDOW - 1);
	CHECK_EQ(present(p, 2), WINDOW - 1);
	CHECK_OK(mprotect((void *)(p + 4 * WINDOW * PAGE), 2 * PAGE, PROT_NONE));
	write_window(p, 4, WINDOW - 2);
	CHECK_EQ(present(p, 4), WINDOW - 2);
	CHECK_OK(munlock((void *)(p + 2 * WINDOW * PAGE), WINDOW * PAGE));
	unmap(p);
}

int main(void)
{
	check_start("dense");
	pagemap = CHECK_OK(open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC));
	test_reads();
	test_sparse();
	test_dense();
	test_bounds();
	return check_done();
}
