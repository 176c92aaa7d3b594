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

/* Directory of this program; false when the host does not tell. */
static bool own_directory(char *dir)
{
	char exe[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	if (n < 0)
		return false;
	exe[n] = 0;
	strcpy(dir, dirname(exe));
	return true;
}

char *data_path(const char *name)
{
	static const char *const places[] = { "lib/l4ux", "../lib/l4ux" };
	char dir[PATH_MAX], *path;

	if (!own_directory(dir)) {
		report_error(
			"cannot find my own files: /proc/self/exe is not readable; mount /proc");
		return NULL;
	}
	for (unsigned i = 0; i < 2; i++) {
		if (asprintf(&path, "%s/%s/%s", dir, places[i], name) < 0)
			return NULL;
		if (!access(path, F_OK))
			return path;
		free(path);
	}
	report_error("%s is missing from %s/lib/l4ux and %s/../lib/l4ux: build or install it "
		     "(make)",
		     name, dir, dir);
	return NULL;
}
