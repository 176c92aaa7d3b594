// SPDX-License-Identifier: MIT
/* RAM and kernel-user memory; the core's heap. */
#define _GNU_SOURCE
#include "memory.h"

#include "../core/arch.h"
#include "../engine/tlb.h"
#include "arena.h"
#include "dirty.h"
#include "fixed.h"
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096UL
#define KU_PAGES 65536U
#define TRIM_BYTES (4UL << 20)

#define IO_PAGES (2ULL << 20) /* one large page, in case somebody maps one */

static char *ram, *ku, *io;
static int ram_fd = -1, ku_fd = -1, io_fd = -1;
static uint64_t ram_end, io_start, io_end;
static bool ku_used[KU_PAGES];
static unsigned ku_hint;
static size_t freed; /* bytes since the last trim */

/* @at NULL: anywhere. */
static int file_create(const char *name, uint64_t size, void *at, char **map)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING), e;

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, size) == 0 &&
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0) {
		*map = mmap(at, size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_NORESERVE | (at ? MAP_FIXED_NOREPLACE : 0), fd, 0);
		if (*map != MAP_FAILED)
			return fd;
	}
	e = -errno;
	close(fd);
	return e;
}

int memory_init(uint64_t end, bool with_io, uint64_t io_more)
{
	void *ku_at = arena_on() ? (void *)FIXED_KU : NULL;

	ram_fd = file_create("l4ux-ram", end, NULL, &ram);
	if (ram_fd >= 0)
		ku_fd = file_create("l4ux-ku", KU_PAGES * PAGE, ku_at, &ku);
	if (ku_fd >= 0 && with_io)
		io_fd = file_create("l4ux-io", IO_PAGES + io_more, NULL, &io);
	if (ram_fd < 0 || ku_fd < 0 || (with_io && io_fd < 0)) {
		int e = ram_fd < 0 ? ram_fd : ku_fd < 0 ? ku_fd : io_fd;

		report_error("cannot create guest RAM of %lu MiB: %s; try a smaller -m",
			     (unsigned long)(end >> 20), report_errno(-e));
		return e;
	}
	ram_end = end;
	io_start = end <= MEMORY_IO_START ? MEMORY_IO_START
					  : (end + IO_PAGES - 1) & ~(IO_PAGES - 1);
	io_end = with_io ? io_start + IO_PAGES + io_more : io_start;
	return 0;
}

int memory_io_fd(void)
{
	return io_fd;
}

uint64_t memory_io_start(void)
{
	return io_start;
}

uint64_t memory_io_end(void)
{
	return io_end;
}

uint64_t memory_io_size(void)
{
	return io_end - io_start;
}

void *memory_io_page(unsigned n)
{
	return io + n * PAGE;
}

int memory_ram_fd(void)
{
	return ram_fd;
}

int memory_ku_fd(void)
{
	return ku_fd;
}

uint64_t memory_ram_end(void)
{
	return ram_end;
}

void *memory_ptr(uint64_t pa)
{
	if (pa & TLB_KU_FRAME) {
		pa &= ~TLB_KU_FRAME;
		return pa < KU_PAGES * PAGE ? ku + pa : NULL;
	}
	return pa < ram_end ? ram + pa : NULL;
}

unsigned char *arch_ram(uint64_t pa)
{
	dirty_name(pa);
	return memory_ptr(pa);
}

/* First run of @pages free pages at or after @from; KU_PAGES when there is none. */
static unsigned ku_find(unsigned from, unsigned pages)
{
	unsigned run = 0;

	for (unsigned i = from; i < KU_PAGES; i++) {
		run = ku_used[i] ? 0 : run + 1;
		if (run == pages)
			return i + 1 - pages;
	}
	return KU_PAGES;
}

void *arch_ku_alloc(unsigned pages, uint64_t *pa)
{
	unsigned first = ku_find(ku_hint, pages);

	if (first == KU_PAGES)
		first = ku_find(0, pages);
	if (first == KU_PAGES)
		return NULL;
	memset(&ku_used[first], true, pages);
	ku_hint = first + pages;
	memset(ku + first * PAGE, 0, pages * PAGE);
	*pa = TLB_KU_FRAME | first * PAGE;
	return ku + first * PAGE;
}

void arch_ku_free(void *kernel, unsigned pages)
{
	unsigned first = ((char *)kernel - ku) / PAGE;

	memset(&ku_used[first], false, pages);
	freed += pages * PAGE;
	if (first < ku_hint)
		ku_hint = first;
}

void *arch_alloc(size_t size)
{
	return arena_on() ? arena_alloc(size) : calloc(1, size);
}

void arch_free(void *p)
{
	if (arena_on()) {
		arena_free(p);
		return;
	}
	freed += malloc_usable_size(p);
	free(p);
}

unsigned memory_ku_pages(void)
{
	return KU_PAGES;
}

bool memory_ku_used(unsigned page)
{
	return ku_used[page];
}

void *memory_ku_page(unsigned page)
{
	return ku + page * PAGE;
}

void memory_ku_free_all(void)
{
	memset(ku_used, false, sizeof(ku_used));
}

void memory_ku_take(unsigned page)
{
	ku_used[page] = true;
}

unsigned memory_ku_hint(void)
{
	return ku_hint;
}

void memory_ku_set_hint(unsigned page)
{
	ku_hint = page < KU_PAGES ? page : 0;
}

static void ku_trim(void)
{
	for (unsigned first = 0, end; first < KU_PAGES; first = end + 1) {
		for (end = first; end < KU_PAGES && !ku_used[end];)
			end++;
		if (end > first)
			fallocate(ku_fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, first * PAGE,
				  (end - first) * PAGE);
	}
}

void memory_idle(void)
{
	if (freed < TRIM_BYTES)
		return;
	freed = 0;
	malloc_trim(0);
	ku_trim();
}
