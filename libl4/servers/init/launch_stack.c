/* SPDX-License-Identifier: MIT */
/* The first stack of a program. Source: System V ABI for x86-64, "Process Initialization". */
#include "launch.h"

#include "layout.h"
#include <l4/sys/kip.h>
#include <l4/ux/program.h>
#include <string.h>

/* Pointers and the auxiliary vector must fit into one page; the strings may fill half the stack. */
#define MAX_WORDS (L4_PAGESIZE / sizeof(uint64_t))
#define AUX_WORDS 18

enum aux_type {
	AUX_NULL = 0,
	AUX_PHDR = 3,
	AUX_PHENT = 4,
	AUX_PHNUM = 5,
	AUX_PAGESZ = 6,
	AUX_BASE = 7,
	AUX_ENTRY = 9,
};

static uint64_t *aux_put(uint64_t *w, uint64_t type, uint64_t value)
{
	*w++ = type;
	*w++ = value;
	return w;
}

static uint64_t *aux_fill(uint64_t *w, const struct elf_image *image)
{
	if (image->phdrs_addr) {
		w = aux_put(w, AUX_PHDR, image->phdrs_addr);
		w = aux_put(w, AUX_PHENT, sizeof(struct elf_phdr));
		w = aux_put(w, AUX_PHNUM, image->phnum);
	}
	w = aux_put(w, AUX_PAGESZ, L4_PAGESIZE);
	w = aux_put(w, AUX_BASE, image->bias);
	w = aux_put(w, AUX_ENTRY, image->entry);
	w = aux_put(w, AT_L4_KIP, (uint64_t)l4_kip());
	w = aux_put(w, AT_L4_UTCB, L4_INIT_UTCB_ADDR + L4_UTCB_OFFSET);
	return aux_put(w, AUX_NULL, 0);
}

uint64_t launch_stack(struct program *p, const struct elf_image *image, int argc, char **argv)
{
	uint64_t words[MAX_WORDS], *w = words, sp = LAYOUT_STACK_END;

	if ((size_t)argc + 3 + AUX_WORDS > MAX_WORDS)
		return 0;
	*w++ = argc;
	for (int i = 0; i < argc; i++) {
		size_t size = strlen(argv[i]) + 1;

		if (LAYOUT_STACK_END - sp + size > (1UL << LAYOUT_STACK_ORDER) / 2)
			return 0;
		sp -= size;
		region_write(p->regions, sp, argv[i], size);
		*w++ = sp;
	}
	*w++ = 0; /* end of argv */
	*w++ = 0; /* end of the empty environment */
	w = aux_fill(w, image);
	sp = (sp - (w - words) * sizeof(*w)) & ~15UL;
	region_write(p->regions, sp, words, (w - words) * sizeof(*w));
	return sp;
}
