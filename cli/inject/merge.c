// SPDX-License-Identifier: MIT
/* l4ux inject merge: the results of shards in one database. */
#include "../../ux-kernel/host/report.h"
#include "../cli.h"
#include "inject.h"
#include "progress.h"
#include "store.h"

#include <stdlib.h>
#include <string.h>

static struct store out;
static struct progress progress;
static char *text, *golden;
static const char *source;

static int copy(void *arg, const struct store_row *row)
{
	(void)arg;
	progress_count(&progress, row->outcome, row->correct, row->fired);
	return store_add(&out, row);
}

static bool same(char **first, char *mine)
{
	bool equal = mine && (!*first || !strcmp(*first, mine));

	if (*first || !mine)
		free(mine);
	else
		*first = mine;
	return equal;
}

/* All of them must be of one campaign on one system. */
static int look(const char *dir)
{
	struct store s;
	int e = store_open_read(&s, dir);

	if (!e && (!same(&text, store_meta(&s, "campaign")) ||
		   !same(&golden, store_meta(&s, "golden")))) {
		report_error("%s holds the results of another campaign or system than the first "
			     "directory: they cannot be merged",
			     dir);
		e = EXIT_USAGE;
	}
	store_close(&s);
	return e;
}

static int add(const char *dir)
{
	struct store s;
	int e = store_open_read(&s, dir);

	source = dir;
	if (!e)
		e = store_each(&s, copy, NULL);
	if (e)
		report_error("while merging %s: was it merged before, or does it share runs with "
			     "another one?",
			     source);
	store_close(&s);
	return e;
}

int inject_merge(const char *dir, char **in, unsigned count)
{
	int e = 0;

	for (unsigned i = 0; i < count && !e; i++)
		e = look(in[i]);
	if (!e)
		e = store_open(&out, dir, text, &golden);
	progress_start(&progress, 0, true);
	for (unsigned i = 0; i < count && !e; i++)
		e = add(in[i]);
	if (!e)
		e = store_commit(&out);
	progress.total = progress.before = progress.done;
	if (!e)
		progress_table(&progress);
	store_close(&out);
	free(text);
	free(golden);
	return e ? e : inject_report(dir);
}
