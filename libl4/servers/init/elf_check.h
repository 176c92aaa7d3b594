/* SPDX-License-Identifier: MIT */
/*
 * Is this file a program we can start? Everything that is read from the file is checked here;
 * the loader (load.c) relies on it.
 */
#ifndef INIT_ELF_CHECK_H
#define INIT_ELF_CHECK_H

#include "elf_format.h"

#include <stdbool.h>
#include <stddef.h>

struct elf_image {
	const uint8_t *file;
	const struct elf_phdr *phdrs; /* in the file */
	unsigned phnum;
	uint64_t bias;       /* address in memory = address in the file + bias */
	uint64_t entry;      /* in memory */
	uint64_t phdrs_addr; /* in memory, 0 when no segment contains them */
};

/* Whether the file claims to be an ELF file at all. */
bool elf_is_elf(const void *file, size_t size);

/* NULL and *@image filled in, or what is wrong with the file. */
const char *elf_check(const void *file, size_t size, struct elf_image *image);

#endif
