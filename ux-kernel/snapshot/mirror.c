// SPDX-License-Identifier: MIT
/* Pages there and back. */
#define _GNU_SOURCE
#include "mirror.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096UL

void mirror_update_page(struct mirror *m, uint64_t at)
{
	memcpy(m->copy + at, m->memory + at, PAGE);
	m->has[at / PAGE] = true;
}

bool mirror_return_page(struct mirror *m, uint64_t at)
{
	if (!memcmp(m->memory + at, m->copy + at, PAGE))
		return false;
	memcpy(m->memory + at, m->copy + at, PAGE);
	return true;
}

/* Calls @f for each page of the file that is no hole. */
static void each_page(struct mirror *m, void (*f)(struct mirror *m, uint64_t at))
{
	off_t at = 0, hole;

	while ((at = lseek(m->fd, at, SEEK_DATA)) >= 0) {
		hole = lseek(m->fd, at, SEEK_HOLE);
		for (at &= -PAGE; at < hole; at += PAGE)
			f(m, at);
	}
}

bool mirror_make(struct mirror *m, int fd, void *memory, uint64_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	*m = (struct mirror){ .fd = fd, .memory = memory, .size = size };
	m->has = calloc(size / PAGE + 1, sizeof(*m->has));
	if (p == MAP_FAILED || !m->has)
		return false;
	m->copy = p;
	each_page(m, mirror_update_page);
	return true;
}

/* A page that was a hole may be none now, and the other way round. */
static void note_page(struct mirror *m, uint64_t at)
{
	m->has[at / PAGE] = true;
}

void mirror_update(struct mirror *m)
{
	each_page(m, note_page);
	for (uint64_t at = 0; at < m->size; at += PAGE)
		if (m->has[at / PAGE] && memcmp(m->copy + at, m->memory + at, PAGE) != 0)
			mirror_update_page(m, at);
}

unsigned mirror_return(struct mirror *m)
{
	unsigned changed = 0;

	each_page(m, note_page);
	for (uint64_t at = 0; at < m->size; at += PAGE)
		if (m->has[at / PAGE])
			changed += mirror_return_page(m, at);
	return changed;
}
