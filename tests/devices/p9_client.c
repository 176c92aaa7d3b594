// SPDX-License-Identifier: MIT
/* Messages and places for tests of the 9P server. */
#define _GNU_SOURCE
#include "p9_client.h"

#include "devices/p9_wire.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

size_t p9_message(uint8_t *to, unsigned type, const char *format, ...)
{
	uint8_t *at = to + P9_HEADER;
	va_list ap;
	uint32_t len;

	va_start(ap, format);
	for (; *format; format++) {
		if (*format == 's') {
			const char *text = va_arg(ap, const char *);
			uint16_t n = strlen(text);

			memcpy(at, &n, 2);
			for (at += 2; *text; text++)
				*at++ = *text;
		} else {
			unsigned bytes = *format - '0';
			uint64_t value = bytes == 8 ? va_arg(ap, uint64_t) : va_arg(ap, unsigned);

			memcpy(at, &value, bytes);
			at += bytes;
		}
	}
	va_end(ap);
	len = at - to;
	memcpy(to, &len, 4);
	to[4] = type;
	memcpy(to + 5, &(uint16_t){ 7 }, 2);
	return len;
}

static void must(int result, const char *what)
{
	if (result >= 0)
		return;
	perror(what);
	exit(1);
}

static void file(int dir, const char *name, const char *text)
{
	int fd = openat(dir, name, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);

	must(fd, name);
	must(write(fd, text, strlen(text)), name);
	close(fd);
}

void p9_place_make(char top[64], int *root, int *self)
{
	const char *base = getenv("TMPDIR");
	int at;

	snprintf(top, 64, "%.40s/l4ux-test-XXXXXX", base ? base : "/tmp");
	must(mkdtemp(top) ? 0 : -1, top);
	at = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(at, top);
	must(mkdirat(at, "outside", 0700), "outside");
	must(mkdirat(at, "share", 0700), "share");
	file(at, "outside/secret", "secret");
	file(at, "share/file", "content");
	must(mkdirat(at, "share/dir", 0700), "dir");
	must(symlinkat("../outside/secret", at, "share/up"), "up");
	must(symlinkat("../outside", at, "share/far"), "far");
	*root = openat(at, "share", O_PATH | O_DIRECTORY | O_CLOEXEC);
	*self = open("/proc/self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);
	must(*root, "share");
	must(*self, "/proc/self/fd");
	close(at);
}

static int entries(const char *top, const char *name)
{
	struct stat st;
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", top, name);
	return stat(path, &st) < 0 ? -1 : (int)st.st_nlink;
}

int p9_place_intact(const char *top)
{
	char path[128], text[16] = "";
	struct stat st;
	int fd;

	snprintf(path, sizeof(path), "%s/outside/secret", top);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || read(fd, text, sizeof(text)) != 6 || fstat(fd, &st) < 0)
		return 0;
	close(fd);
	/* "secret" has one name, and neither place has directories it had not */
	return !strcmp(text, "secret") && st.st_nlink == 1 && (st.st_mode & 07777) == 0644 &&
	       entries(top, ".") == 4 && entries(top, "outside") == 2;
}

static int drop(const char *path, const struct stat *st, int type, struct FTW *w)
{
	(void)st, (void)type, (void)w;
	return remove(path);
}

void p9_place_remove(const char *top)
{
	nftw(top, drop, 8, FTW_DEPTH | FTW_PHYS);
}
