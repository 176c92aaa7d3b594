// SPDX-License-Identifier: MIT
/* Module contents. */
#include "source.h"

#include "../host/report.h"
#include "boot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAD 4U /* archives that follow each other begin on such a boundary */

static int unreadable(const char *path, int e)
{
	report_error("cannot read %s: %s; check the name and its permissions", path,
		     report_errno(e));
	return -e;
}

static int not_regular(const char *path, bool directory)
{
	report_error("cannot read %s: it is %s; give a file", path,
		     directory ? "a directory" : "not a regular file");
	return -EINVAL;
}

/* Maps a file; an empty one gives no data. */
static int file_map(const char *path, void **map, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), e = 0;
	struct stat st;

	*map = NULL;
	*len = 0;
	if (fd < 0)
		return unreadable(path, errno);
	if (fstat(fd, &st) < 0)
		e = unreadable(path, errno);
	else if (!S_ISREG(st.st_mode))
		e = not_regular(path, S_ISDIR(st.st_mode));
	if (!e && st.st_size) {
		*len = st.st_size;
		*map = mmap(NULL, *len, PROT_READ, MAP_PRIVATE, fd, 0);
		if (*map == MAP_FAILED) {
			e = unreadable(path, errno);
			*map = NULL;
		}
	}
	close(fd);
	return e;
}

static int append(struct source *s, const void *data, size_t len)
{
	size_t at = s->copy ? (s->len + PAD - 1) / PAD * PAD : 0;
	char *p = realloc(s->copy, at + len + 1);

	if (!p)
		return -ENOMEM;
	if (at > s->len)
		memset(p + s->len, 0, at - s->len);
	if (data)
		memcpy(p + at, data, len);
	s->copy = p;
	s->len = at + len;
	s->data = p;
	return 0;
}

int source_open(struct source *s, const struct boot_module *m)
{
	*s = (struct source){ 0 };
	if (m->part[0].path && !m->part[1].path && !m->part[1].data) {
		int e = file_map(m->part[0].path, &s->map, &s->len);

		s->data = s->map;
		return e;
	}
	for (unsigned i = 0; i < BOOT_PARTS; i++) {
		const struct boot_part *p = &m->part[i];
		void *map = NULL;
		size_t len = p->len;
		int e = p->path ? file_map(p->path, &map, &len) : 0;

		if (!e && (p->path || p->data))
			e = append(s, p->path ? map : p->data, len);
		if (map)
			munmap(map, len);
		if (e) {
			source_close(s);
			return e;
		}
	}
	return 0;
}

void source_close(struct source *s)
{
	if (s->map)
		munmap(s->map, s->len);
	free(s->copy);
	*s = (struct source){ 0 };
}
