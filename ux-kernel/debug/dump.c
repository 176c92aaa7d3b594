// SPDX-License-Identifier: MIT
/* The last words of a system. */
#define _GNU_SOURCE
#include "dump.h"

#include "../host/report.h"
#include "command.h"
#include "trace.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>

#define DUMP_EVENTS 4096U

static json_t *threads(void)
{
	struct command_error err;
	json_t *all = command_threads(NULL, &err), *row, *args, *list;
	size_t i;

	list = json_object_get(all, "threads");
	json_array_foreach(list, i, row)
	{
		args = json_pack("{s:O}", "thread", json_object_get(row, "thread"));
		json_object_set_new(row, "registers", command_registers(args, &err));
		json_decref(args);
	}
	return all;
}

int dump_write(const char *directory)
{
	char path[PATH_MAX];
	json_t *all = threads();
	int e = 0;

	snprintf(path, sizeof(path), "%s/threads.json", directory);
	errno = 0;
	if (!all || json_dump_file(all, path, JSON_INDENT(1)) < 0)
		e = errno ? -errno : -EIO;
	json_decref(all);
	if (!e) {
		snprintf(path, sizeof(path), "%s/trace.json", directory);
		e = trace_write_own(path, DUMP_EVENTS);
	}
	if (e)
		report_error("cannot write %s: %s", path, report_errno(-e));
	return e;
}
