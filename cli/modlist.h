/* SPDX-License-Identifier: MIT */
/*
 * Module lists: the text format in which L4Re names what is booted together (modules.list).
 * Understood are entry, kernel, sigma0, roottask, moe, module (bin, data), group, module-group,
 * include, searchpath and default-*, with the options arch and fname. What tells where in memory
 * things go (bootstrap, modaddr) is skipped.
 */
#ifndef CLI_MODLIST_H
#define CLI_MODLIST_H

#include <stdbool.h>

struct modlist_module {
	char *group;   /* NULL: of the entry */
	char *cmdline; /* file name as in the list, then the arguments */
	char *name;    /* the file's name for the guest; NULL: its own */
};

struct modlist {
	char *kernel, *sigma0, *root; /* command lines; NULL: the list says nothing */
	struct modlist_module *module;
	unsigned modules;
	char *search; /* directories, separated by colons */
};

/* What the list at @path says about @entry. false after a report that names file and line. */
bool modlist_read(struct modlist *l, const char *path, const char *entry);

/* Adds directories, separated by colons; false: out of memory. */
bool modlist_search(struct modlist *l, const char *dirs);

#endif
