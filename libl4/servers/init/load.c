/* SPDX-License-Identifier: MIT */
/*
 * The loader. Segments are bytes, memory is pages: the last page of one segment may be the first
 * page of the next, and then has the rights of both.
 */
#include "load.h"

#include <l4/abi/consts.h>
#include <l4/abi/msg.h>

#define MAX_RUNS 64

struct run {
	uint64_t start, end;
	unsigned rights;
};

static unsigned segment_rights(const struct elf_phdr *p)
{
	return L4_FPAGE_R | (p->flags & ELF_PF_W ? L4_FPAGE_W : 0) |
	       (p->flags & ELF_PF_X ? L4_FPAGE_X : 0);
}

/* Page runs of equal rights, ascending. Returns their number, at most one too many for @runs. */
static unsigned runs_collect(const struct elf_image *image, struct run *runs)
{
	unsigned n = 0;

	for (unsigned i = 0; i < image->phnum && n + 2 < MAX_RUNS; i++) {
		const struct elf_phdr *p = &image->phdrs[i];
		uint64_t start = (p->vaddr + image->bias) & ~(L4_PAGESIZE - 1);
		uint64_t end = (p->vaddr + image->bias + p->memsz + L4_PAGESIZE - 1) &
			       ~(L4_PAGESIZE - 1);
		unsigned rights = segment_rights(p);

		if (p->type != ELF_PT_LOAD || !p->memsz)
			continue;
		if (n && start < runs[n - 1].end) {
			struct run shared = { start, start + L4_PAGESIZE, rights };

			shared.rights |= runs[n - 1].rights;
			runs[n - 1].end = start;
			if (runs[n - 1].start == start)
				n--;
			runs[n++] = shared;
			start = shared.end;
		}
		if (start < end)
			runs[n++] = (struct run){ start, end, rights };
	}
	return n;
}

/* Whether @list backs all of the run (1), nothing of it (0) or, which is refused, a part (-1). */
static int run_backed(const struct run *run, const struct region *list)
{
	uint64_t backed = 0;

	for (const struct region *r = list; r; r = r->next) {
		uint64_t start = r->va, end = r->va + (1UL << r->order);

		start = start > run->start ? start : run->start;
		end = end < run->end ? end : run->end;
		backed += start < end ? end - start : 0;
	}
	if (!backed)
		return 0;
	return backed == run->end - run->start ? 1 : -1;
}

const char *load_image(const struct elf_image *image, struct region **list)
{
	struct run runs[MAX_RUNS];
	unsigned n = runs_collect(image, runs);
	const struct region *ram = *list;

	if (n + 2 >= MAX_RUNS)
		return "too many segments";
	for (unsigned i = 0; i < n; i++) {
		int backed = run_backed(&runs[i], ram);

		if (backed < 0)
			return "a segment lies partly inside the memory given with --ram";
		if (!backed && region_add(list, runs[i].start, runs[i].end, runs[i].rights) < 0)
			return "not enough memory for its segments; give the system more with -m";
	}
	for (unsigned i = 0; i < image->phnum; i++) {
		const struct elf_phdr *p = &image->phdrs[i];

		if (p->type == ELF_PT_LOAD && p->filesz)
			region_write(*list, p->vaddr + image->bias, image->file + p->offset,
				     p->filesz);
	}
	return NULL;
}
