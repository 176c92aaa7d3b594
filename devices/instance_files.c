// SPDX-License-Identifier: MIT
/* Lock and removal of an instance's directory. */
#define _GNU_SOURCE
#include "instance_files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE (PATH_MAX + 32)

int instance_files_open(const char *dir, int flags)
{
	char path[PATH_SIZE];
	int fd;

	snprintf(path, sizeof(path), "%s/" INSTANCE_LOCK, dir);
	fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
	return fd < 0 ? -errno : fd;
}

int instance_files_lock(const char *dir, int fd)
{
	char path[PATH_SIZE];
	struct stat a, b;

	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? 0 : -errno;
	snprintf(path, sizeof(path), "%s/" INSTANCE_LOCK, dir);
	if (fstat(fd, &a) < 0 || lstat(path, &b) < 0)
		return -ENOENT;
	return a.st_dev == b.st_dev && a.st_ino == b.st_ino ? 1 : -ENOENT;
}

void instance_files_remove(const char *dir)
{
	static const char *const names[] = { INSTANCE_CONTROL, INSTANCE_GDB, INSTANCE_LOCK };
	char path[PATH_SIZE], *slash;

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	rmdir(dir);
	snprintf(path, sizeof(path), "%s", dir);
	slash = strrchr(path, '/');
	if (slash)
		*slash = 0;
	rmdir(path);
}

bool instance_files_clean(const char *dir)
{
	int fd = instance_files_open(dir, 0), r;

	if (fd < 0) {
		if (fd == -ENOENT) /* its maker died at once, or has not come further yet */
			instance_files_remove(dir);
		return false;
	}
	r = instance_files_lock(dir, fd);
	if (r == 1)
		instance_files_remove(dir);
	close(fd);
	return r == 0;
}
