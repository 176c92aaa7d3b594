/* SPDX-License-Identifier: MIT */
/* The parts of the ELF-64 file format a loader of static programs needs. Source: System V gABI. */
#ifndef INIT_ELF_FORMAT_H
#define INIT_ELF_FORMAT_H

#include <stdint.h>

struct elf_ehdr {
	uint8_t ident[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, phoff, shoff;
	uint32_t flags;
	uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

struct elf_phdr {
	uint32_t type, flags;
	uint64_t offset, vaddr, paddr, filesz, memsz, align;
};

_Static_assert(sizeof(struct elf_ehdr) == 64, "ELF header");
_Static_assert(sizeof(struct elf_phdr) == 56, "ELF program header");

enum {
	ELF_IDENT_CLASS = 4,
	ELF_IDENT_DATA = 5,
	ELF_CLASS64 = 2,
	ELF_DATA_LSB = 1,
	ELF_TYPE_EXEC = 2,
	ELF_TYPE_DYN = 3,
	ELF_MACHINE_X86_64 = 62,
	ELF_PT_LOAD = 1,
	ELF_PT_INTERP = 3,
	ELF_PF_X = 1,
	ELF_PF_W = 2,
	ELF_PF_R = 4,
};

#endif
