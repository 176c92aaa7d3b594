/* SPDX-License-Identifier: MIT */
/*
 * Self-relocation of static position-independent programs. Whoever loads them only copies the
 * segments, so that a boot loader needs to know nothing about relocations. Runs first: nothing
 * here may use a pointer the linker stored in data.
 */
#include <l4/abi/stdtypes.h>

#include "crt.h"

/* From the ELF gABI and its x86-64 supplement. */
struct elf_header {
	uint8_t ident[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, phoff, shoff;
	uint32_t flags;
	uint16_t ehsize, phentsize, phnum;
};

struct elf_phdr {
	uint32_t type, flags;
	uint64_t offset, vaddr, paddr, filesz, memsz, align;
};

struct elf_dyn {
	int64_t tag;
	uint64_t value;
};

struct elf_rela {
	uint64_t offset, info;
	int64_t addend;
};

#define ET_DYN 3
#define PT_DYNAMIC 2
#define DT_RELA 7
#define DT_RELASZ 8
#define R_X86_64_RELATIVE 8

/* By the linker. Programs of this kind are linked at 0: this is the offset as well. */
extern struct elf_header const __ehdr_start __attribute__((visibility("hidden")));

static void relocate_all(uint64_t base, struct elf_dyn const *d)
{
	struct elf_rela const *r = NULL;
	uint64_t count = 0;

	for (; d->tag; d++) {
		if (d->tag == DT_RELA)
			r = (struct elf_rela const *)(base + d->value);
		else if (d->tag == DT_RELASZ)
			count = d->value / sizeof(*r);
	}
	for (; r && count; count--, r++)
		if ((r->info & 0xffffffffUL) == R_X86_64_RELATIVE)
			*(uint64_t *)(base + r->offset) = base + (uint64_t)r->addend;
}

void l4_crt_relocate(void)
{
	uint64_t base = (uint64_t)&__ehdr_start;
	struct elf_phdr const *p = (struct elf_phdr const *)(base + __ehdr_start.phoff);

	if (__ehdr_start.type != ET_DYN)
		return;
	for (unsigned i = 0; i < __ehdr_start.phnum; i++, p++)
		if (p->type == PT_DYNAMIC)
			relocate_all(base, (struct elf_dyn const *)(base + p->vaddr));
}
