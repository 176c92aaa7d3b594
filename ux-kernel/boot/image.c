// SPDX-License-Identifier: MIT
/* ELF programs. */
#include "image.h"

#include <errno.h>
#include <gelf.h>
#include <l4/abi/consts.h>
#include <l4/abi/msg.h>

#define PAGE_MASK (L4_PAGESIZE - 1)
#define PHYS_MAX (1ULL << 46)

static const char *segment_add(struct image *img, const GElf_Phdr *ph, size_t len)
{
	unsigned n = img->segments;
	uint64_t end = ph->p_paddr + ph->p_memsz;

	if (ph->p_offset > len || ph->p_filesz > len - ph->p_offset)
		return "it is truncated: a segment lies beyond the end of the file";
	if (ph->p_filesz > ph->p_memsz || ph->p_paddr > PHYS_MAX || ph->p_memsz > PHYS_MAX)
		return "a segment has impossible sizes";
	if (n == IMAGE_SEGMENTS)
		return "it has too many segments";
	img->segment[n].paddr = ph->p_paddr;
	img->segment[n].memsz = ph->p_memsz;
	img->segment[n].filesz = ph->p_filesz;
	img->segment[n].offset = ph->p_offset;
	img->segment[n].rights = (ph->p_flags & PF_R ? L4_FPAGE_R : 0) |
				 (ph->p_flags & PF_W ? L4_FPAGE_W : 0) |
				 (ph->p_flags & PF_X ? L4_FPAGE_X : 0);
	img->segments++;
	if ((ph->p_paddr & ~PAGE_MASK) < img->start)
		img->start = ph->p_paddr & ~PAGE_MASK;
	if (end > img->end)
		img->end = (end + PAGE_MASK) & ~PAGE_MASK;
	return NULL;
}

static const char *parse(Elf *elf, size_t len, struct image *img)
{
	GElf_Ehdr eh;
	size_t phnum;

	if (elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &eh))
		return "it is no ELF file";
	if (gelf_getclass(elf) != ELFCLASS64 || eh.e_machine != EM_X86_64)
		return "it is not for x86-64";
	if (eh.e_type != ET_EXEC && eh.e_type != ET_DYN)
		return "it is no executable";
	if (elf_getphdrnum(elf, &phnum) || !phnum)
		return "it is truncated: the program headers are missing";
	if (eh.e_phoff > len || phnum > (len - eh.e_phoff) / sizeof(Elf64_Phdr))
		return "it is truncated: the program headers lie beyond the end of the file";
	for (size_t i = 0; i < phnum; i++) {
		GElf_Phdr ph;
		const char *why;

		if (!gelf_getphdr(elf, i, &ph))
			return "it is truncated: a program header cannot be read";
		if (ph.p_type == PT_INTERP)
			return "it is dynamically linked";
		if (ph.p_type != PT_LOAD || !ph.p_memsz)
			continue;
		why = segment_add(img, &ph, len);
		if (why)
			return why;
	}
	if (!img->segments)
		return "it has nothing to load";
	img->entry = eh.e_entry;
	img->relocatable = eh.e_type == ET_DYN;
	return NULL;
}

int image_parse(const void *data, size_t len, struct image *img, const char **why)
{
	Elf *elf;

	*img = (struct image){ .start = UINT64_MAX };
	elf_version(EV_CURRENT);
	elf = elf_memory((char *)data, len);
	*why = elf ? parse(elf, len, img) : "it is no ELF file";
	elf_end(elf);
	return *why ? -ENOEXEC : 0;
}
