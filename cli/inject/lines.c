// SPDX-License-Identifier: MIT
/* JSON lines. Nothing is lost with them: the next start writes them again from the database. */
#define _GNU_SOURCE
#include "lines.h"

#include "../../ux-kernel/host/report.h"
#include "store.h"

#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#define EXIT_IO 74

static int put(void *arg, const struct store_row *row)
{
	struct store *s = arg;
	json_t *o = json_pack(
		"{s:I, s:s, s:I, s:s, s:s, s:i, s:I, s:b, s:s, s:s, s:s, s:I, s:I, s:I}", "id",
		(json_int_t)row->id, "point", row->point, "occurrence", (json_int_t)row->occurrence,
		"fault", row->fault, "class", outcome_names[row->outcome], "status", row->status,
		"fired", (json_int_t)row->fired, "correct", row->correct, "detail", row->detail,
		"replay", row->replay, "trace", row->trace, "host_us", (json_int_t)row->host_us,
		"reset_us", (json_int_t)row->reset_us, "pages", (json_int_t)row->pages);

	if (o) {
		json_dumpf(o, s->lines, JSON_COMPACT);
		fputc('\n', s->lines);
	}
	json_decref(o);
	return 0;
}

void lines_add(struct store *s, const struct store_row *row)
{
	put(s, row);
}

int lines_flush(struct store *s)
{
	if (fflush(s->lines) == 0 && !ferror(s->lines))
		return 0;
	report_error("cannot write %s/results.jsonl: %m; the database has everything, run the same "
		     "command again to go on",
		     s->dir);
	return EXIT_IO;
}

int lines_rewrite(struct store *s)
{
	char *path = NULL, *fresh = NULL;
	int e = EXIT_IO;

	if (asprintf(&path, "%s/results.jsonl", s->dir) < 0 ||
	    asprintf(&fresh, "%s/results.jsonl.new", s->dir) < 0)
		return EXIT_IO;
	s->lines = fopen(fresh, "we");
	if (s->lines)
		e = store_each(s, put, s);
	else
		report_error("cannot write %s: %m", fresh);
	if (!e)
		e = lines_flush(s);
	if (!e && rename(fresh, path) < 0) {
		report_error("cannot write %s: %m", path);
		e = EXIT_IO;
	}
	free(path);
	free(fresh);
	return e;
}
