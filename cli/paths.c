// SPDX-License-Identifier: MIT
/* Where this installation keeps its data. */
#define _GNU_SOURCE
#include "cli.h"

#include "../ux-kernel/host/report.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Directory of this program, in @exe; NULL when the host does not tell. */
static const char *own_directory(char *exe)
{
	ssize_t n = readlink("/proc/self/exe", exe, PATH_MAX - 1);

	if (n < 0)
		return NULL;
	exe[n] = 0;
	return dirname(exe);
}

static char *find(const char *dir, const char *name)
{
	static const char *const places[] = { "lib/l4ux", "../lib/l4ux" };
	char *path;

	for (unsigned i = 0; i < 2; i++) {
		if (asprintf(&path, "%s/%s/%s", dir, places[i], name) < 0)
			return NULL;
		if (!access(path, F_OK))
			return path;
		free(path);
	}
	return NULL;
}

char *data_find(const char *name)
{
	char exe[PATH_MAX];
	const char *dir = own_directory(exe);

	return dir ? find(dir, name) : NULL;
}

char *data_path(const char *name)
{
	char exe[PATH_MAX], *path;
	const char *dir = own_directory(exe);

	if (!dir) {
		report_error(
			"cannot find my own files: /proc/self/exe is not readable; mount /proc");
		return NULL;
	}
	path = find(dir, name);
	if (!path)
		report_error("%s is missing from %s/lib/l4ux and %s/../lib/l4ux: build or install "
			     "it (make)",
			     name, dir, dir);
	return path;
}
