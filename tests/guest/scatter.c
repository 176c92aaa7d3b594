/* SPDX-License-Identifier: MIT */
/*
 * More page mappings than the host allows one process (vm.max_map_count, 65530): every second
 * page of a large region, in a scattered order, twice. The guest must not notice.
 */
#define _GNU_SOURCE
#include "check.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>

#define PAGE 4096ul
#define PAGES 72000ul
#define STRIDE 31337ul /* prime to PAGES */

int main(void)
{
	unsigned long wrong = 0;
	struct sysinfo info;
	char *p;

	check_start("scatter");
	CHECK_OK(sysinfo(&info));
	if (info.freeram * info.mem_unit < (PAGES + 8000) * PAGE)
		check_skip("less than 320 MB of free memory (start the guest with -m 512M)");
	p = mmap(NULL, 2 * PAGES * PAGE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		check_die("mmap %lu MB", 2 * PAGES * PAGE >> 20);
	madvise(p, 2 * PAGES * PAGE, MADV_NOHUGEPAGE);
	for (unsigned long i = 0; i < PAGES; i++) {
		unsigned long page = i * STRIDE % PAGES;

		*(unsigned long *)(p + 2 * page * PAGE) = page ^ 0x5ca77e2;
	}
	for (unsigned long page = 0; page < PAGES; page++)
		wrong += *(unsigned long *)(p + 2 * page * PAGE) != (page ^ 0x5ca77e2);
	CHECK_EQ(wrong, 0);
	for (unsigned long i = 0; i < PAGES; i++)
		(*(unsigned long *)(p + 2 * (i * STRIDE % PAGES) * PAGE))++;
	for (unsigned long page = 0; page < PAGES; page++)
		wrong += *(unsigned long *)(p + 2 * page * PAGE) != (page ^ 0x5ca77e2) + 1;
	CHECK_EQ(wrong, 0);
	return check_done();
}
