/* SPDX-License-Identifier: MIT */
/* Puts a checked ELF image into memory. */
#ifndef INIT_LOAD_H
#define INIT_LOAD_H

#include "elf_check.h"
#include "region.h"

/*
 * Adds memory for the segments of @image to @list, unless the list has it already (a program
 * whose RAM was asked for), and copies them there. NULL, or what went wrong.
 */
const char *load_image(const struct elf_image *image, struct region **list);

#endif
