// SPDX-License-Identifier: MIT
/* Sockets of instances, reached through the descriptor of their directory: its path may be long. */
#define _GNU_SOURCE
#include "instance.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 64

static int open_socket(const struct instance *i, const char *name, struct sockaddr_un *a, int *dir)
{
	int fd;

	*dir = open(i->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*dir < 0)
		return -errno;
	*a = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(a->sun_path, sizeof(a->sun_path), "/proc/self/fd/%d/%s", *dir, name);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0)
		return fd;
	fd = -errno;
	close(*dir);
	return fd;
}

/* Closes what is not needed; @result of the last call, negative for a failure. */
static int finish(int fd, int dir, int result)
{
	int e = result < 0 ? -errno : fd;

	close(dir);
	if (result < 0)
		close(fd);
	return e;
}

int instance_listen(const struct instance *i, const char *name)
{
	struct sockaddr_un a;
	int dir, fd = open_socket(i, name, &a, &dir), r;

	if (fd < 0)
		return fd;
	unlinkat(dir, name, 0); /* left by one that was killed */
	r = bind(fd, (struct sockaddr *)&a, sizeof(a));
	return finish(fd, dir, r < 0 ? r : listen(fd, BACKLOG));
}

int instance_connect(const struct instance *i, const char *name)
{
	struct sockaddr_un a;
	int dir, fd = open_socket(i, name, &a, &dir);

	if (fd < 0)
		return fd;
	return finish(fd, dir, connect(fd, (struct sockaddr *)&a, sizeof(a)));
}
