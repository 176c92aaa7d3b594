// SPDX-License-Identifier: MIT
/*
 * The shared libraries of a program, as its ELF file names them (PT_DYNAMIC: DT_NEEDED) and its
 * dynamic loader (PT_INTERP). The file is hostile: nothing is read but through at().
 */
#define _GNU_SOURCE
#include "files.h"

#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAMES_MAX 1024 /* no system has so many; a hostile file may */

struct image {
	const char *data;
	size_t len;
	const Elf64_Phdr *ph;
	unsigned phs;
};

/* @size bytes at offset @off of the file; NULL when it has not so many, or they are askew. */
static const void *at(const struct image *img, uint64_t off, uint64_t size)
{
	return off > img->len || size > img->len - off || off % 8 ? NULL : img->data + off;
}

/* The string at offset @off; NULL when it does not end. */
static const char *string(const struct image *img, uint64_t off)
{
	return off < img->len && memchr(img->data + off, 0, img->len - off) ? img->data + off
									    : NULL;
}

static bool open_image(struct image *img)
{
	const Elf64_Ehdr *eh = at(img, 0, sizeof(*eh));

	if (!eh || memcmp(eh->e_ident, ELFMAG, SELFMAG) != 0 ||
	    eh->e_ident[EI_CLASS] != ELFCLASS64 || eh->e_machine != EM_X86_64 ||
	    eh->e_phentsize != sizeof(Elf64_Phdr))
		return false;
	img->ph = at(img, eh->e_phoff, eh->e_phnum * sizeof(*img->ph));
	img->phs = eh->e_phnum;
	return img->ph;
}

static const Elf64_Phdr *segment(const struct image *img, uint32_t type)
{
	for (unsigned i = 0; i < img->phs; i++)
		if (img->ph[i].p_type == type)
			return &img->ph[i];
	return NULL;
}

/* Where in the file the byte at address @addr is; the file's length when it is nowhere. */
static uint64_t offset_of(const struct image *img, uint64_t addr)
{
	for (unsigned i = 0; i < img->phs; i++) {
		const Elf64_Phdr *p = &img->ph[i];

		if (p->p_type == PT_LOAD && addr >= p->p_vaddr && addr - p->p_vaddr < p->p_filesz &&
		    p->p_offset < img->len)
			return p->p_offset + (addr - p->p_vaddr);
	}
	return img->len;
}

static bool add_name(struct modlist *l, struct modlist_strings *names, const char *s)
{
	s = s ? search_name(s) : "";
	for (unsigned i = 0; i < names->count; i++)
		if (!strcmp(names->s[i], s))
			return true;
	return !*s || names->count == NAMES_MAX ||
	       list_append(l, names, list_string(l, s, strlen(s)));
}

static bool add_needed(struct modlist *l, const struct image *img, const Elf64_Phdr *dynamic,
		       struct modlist_strings *names)
{
	unsigned count = dynamic->p_filesz / sizeof(Elf64_Dyn);
	const Elf64_Dyn *d = at(img, dynamic->p_offset, count * sizeof(*d));
	uint64_t strings = img->len;

	for (unsigned i = 0; d && i < count && d[i].d_tag != DT_NULL; i++)
		if (d[i].d_tag == DT_STRTAB)
			strings = offset_of(img, d[i].d_un.d_ptr);
	for (unsigned i = 0; d && i < count && d[i].d_tag != DT_NULL; i++)
		if (d[i].d_tag == DT_NEEDED && d[i].d_un.d_val < img->len &&
		    !add_name(l, names, string(img, strings + d[i].d_un.d_val)))
			return false;
	return true;
}

static bool add_all(struct modlist *l, struct image *img, struct modlist_strings *names)
{
	const Elf64_Phdr *dynamic, *interp;

	if (!open_image(img))
		return true;
	dynamic = segment(img, PT_DYNAMIC);
	interp = segment(img, PT_INTERP);
	return (!interp || add_name(l, names, string(img, interp->p_offset))) &&
	       (!dynamic || add_needed(l, img, dynamic, names));
}

bool shlibs_of(struct modlist *l, const char *path, struct modlist_strings *names)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct image img = { 0 };
	struct stat st;
	void *map = MAP_FAILED;
	bool ok = true;

	if (fd < 0)
		return true; /* who loads the file says what is wrong with it */
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size)
		map = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return true;
	img.data = map;
	img.len = st.st_size;
	ok = add_all(l, &img, names);
	munmap(map, st.st_size);
	return ok;
}
