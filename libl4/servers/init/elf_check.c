/* SPDX-License-Identifier: MIT */
/* Validation of ELF headers. */
#include "elf_check.h"

#include "layout.h"

#include <string.h>

bool elf_is_elf(const void *file, size_t size)
{
	return size >= 4 && !memcmp(file, "\177ELF", 4);
}

static const char *header_check(const uint8_t *file, size_t size)
{
	const struct elf_ehdr *h = (const void *)file;

	if (!elf_is_elf(file, size))
		return "not an ELF file";
	if (size < sizeof(*h))
		return "truncated: the ELF header is incomplete";
	if (h->ident[ELF_IDENT_CLASS] != ELF_CLASS64 || h->ident[ELF_IDENT_DATA] != ELF_DATA_LSB ||
	    h->machine != ELF_MACHINE_X86_64)
		return "not a 64-bit x86-64 program";
	if (h->type != ELF_TYPE_EXEC && h->type != ELF_TYPE_DYN)
		return "not an executable (an object or core file?)";
	if (!h->phnum || h->phentsize != sizeof(struct elf_phdr) || h->phoff % 8)
		return "no usable program headers";
	if (h->phoff > size || h->phnum * sizeof(struct elf_phdr) > size - h->phoff)
		return "truncated: the program headers are incomplete";
	return NULL;
}

static const char *segment_check(const struct elf_phdr *p, size_t size, uint64_t bias,
				 uint64_t *end)
{
	uint64_t start = p->vaddr + bias;

	if (p->filesz > p->memsz)
		return "a segment has more file bytes than memory bytes";
	if (p->offset > size || p->filesz > size - p->offset)
		return "truncated: a segment lies beyond the end of the file";
	if (start < p->vaddr || start > LAYOUT_USER_END || p->memsz > LAYOUT_USER_END - start)
		return "a segment lies outside the user address range";
	if (start < *end)
		return "segments overlap or are not in ascending order";
	*end = start + p->memsz;
	return layout_check(start, *end);
}

const char *elf_check(const void *file, size_t size, struct elf_image *image)
{
	const struct elf_ehdr *h = file;
	const char *error = header_check(file, size);
	uint64_t end = 0;
	bool entry_ok = false;

	if (error)
		return error;
	image->file = file;
	image->phdrs = (const void *)(image->file + h->phoff);
	image->phnum = h->phnum;
	image->bias = h->type == ELF_TYPE_DYN ? LAYOUT_PIE_BASE : 0;
	image->entry = h->entry + image->bias;
	image->phdrs_addr = 0;
	for (unsigned i = 0; i < image->phnum; i++) {
		const struct elf_phdr *p = &image->phdrs[i];
		uint64_t start = p->vaddr + image->bias;

		if (p->type == ELF_PT_INTERP)
			return "dynamically linked: link it with -static or -static-pie";
		if (p->type != ELF_PT_LOAD || !p->memsz)
			continue;
		error = segment_check(p, size, image->bias, &end);
		if (error)
			return error;
		if (image->entry >= start && image->entry < end && (p->flags & ELF_PF_X))
			entry_ok = true;
		if (h->phoff >= p->offset && h->phoff - p->offset < p->filesz)
			image->phdrs_addr = start + (h->phoff - p->offset);
	}
	if (!entry_ok)
		return "the entry point is not in an executable segment";
	return NULL;
}
