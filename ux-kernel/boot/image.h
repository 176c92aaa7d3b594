/* SPDX-License-Identifier: MIT */
/* ELF programs: checked with libelf before anything of them is used. */
#ifndef BOOT_IMAGE_H
#define BOOT_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#define IMAGE_SEGMENTS 16

struct image {
	uint64_t entry;
	uint64_t start, end; /* physical range of all segments, page aligned */
	int relocatable;     /* static-PIE: may be moved as a whole */
	unsigned segments;
	struct {
		uint64_t paddr, memsz, filesz;
		size_t offset;
		unsigned rights; /* L4_FPAGE_R/W/X */
	} segment[IMAGE_SEGMENTS];
};

/*
 * Reads the headers of the program in [@data, @data + @len). 0, or -ENOEXEC with the reason in
 * @why (a static string).
 */
int image_parse(const void *data, size_t len, struct image *img, const char **why);

#endif
