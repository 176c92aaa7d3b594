// SPDX-License-Identifier: MIT
/* The host's package sources: apt's own files, and apt's own settings of how to reach them. */
#define _GNU_SOURCE
#include "image.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool concerns_reaching(const char *setting)
{
	static const char *const prefixes[] = { "Acquire::http", "Acquire::ftp", "Acquire::Check-",
						"Acquire::Retries" };

	for (unsigned i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (!strncmp(setting, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

void image_host_settings(struct image_words *w)
{
	FILE *f = popen("apt-config dump", "re");
	char line[1024];

	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, ";\n")] = 0;
		if (concerns_reaching(line))
			image_word(w, "--aptopt=%s", line);
	}
	if (f)
		pclose(f);
}

unsigned image_host_sources(struct image_words *w)
{
	static const char *const files[] = { "/etc/apt/sources.list",
					     "/etc/apt/sources.list.d/*.list",
					     "/etc/apt/sources.list.d/*.sources" };
	unsigned before = w->count;
	glob_t g;

	for (unsigned i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (glob(files[i], 0, NULL, &g))
			continue;
		for (size_t k = 0; k < g.gl_pathc; k++)
			if (!access(g.gl_pathv[k], R_OK))
				image_word(w, "%s", g.gl_pathv[k]);
		globfree(&g);
	}
	return w->count - before;
}
