/* SPDX-License-Identifier: MIT */
/*
 * Module lists: the text format in which L4Re names what is booted together (modules.list). The
 * format is described in docs/boot.md; source: L4Re r-2026-W26, mk: tool/lib/L4/ModList.pm and
 * conf/modules.list.
 *
 * Read line.c (one line), reader.c (files), statement.c (what lines mean), expand.c and program.c
 * (lines that stand for several), then search.c, resolve.c, shlibs.c, gunzip.c: from names to
 * files. list.c is the memory of it all. A list is hostile: sizes are limited, nothing is executed
 * unless the user says so, and every message names file and line.
 */
#ifndef CLI_MODLIST_MODLIST_H
#define CLI_MODLIST_MODLIST_H

#include "../../ux-kernel/boot/boot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A line that names a file: a module, or one of the programs a system starts with. */
struct modlist_module {
	const char *group;   /* the group it is of; NULL: of the entry */
	const char *cmdline; /* file name as in the list, blanks, arguments; NULL: no such line */
	const char *name;    /* the file's name for the guest; NULL: its own */
	const char *where;   /* "FILE:LINE" or the option, for messages */
	bool uncompress;     /* a gzip file is unpacked first */
	bool no_scan;        /* the shared libraries it needs are not added */
	bool is_default;     /* of a line default-..., not of the entry */
};

struct modlist_strings {
	const char **s;
	unsigned count;
};

struct modlist {
	struct modlist_module kernel, sigma0, root;
	struct modlist_module *module;
	unsigned modules;
	struct modlist_strings search;  /* directories, in the order to search */
	struct modlist_strings entries; /* names of all entries seen */
	const char *no_defaults; /* where the entry says it wants no program it does not name */
	void *kept;              /* list.c: all memory */
};

/*
 * What the list at @path says about @entry, whose name is compared without case. Search directories
 * of the list are added. Lines that run programs are refused unless @allow_shell. false after a
 * report.
 */
bool modlist_read(struct modlist *l, const char *path, const char *entry, bool allow_shell);

/* Adds directories: @dirs is split at the characters in @separators. false: out of memory. */
bool modlist_search(struct modlist *l, const char *dirs, const char *separators);

/* Adds a module that no list names. false: out of memory. */
bool modlist_add(struct modlist *l, const struct modlist_module *m);

/*
 * The files of @l, and of the shared libraries they need. @plan's strings, arrays and data belong
 * to the list. Unpacked modules may have up to @limit bytes. false after a report.
 */
bool modlist_resolve(struct modlist *l, uint64_t limit, struct boot_plan *plan);

void modlist_free(struct modlist *l);

#endif
