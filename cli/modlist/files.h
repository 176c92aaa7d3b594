/* SPDX-License-Identifier: MIT */
/* From the names in a module list to files: what resolve.c needs of its neighbours. */
#ifndef CLI_MODLIST_FILES_H
#define CLI_MODLIST_FILES_H

#include "list.h"

/* search.c: the path of @file, which is no directory; NULL when it is nowhere. */
const char *search_file(struct modlist *l, const char *file);

/* search.c: what comes behind the last slash. */
const char *search_name(const char *file);

/*
 * shlibs.c: adds the names of the shared libraries that a program names itself, the dynamic loader
 * among them. A file that is no x86-64 ELF program names none. false: out of memory.
 */
bool shlibs_of(struct modlist *l, const char *path, struct modlist_strings *names);

/*
 * gunzip.c: the unpacked content of @path if it is a gzip file, else NULL in *@data. @limit bytes
 * at most. false after a report.
 */
bool gunzip_file(struct modlist *l, const char *path, uint64_t limit, const void **data,
		 size_t *len);

#endif
