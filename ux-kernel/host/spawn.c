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
#include <sys/wait.h>
#include <unistd.h>

#define FDS_MAX 10
#define FIRST_FD 3
#define FD_ASIDE (FIRST_FD + FDS_MAX) /* low, for hosts with a low limit */

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
	for (int fd = FIRST_FD + count; fd < 1024; fd++)
		if (fd != report_fd)
			close(fd);
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

pid_t spawn_process(const char *program, const char *arg, const int *fds, unsigned count,
		    enum spawn_kind kind)
{
	int report[2], e = 0;
	pid_t pid;

	if (count > FDS_MAX || pipe2(report, O_CLOEXEC) < 0)
		return -EMFILE;
	pid = kind == SPAWN_EMULATOR ? fork() : fork_bound(SIGKILL);
	if (!pid)
		child_main(program, arg, fds, count, kind, report[1]);
	close(report[1]);
	if (pid < 0)
		e = errno;
	else if (read(report[0], &e, sizeof(e)) == sizeof(e))
		waitpid(pid, NULL, 0);
	close(report[0]);
	if (!e)
		return pid;
	report_error("cannot start the device process %s: %s", program, report_errno(e));
	return -e;
}
