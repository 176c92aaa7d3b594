// SPDX-License-Identifier: MIT
/* Serial lines of the command line. */
#define _GNU_SOURCE
#include "serial.h"

#include "../devices/serial.h"
#include "../ux-kernel/host/report.h"
#include "cli.h"
#include "standard_io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

static const char *made[DEVICES_MAX]; /* links and sockets, removed at the end */
static unsigned makings;

static void clean(void)
{
	while (makings)
		unlink(made[--makings]);
}

static void clean_later(const char *path)
{
	if (makings || !atexit(clean))
		made[makings++] = path;
}

static int failed(const char *what, const char *path)
{
	report_error("cannot %s %s: %s", what, path, report_errno(errno));
	return EXIT_CANNOT_START;
}

/* A pipe or terminal opened once more in place of @fd: it never makes its writer wait. */
static int own_file(int fd, int how)
{
	char path[32];
	struct stat st;
	int own = -1;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (!fstat(fd, &st) && (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode)))
		own = open(path, how | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (own < 0)
		return fd;
	close(fd);
	return own;
}

static int open_stdio(struct device_plan *plan)
{
	int e;

	if (isatty(STDIN_FILENO))
		return usage_error("stdio: standard input is a terminal, which belongs to "
				   "the console; use pty, or redirect it");
	e = standard_io_take("--serial", plan->fd);
	if (e)
		return e;
	plan->flags = SERIAL_STREAM;
	plan->fd[0] = own_file(plan->fd[0], O_RDONLY);
	plan->fd[1] = own_file(plan->fd[1], O_WRONLY);
	plan->fds = 2;
	return 0;
}

/* The other end, before anybody uses it: no echo, every byte as it is; then hung up. */
static int prepare_slave(const char *name)
{
	int fd = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios t;

	if (fd < 0 || tcgetattr(fd, &t) < 0)
		return -1;
	cfmakeraw(&t);
	if (tcsetattr(fd, TCSANOW, &t) < 0)
		return -1;
	return close(fd);
}

static int make_link(const char *path, const char *target)
{
	struct stat st;

	if (!lstat(path, &st) && S_ISLNK(st.st_mode)) /* left by one that was killed */
		unlink(path);
	if (symlink(target, path) < 0)
		return failed("make the link", path);
	clean_later(path);
	return 0;
}

static int open_pty(struct device_plan *plan, char *words)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	int opened = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	const char *word = strsep(&words, ",");
	char name[64];

	if (words || (word && (strncmp(word, "link=", 5) != 0 || !word[5])))
		return usage_error("pty takes nothing but ,link=PATH");
	if (fd < 0 || opened < 0 || grantpt(fd) < 0 || unlockpt(fd) < 0 ||
	    ptsname_r(fd, name, sizeof(name)) || prepare_slave(name) < 0 ||
	    inotify_add_watch(opened, name, IN_OPEN) < 0)
		return failed("make", "a pseudo terminal");
	plan->flags = SERIAL_PTY;
	plan->fd[0] = fd;
	plan->fd[1] = opened;
	plan->fds = 2;
	report_result("the serial line is %s", name);
	return word ? make_link(word + 5, name) : 0;
}

static int open_file(struct device_plan *plan, const char *path)
{
	struct stat st;

	plan->flags = SERIAL_STREAM;
	plan->fd[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	plan->fd[1] = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NONBLOCK,
			   0600);
	plan->fds = 2;
	if (plan->fd[0] < 0 || plan->fd[1] < 0 || fstat(plan->fd[1], &st) < 0)
		return failed("open", path);
	if (!S_ISREG(st.st_mode)) /* what somebody has read cannot be taken back */
		return 0;
	plan->flags |= SERIAL_FILE;
	plan->can_return = true;
	return 0;
}

/* A socket nobody listens on any more is in the way. A file refuses connections, too. */
static bool is_left_over(const struct sockaddr_un *a)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct stat st;
	bool dead = fd >= 0 && !lstat(a->sun_path, &st) && S_ISSOCK(st.st_mode) &&
		    connect(fd, (const struct sockaddr *)a, sizeof(*a)) < 0 &&
		    errno == ECONNREFUSED;

	close(fd);
	return dead;
}

static int open_socket(struct device_plan *plan, const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mode_t mask;

	if (strlen(path) >= sizeof(a.sun_path)) {
		errno = ENAMETOOLONG;
		return failed("make the socket", path);
	}
	memcpy(a.sun_path, path, strlen(path));
	if (is_left_over(&a))
		unlink(path);
	mask = umask(0077);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 || listen(fd, 1) < 0)
		return failed("make the socket", path);
	umask(mask);
	clean_later(path);
	plan->flags = SERIAL_LISTEN;
	plan->fd[0] = fd;
	plan->fds = 1;
	return 0;
}

static int open_null(struct device_plan *plan)
{
	plan->flags = SERIAL_NULL;
	plan->can_return = true;
	return 0;
}

static int open_kind(struct device_plan *plan, char *kind)
{
	*plan = (struct device_plan){
		.program = data_path("serial-device"),
		.name = kind,
		.kind = "serial",
		.keep = sizeof(struct serial_keep),
		.can_save = true,
		.loss = "a few bytes may come twice, or not at all",
	};
	if (!plan->program)
		return EXIT_CANNOT_START;
	if (!strcmp(kind, "stdio"))
		return open_stdio(plan);
	if (!strcmp(kind, "null"))
		return open_null(plan);
	if (!strcmp(kind, "pty"))
		return open_pty(plan, NULL);
	if (!strncmp(kind, "pty,", 4))
		return open_pty(plan, kind + 4);
	if (!strncmp(kind, "file:", 5) && kind[5])
		return open_file(plan, kind + 5);
	if (!strncmp(kind, "unix:", 5) && kind[5])
		return open_socket(plan, kind + 5);
	return usage_error("'%s' is no kind of serial line; there are stdio, pty, pty,link=PATH, "
			   "file:PATH, unix:PATH and null",
			   kind);
}

int serial_add(struct device_plan *plan, char *option, unsigned number)
{
	char *end;
	unsigned long n = strtoul(option, &end, 10);
	int e;

	if (end == option || *end != ':')
		return usage_error("--serial=%s: write N:KIND, for example 1:pty", option);
	if (n != number)
		return usage_error(
			"--serial=%s: lines are numbered 1, 2, ... in this order; this one "
			"is %u",
			option, number);
	e = open_kind(plan, end + 1);
	snprintf(plan->label, sizeof(plan->label), "hvc%u", number);
	return e;
}
