// SPDX-License-Identifier: MIT
/* Where the files of a module list are. */
#define _GNU_SOURCE
#include "files.h"

#include <string.h>
#include <sys/stat.h>

bool modlist_search(struct modlist *l, const char *dirs, const char *separators)
{
	for (size_t n; *dirs; dirs += n + strspn(dirs + n, separators)) {
		n = strcspn(dirs, separators);
		if (n && !list_append(l, &l->search, list_string(l, dirs, n)))
			return false;
	}
	return true;
}

const char *search_name(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash ? slash + 1 : file;
}

static bool is_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && !S_ISDIR(st.st_mode);
}

const char *search_file(struct modlist *l, const char *file)
{
	/* What L4Re would load from another machine counts when somebody has loaded it. */
	if (strstr(file, "://"))
		file = search_name(file);
	if (*file == '/' && is_file(file))
		return file;
	for (unsigned i = 0; i < l->search.count; i++) {
		const char *path = list_format(l, "%s/%s", l->search.s[i], file);

		if (path && is_file(path))
			return path;
	}
	return NULL;
}
