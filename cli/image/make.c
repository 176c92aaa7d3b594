// SPDX-License-Identifier: MIT
/*
 * mmdebstrap collects the packages in a directory, setup.sh changes some files in it, mke2fs makes
 * a file system of it. The last two are hooks of mmdebstrap: only inside its name space do the
 * files have their right owners. The file of the image belongs to nobody there, so the hook finds
 * it as an open descriptor.
 */
#define _GNU_SOURCE
#include "image.h"

#include "../../ux-kernel/host/report.h"
#include "../cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define IMAGE_FD 9
#define IMAGE_FD_TEXT "9"
#define TEXT_MAX 65536
#define SYSTEMD "systemd-sysv,dbus,udev" /* udev tells it that the terminal is there */

void image_word(struct image_words *w, const char *fmt, ...)
{
	va_list ap;

	w->word = reallocarray(w->word, w->count + 2, sizeof(*w->word));
	if (!w->word)
		abort();
	va_start(ap, fmt);
	if (vasprintf(&w->word[w->count++], fmt, ap) < 0)
		abort();
	va_end(ap);
	w->word[w->count] = NULL;
}

/* A small file as a string; NULL after a report. */
static char *read_text(const char *path)
{
	char *text = calloc(1, TEXT_MAX);
	FILE *f = fopen(path, "re");

	if (f && text) {
		size_t n = fread(text, 1, TEXT_MAX - 1, f);

		if (!ferror(f) && n) {
			fclose(f);
			return text;
		}
	}
	report_error("cannot read %s: %s", path, errno ? report_errno(errno) : "it is empty");
	if (f)
		fclose(f);
	free(text);
	return NULL;
}

/* The environment of setup.sh. */
static int tell_setup(const struct image_options *o)
{
	char *key = o->ssh_key ? read_text(o->ssh_key) : strdup("");

	if (!key)
		return EXIT_CANNOT_START;
	key[strcspn(key, "\n")] = 0;
	setenv("L4UX_HOSTNAME", o->hostname, 1);
	setenv("L4UX_AUTOLOGIN", o->autologin ? "1" : "", 1);
	setenv("L4UX_PASSWORD", o->password ? o->password : "", 1);
	setenv("L4UX_SSH_KEY", key, 1);
	free(key);
	return 0;
}

/*
 * What is mounted in the directory at this time (/proc, /sys, /dev) is not part of the system;
 * bound to another place without them, the directory shows what is below.
 */
static const char make_file_system[] =
	"d=$(mktemp -d) && mount --bind \"$1\" \"$d\" && { PATH=$PATH:/usr/sbin:/sbin; "
	"mke2fs -q -F -t ext4 -L " IMAGE_LABEL " -d \"$d\" /proc/self/fd/" IMAGE_FD_TEXT "; e=$?; "
	"umount \"$d\"; rmdir \"$d\"; exit $e; }";

static int words(const struct image_options *o, struct image_words *w)
{
	char *path = data_path("image-setup.sh"), *setup = path ? read_text(path) : NULL;

	if (!setup)
		return EXIT_CANNOT_START;
	image_word(w, "mmdebstrap");
	image_word(w, "--variant=minbase");
	image_word(w, "--format=null");
	image_word(w, "--include=%s,iproute2,e2fsprogs%s%s",
		   o->sysvinit ? "sysvinit-core" : SYSTEMD, o->packages ? "," : "",
		   o->packages ? o->packages : "");
	image_word(w, "--customize-hook=%s", setup);
	image_word(w, "--customize-hook=%s", make_file_system);
	if (!o->mirror)
		image_host_settings(w);
	image_word(w, "%s", o->suite);
	image_word(w, "/dev/null"); /* its own target: the hooks have made ours */
	if (o->mirror) {
		image_word(w, "%s", o->mirror);
	} else if (!image_host_sources(w)) {
		report_error(
			"this host has no package sources in /etc/apt; name one with --mirror");
		return EXIT_UNAVAILABLE;
	}
	return 0;
}

/* The new image, next to where it will be, so that a failure leaves nothing. */
static int create(const struct image_options *o, char **temporary)
{
	int fd;

	if (asprintf(temporary, "%s.XXXXXX", o->output) < 0)
		return -ENOMEM;
	fd = mkostemp(*temporary, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	/* Whoever mke2fs is in the name space may open the descriptor. */
	if (ftruncate(fd, o->size) < 0 || fchmod(fd, 0666) < 0) {
		int e = -errno;

		close(fd);
		unlink(*temporary);
		return e;
	}
	return fd;
}

static int run(char **argv, int fd)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		dup2(fd, IMAGE_FD);
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (pid < 0)
		return -errno;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static int finish(const struct image_options *o, int fd, const char *temporary)
{
	mode_t mask = umask(0);

	umask(mask);
	if (fchmod(fd, 0666 & ~mask) < 0 || fsync(fd) < 0 || rename(temporary, o->output) < 0) {
		report_error("cannot keep the image as %s: %s", o->output, report_errno(errno));
		return EXIT_CANNOT_START;
	}
	report_result("made %s; start it with: l4ux linux --gui --disk=%s --net=user", o->output,
		      o->output);
	return 0;
}

int image_make(const struct image_options *o)
{
	struct image_words w = { 0 };
	char *temporary = NULL;
	int e = tell_setup(o), fd;

	if (!e)
		e = words(o, &w);
	if (e)
		return e;
	fd = create(o, &temporary);
	if (fd < 0) {
		report_error("cannot make the image %s: %s", o->output, report_errno(-fd));
		return EXIT_CANNOT_START;
	}
	e = run(w.word, fd);
	if (!e)
		return finish(o, fd, temporary);
	unlink(temporary);
	report_error("mmdebstrap could not make the image; what it says is above");
	return EXIT_CANNOT_START;
}
