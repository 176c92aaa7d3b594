// SPDX-License-Identifier: MIT
/*
 * Instance directories. Two may start, end and clean up at any time: who holds the lock of a
 * directory, and finds it still in its place, owns the directory.
 */
#define _GNU_SOURCE
#include "instance.h"

#include "../../devices/instance_files.h"
#include "irq_input.h"
#include "report.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BASES 2
#define ATTEMPTS 100 /* each is lost only to somebody who made progress */

static struct instance own;
static int lock_fd = -1;

bool instance_name_ok(const char *name)
{
	bool number = true;

	if (!*name || strlen(name) > INSTANCE_NAME_MAX || *name == '-' || *name == '.')
		return false;
	for (; *name; name++) {
		if (!isalnum((unsigned char)*name) && !strchr("._-", *name))
			return false;
		number &= isdigit((unsigned char)*name) != 0;
	}
	return !number;
}

/* Where instances may be, the preferred place first. false: not this one. */
static bool base_path(unsigned n, char *buf, size_t len)
{
	const char *xdg = getenv("XDG_RUNTIME_DIR");

	if (n == 1)
		return snprintf(buf, len, "/tmp/l4ux-%u", geteuid()) < (int)len;
	return xdg && *xdg == '/' && !access(xdg, R_OK | W_OK | X_OK) &&
	       snprintf(buf, len, "%s/l4ux", xdg) < (int)len;
}

/* Nobody else may have made it, or be able to look into it. */
static int base_check(const char *path)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return -errno;
	return S_ISDIR(st.st_mode) && st.st_uid == geteuid() && !(st.st_mode & 077) ? 0 : -EPERM;
}

static pid_t read_pid(int fd)
{
	char buf[16] = "";

	return pread(fd, buf, sizeof(buf) - 1, 0) > 0 ? (pid_t)strtol(buf, NULL, 10) : 0;
}

/* 1: made; 0: a living system has this name; -EAGAIN: something moved, again. */
static int try_make(const char *base, struct instance *i)
{
	int fd, r;

	if (mkdir(base, 0700) < 0 && errno != EEXIST)
		return -errno;
	r = base_check(base);
	if (r)
		return r == -ENOENT ? -EAGAIN : r;
	if (mkdir(i->path, 0700) < 0 && errno != EEXIST)
		return errno == ENOENT ? -EAGAIN : -errno;
	fd = instance_files_open(i->path, O_CREAT);
	if (fd < 0)
		return fd == -ENOENT ? -EAGAIN : fd;
	r = instance_files_lock(i->path, fd);
	if (!r && !read_pid(fd)) { /* somebody just looks whether it is alive */
		usleep(1000);
		r = -EAGAIN;
	}
	if (r == 1 && (ftruncate(fd, 0) < 0 || dprintf(fd, "%d\n", i->pid) < 0)) {
		r = -errno;
		instance_files_remove(i->path);
	}
	if (r == 1)
		lock_fd = fd;
	else
		close(fd);
	return r == -ENOENT ? -EAGAIN : r;
}

static int make_in(const char *base, const char *name)
{
	int r = -EAGAIN;

	own.pid = getpid();
	if (name)
		snprintf(own.name, sizeof(own.name), "%s", name);
	else
		snprintf(own.name, sizeof(own.name), "%d", own.pid);
	if (snprintf(own.path, sizeof(own.path), "%s/%s", base, own.name) >= (int)sizeof(own.path))
		return -ENAMETOOLONG;
	irq_input_tell_instance(own.path);
	for (unsigned n = 0; n < ATTEMPTS && r == -EAGAIN; n++)
		r = try_make(base, &own);
	return r == 1 ? 0 : r ? r : -EADDRINUSE;
}

int instance_open(const char *name)
{
	char base[PATH_MAX] = "";
	int e = -ENOENT;

	for (unsigned n = 0; n < BASES && e && e != -EADDRINUSE; n++)
		if (base_path(n, base, sizeof(base)))
			e = make_in(base, name);
	if (e == -EADDRINUSE && name)
		report_error("a system with the name %s is running; 'l4ux list' shows it, "
			     "--name=NAME gives this one another",
			     name);
	else if (e && name)
		report_error("cannot make the directory %s: %s", own.path, report_errno(-e));
	return e;
}

const struct instance *instance_own(void)
{
	return lock_fd < 0 ? NULL : &own;
}

void instance_close(void)
{
	if (lock_fd < 0)
		return;
	instance_files_remove(own.path);
	close(lock_fd);
	lock_fd = -1;
}

/* Whether it lives; what is left of a dead one is removed. */
static bool look(struct instance *i)
{
	int fd = instance_files_open(i->path, 0);

	if (fd >= 0) {
		i->pid = read_pid(fd);
		close(fd);
	}
	return instance_files_clean(i->path);
}

static int each_in(const char *base, int (*visit)(const struct instance *i, void *arg), void *arg)
{
	DIR *d = base_check(base) ? NULL : opendir(base);
	const struct dirent *e;
	struct instance i;
	int r = 0;

	while (d && !r && (e = readdir(d))) {
		if (*e->d_name == '.' || strlen(e->d_name) > INSTANCE_NAME_MAX)
			continue;
		i.pid = 0;
		snprintf(i.name, sizeof(i.name), "%.*s", INSTANCE_NAME_MAX, e->d_name);
		if (snprintf(i.path, sizeof(i.path), "%s/%s", base, i.name) < (int)sizeof(i.path) &&
		    look(&i))
			r = visit(&i, arg);
	}
	if (d)
		closedir(d);
	return r;
}

int instance_each(int (*visit)(const struct instance *i, void *arg), void *arg)
{
	char base[PATH_MAX];

	for (unsigned n = 0; n < BASES; n++)
		if (base_path(n, base, sizeof(base)))
			return each_in(base, visit, arg);
	return 0;
}
