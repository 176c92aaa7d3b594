/* SPDX-License-Identifier: MIT */
/* The boot modules: what the boot loader left in memory, described by l4mod_info. */
#ifndef INIT_MODULES_H
#define INIT_MODULES_H

#include <l4/abi/mod.h>
#include <stddef.h>
#include <stdint.h>

struct module {
	uint64_t start; /* page aligned; pages up to the end of the last one are ours */
	size_t size;
	const char *name; /* the command line, from the file name on */
	unsigned flags;   /* enum l4mod_mod_flag */
};

/* 0, or -L4_ENOENT when the boot loader left no module list, or -L4_ENOMEM. */
int modules_init(void);

unsigned module_count(void);

/* NULL when @i is out of range. */
const struct module *module_get(unsigned i);

/* Index of the module of that name, or -L4_ENOENT.. */
int module_find(const char *name, size_t len);

#endif
