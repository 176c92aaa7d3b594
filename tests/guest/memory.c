/* SPDX-License-Identifier: MIT */
/* Most of the free memory written and read back, given back, and taken again. */
#define _GNU_SOURCE
#include "check.h"

#include <stdint.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#define PAGE 4096ul

static size_t free_bytes(void)
{
	struct sysinfo info;

	CHECK_OK(sysinfo(&info));
	return info.freeram * info.mem_unit;
}

static uint64_t pattern(size_t page, unsigned int round)
{
	return (page + 1) * 0x9e3779b97f4a7c15 + round;
}

static void round_of(size_t pages, unsigned int round)
{
	char *p = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	size_t dirty = 0, wrong = 0;

	if (p == MAP_FAILED)
		check_die("mmap %zu MB", pages * PAGE >> 20);
	for (size_t i = 0; i < pages; i++) {
		uint64_t *word = (uint64_t *)(p + i * PAGE);

		/* Fresh memory is zero, at both ends of each page. */
		dirty += word[0] || word[511];
		word[0] = pattern(i, round);
		word[511] = ~pattern(i, round);
	}
	for (size_t i = pages; i-- > 0;) {
		uint64_t *word = (uint64_t *)(p + i * PAGE);

		wrong += word[0] != pattern(i, round) || word[511] != ~pattern(i, round);
	}
	CHECK_EQ(dirty, 0);
	CHECK_EQ(wrong, 0);
	CHECK_OK(munmap(p, pages * PAGE));
}

int main(void)
{
	size_t before = free_bytes(), pages = before / PAGE / 10 * 7;

	check_start("memory");
	if (pages > 100000)
		pages = 100000;
	check_note("%zu MB free, %zu MB touched in each round", before >> 20, pages * PAGE >> 20);
	for (unsigned int round = 0; round < 3; round++)
		round_of(pages, round);
	/* It came back. */
	CHECK_RANGE(free_bytes(), before * 0.9, before * 1.1);
	return check_done();
}
