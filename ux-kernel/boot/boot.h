/* SPDX-License-Identifier: MIT */
/*
 * Boot: puts modules and the first two programs into RAM and leaves the information bootstrap
 * leaves (ABI reference 10.1). Read image.c (ELF), layout.c (placement), kip.c, boot.c.
 */
#ifndef BOOT_BOOT_H
#define BOOT_BOOT_H

#include <stddef.h>
#include <stdint.h>

struct workload;

/* A part of a module: a file, or bytes when @path is NULL. */
struct boot_part {
	const char *path;
	const void *data;
	size_t len;
};

#define BOOT_PARTS 4

/* A module: its command line begins with its name. Parts follow each other, padded to 4 bytes. */
struct boot_module {
	const char *cmdline;
	struct boot_part part[BOOT_PARTS];
};

struct boot_plan {
	const char *kernel_cmdline;
	struct boot_module sigma0, root;
	const struct boot_module *module;
	unsigned modules;
};

/* Bytes of RAM the plan's modules and images need; negative errno after a report. */
int64_t boot_size(const struct boot_plan *p);

/* Whether a module is a program that can be started. 0, or negative errno after a report. */
int boot_check_program(const struct boot_module *m);

/*
 * Loads everything and fills in @w, which knows how many devices there are. 0, or negative errno
 * after a report that names file and reason.
 */
int boot_load(const struct boot_plan *p, struct workload *w);

#endif
