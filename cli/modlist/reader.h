/* SPDX-License-Identifier: MIT */
/* A module list while it is read: which file and line, and where that belongs to. */
#ifndef CLI_MODLIST_READER_H
#define CLI_MODLIST_READER_H

#include "line.h"
#include "list.h"

#include <sys/types.h>

#define FILES_MAX 256              /* with all that is included */
#define FILE_BYTES_MAX (4UL << 20) /* of one of them */
#define MODULES_MAX 4096           /* with those of groups */

/* Where a line belongs to. Groups are always kept, of the entries only the one asked for. */
enum section { ELSEWHERE, GROUP, ENTRY, ENTRY_OVER };

struct reader {
	struct modlist *list;
	const char *entry;
	bool allow_shell;
	const char *path; /* of the file at hand */
	unsigned line;
	enum section section;
	const char *group;
	bool found;     /* the entry */
	unsigned files; /* read so far; those being read: */
	unsigned depth;
	struct {
		dev_t dev;
		ino_t ino;
	} open[FILES_MAX];
};

/* Reports "FILE:LINE: ..."; returns false, which is what the caller returns then. */
bool reader_error(const struct reader *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
bool reader_no_memory(const struct reader *r);

/* Reads a file, unless it is being read already. */
bool reader_file(struct reader *r, const char *path);

/* @path as seen from the directory of the file at hand; NULL: out of memory. */
const char *reader_relative(struct reader *r, const char *path);

/* statement.c: does what a line says. */
bool statement_read(struct reader *r, const struct line *line);

/*
 * expand.c: what the rest of a line stands for: itself, or with the options glob, perl or shell
 * any number of lines.
 */
bool expand_line(struct reader *r, const struct line *line, struct modlist_strings *to);

/* expand.c: ${NAME} replaced; NULL after a report. */
const char *expand_variables(struct reader *r, const char *s);

/* expand.c: the files a pattern matches. A word without wildcards is a match of itself. */
bool expand_glob(struct reader *r, const char *pattern, struct modlist_strings *to);

/* program.c: the output lines of a shell command, or the list a Perl expression evaluates to. */
bool program_run(struct reader *r, const char *code, bool perl, struct modlist_strings *to);

#endif
