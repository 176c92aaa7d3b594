// SPDX-License-Identifier: MIT
/* Starting device processes. */
#define _GNU_SOURCE
#include "spawn.h"

#include "fork.h"
#include "pin.h"
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#define FDS_MAX 10
#define FIRST_FD 3
#define FD_ASIDE (FIRST_FD + FDS_MAX) /* low, for hosts with a low limit */

/* From @first on all but @keep. Hosts before Linux 5.9 have no call for it. */
static void close_from(int first, int keep)
{
	if (!close_range(first, keep - 1, 0) && !close_range(keep + 1, ~0U, 0))
		return;
	for (int fd = first; fd < 1024; fd++)
		if (fd != keep)
			close(fd);
}

/* Between fork and exec. The pipe reports a failed exec and closes itself on success. */
static void child_main(const char *program, const char *arg, const int *fds, unsigned count,
		       enum spawn_kind kind, int report_fd)
{
	int high[FDS_MAX], e;
	sigset_t none;

	report_fd = fcntl(report_fd, F_DUPFD_CLOEXEC, FD_ASIDE);
	for (unsigned i = 0; i < count; i++)
		high[i] = fcntl(fds[i], F_DUPFD, FD_ASIDE);
	for (unsigned i = 0; i < count; i++)
		dup2(high[i], FIRST_FD + i);
	close_from(FIRST_FD + count, report_fd);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (kind == SPAWN_EMULATOR) {
		/* It cleans up after us when the terminal's signals end us, from its exec on. */
		signal(SIGHUP, SIG_IGN);
		signal(SIGINT, SIG_IGN);
		signal(SIGQUIT, SIG_IGN);
	} else {
		setpgid(0, 0); /* the terminal's signals are for the kernel process */
	}
	if (kind == SPAWN_APART)
		pin_away();
	execl(program, program, arg, NULL);
	e = errno;
	if (write(report_fd, &e, sizeof(e)) < 0)
		_exit(126);
	_exit(127);
}

int spawn_begin(struct spawn *s, const char *program, const char *arg, const int *fds,
		unsigned count, enum spawn_kind kind)
{
	int report[2], e;

	*s = (struct spawn){ .program = program, .report = -1 };
	if (count > FDS_MAX || pipe2(report, O_CLOEXEC) < 0)
		return -EMFILE;
	s->pid = kind == SPAWN_EMULATOR ? fork() : fork_bound(SIGKILL);
	if (!s->pid)
		child_main(program, arg, fds, count, kind, report[1]);
	e = s->pid < 0 ? -errno : 0;
	close(report[1]);
	if (e) {
		close(report[0]);
		report_error("cannot start the device process %s: %s", program, report_errno(-e));
	}
	s->report = e ? -1 : report[0];
	return e;
}

pid_t spawn_end(struct spawn *s)
{
	ssize_t n;
	int e = 0;

	while ((n = read(s->report, &e, sizeof(e))) < 0 && errno == EINTR)
		;
	if (n == sizeof(e))
		fork_wait(s->pid);
	close(s->report);
	s->report = -1;
	if (!e)
		return s->pid;
	report_error("cannot start the device process %s: %s", s->program, report_errno(e));
	return -e;
}

pid_t spawn_process(const char *program, const char *arg, const int *fds, unsigned count,
		    enum spawn_kind kind)
{
	struct spawn s;
	int e = spawn_begin(&s, program, arg, fds, count, kind);

	return e ? e : spawn_end(&s);
}
