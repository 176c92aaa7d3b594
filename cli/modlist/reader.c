// SPDX-License-Identifier: MIT
/* Files of a module list, line by line. */
#define _GNU_SOURCE
#include "reader.h"

#include "../../ux-kernel/host/report.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Text of a list goes to a terminal: no control characters. */
static void make_plain(char *s)
{
	for (; *s; s++)
		if (iscntrl((unsigned char)*s))
			*s = '?';
}

bool reader_error(const struct reader *r, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	make_plain(text);
	report_error("%s:%u: %s", r->path, r->line, text);
	return false;
}

bool reader_no_memory(const struct reader *r)
{
	return reader_error(r, "the host has no memory left");
}

const char *reader_relative(struct reader *r, const char *path)
{
	const char *slash = strrchr(r->path, '/');
	int dir = *path != '/' && slash ? slash + 1 - r->path : 0;

	return list_format(r->list, "%.*s%s", dir, r->path, path);
}

static bool read_lines(struct reader *r, char *text, size_t len)
{
	char *end = text + len, *newline;
	struct line line;

	for (r->line = 1; text < end; r->line++, text = newline + 1) {
		newline = memchr(text, '\n', end - text);
		if (!newline)
			newline = end;
		*newline = 0;
		if (!line_split(text, &line))
			return reader_error(r,
					    "the options of this line do not end: ']' is missing");
		if (*line.word && !statement_read(r, &line))
			return false;
	}
	return true;
}

/* A file that includes itself, by whatever way, is no harm: it is passed over. */
static bool is_open(const struct reader *r, const struct stat *st, const char *path)
{
	for (unsigned i = 0; i < r->depth; i++) {
		if (r->open[i].dev == st->st_dev && r->open[i].ino == st->st_ino) {
			report_info("module list %s includes itself; once is enough", path);
			return true;
		}
	}
	return false;
}

static bool read_stream(struct reader *r, FILE *f, const char *path)
{
	char *text = malloc(FILE_BYTES_MAX + 1);
	size_t len;
	bool ok;

	if (!text)
		return reader_no_memory(r);
	r->path = path;
	r->line = 0;
	len = fread(text, 1, FILE_BYTES_MAX + 1, f);
	if (ferror(f))
		ok = reader_error(r, "cannot read the module list: %s", report_errno(errno));
	else if (len > FILE_BYTES_MAX)
		ok = reader_error(r, "larger than %lu bytes: not a module list", FILE_BYTES_MAX);
	else if (memchr(text, 0, len))
		ok = reader_error(r, "holds binary data: not a module list");
	else {
		text[len] = 0;
		ok = read_lines(r, text, len);
	}
	free(text);
	return ok;
}

bool reader_file(struct reader *r, const char *path)
{
	const char *from = r->path;
	unsigned line = r->line;
	struct stat st;
	FILE *f;
	bool ok = true;

	if (r->files++ == FILES_MAX)
		return reader_error(r, "more than %d files are included", FILES_MAX);
	f = fopen(path, "re");
	if (!f && from)
		return reader_error(r, "cannot read %s: %s", path, report_errno(errno));
	if (!f || fstat(fileno(f), &st) < 0) {
		report_error("cannot read the module list %s: %s", path, report_errno(errno));
		if (f)
			fclose(f);
		return false;
	}
	if (!is_open(r, &st, path)) {
		r->open[r->depth].dev = st.st_dev;
		r->open[r->depth++].ino = st.st_ino;
		ok = read_stream(r, f, path);
		r->depth--;
	}
	fclose(f);
	r->path = from;
	r->line = line;
	return ok;
}

/* "a, b, c" for a message; cut when it gets long. */
static void names(const struct modlist_strings *s, char *buf, size_t size)
{
	size_t n = 0;

	*buf = 0;
	for (unsigned i = 0; i < s->count && n < size; i++)
		n += snprintf(buf + n, size - n, "%s%s", i ? ", " : "", s->s[i]);
	make_plain(buf);
}

bool modlist_read(struct modlist *l, const char *path, const char *entry, bool allow_shell)
{
	struct reader *r = list_alloc(l, sizeof(*r));
	char all[400];

	if (!r) {
		report_error("the host has no memory left");
		return false;
	}
	r->list = l;
	r->entry = entry;
	r->allow_shell = allow_shell;
	if (!reader_file(r, path))
		return false;
	if (r->found)
		return true;
	names(&l->entries, all, sizeof(all));
	report_error("the module list %s has no entry '%s'; it has: %s", path, entry,
		     *all ? all : "none");
	return false;
}
