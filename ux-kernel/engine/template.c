// SPDX-License-Identifier: MIT
/* Exec of the template under ptrace. */
#define _GNU_SOURCE
#include "template.h"

#include "../host/fork.h"
#include "../host/report.h"
#include "../host/vtime.h"
#include "inject.h"
#include "stub.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRACE_OPTIONS \
	(PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK)
#define FD_IMAGE (STUB_FD_CODE + STUB_FDS)
#define FD_ASIDE \
	(FD_IMAGE + 1) /* first descriptor out of the way; low, for hosts with a low limit */

extern const char task_image[];
extern const uint64_t task_image_size;

/* A child between fork and exec: only async-signal-safe calls, descriptors moved out of the way. */
static void child_main(const int fds[STUB_FDS], bool has_listeners, int image_fd)
{
	char name[] = "l4ux-task", no_counter[] = "virtual", no_listener[] = "user";
	char *second = has_listeners ? no_listener : vtime_on() ? no_counter : NULL;
	char *image_argv[] = { name, second, has_listeners ? no_listener : NULL, NULL };
	int high[STUB_FDS + 1];
	const struct rlimit no_core = { 0, 0 };
	sigset_t none;

	for (int i = 0; i <= STUB_FDS; i++)
		high[i] = fcntl(i < STUB_FDS ? fds[i] : image_fd, F_DUPFD, FD_ASIDE);
	/* One that does not exist leaves a gap. */
	for (int i = 0; i < STUB_FDS; i++)
		if (dup2(high[i], STUB_FD_CODE + i) < 0)
			close(STUB_FD_CODE + i);
	dup2(high[STUB_FDS], FD_IMAGE);
	fcntl(FD_IMAGE, F_SETFD, FD_CLOEXEC);
	for (int fd = 0; fd < STUB_FD_CODE; fd++)
		close(fd);
	if (syscall(SYS_close_range, FD_IMAGE + 1, ~0U, 0) < 0)
		for (int fd = FD_IMAGE + 1; fd < 65536; fd++)
			close(fd);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setrlimit(RLIMIT_CORE, &no_core);
	setpgid(0, 0);  /* the terminal's signals are for the kernel process */
	raise(SIGSTOP); /* the kernel attaches here */
	syscall(SYS_execveat, FD_IMAGE, "", image_argv, image_argv + 3, AT_EMPTY_PATH);
	_exit(127);
}

static int image_file(void)
{
	int fd = memfd_create("l4ux-task", MFD_CLOEXEC);
	size_t len = task_image_size;

	if (fd >= 0 && write(fd, task_image, len) != (ssize_t)len) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Takes what the image leaves in eax. */
static void take_listener(pid_t pid, struct template_listener *l)
{
	struct user_regs_struct h;
	int pidfd;

	l->fd = -ESRCH;
	if (ptrace(PTRACE_GETREGS, pid, 0, &h) < 0)
		return;
	l->fd = l->there = (int)h.rax;
	if (l->there < 0)
		return;
	pidfd = syscall(SYS_pidfd_open, pid, 0);
	l->fd = pidfd < 0 ? -1 : syscall(SYS_pidfd_getfd, pidfd, l->there, 0);
	if (l->fd < 0)
		l->fd = -errno;
	if (pidfd >= 0)
		close(pidfd);
}

/* Lets the child exec and run to its int3. 0, or the errno the image reports. */
static int run_to_stub(pid_t pid)
{
	int status;

	kill(pid, SIGCONT);
	for (;;) {
		status = inject_wait(pid);
		if (status < 0)
			return -ESRCH;
		if (WSTOPSIG(status) == SIGILL) {
			struct user_regs_struct h = { 0 };

			ptrace(PTRACE_GETREGS, pid, 0, &h);
			return -(int)h.rax;
		}
		if (WSTOPSIG(status) == SIGTRAP && !(status >> 16)) {
			siginfo_t si;

			/* Exec reports itself with a SIGTRAP too, sent by kill(). */
			if (!ptrace(PTRACE_GETSIGINFO, pid, 0, &si) && si.si_code == SI_KERNEL)
				return 0;
		}
		ptrace(PTRACE_CONT, pid, 0, 0);
	}
}

static int attach(pid_t pid)
{
	int status;

	pid_t r;

	do /* the IRQ emulator may be speaking already */
		r = waitpid(pid, &status, WUNTRACED);
	while (r < 0 && errno == EINTR);
	if (r != pid || !WIFSTOPPED(status))
		return -ESRCH;
	return ptrace(PTRACE_SEIZE, pid, 0, TRACE_OPTIONS) < 0 ? -errno : 0;
}

pid_t template_start(const int fds[STUB_FDS], bool has_listeners,
		     struct template_listener *listener)
{
	int image_fd = image_file(), e;
	pid_t pid;

	if (image_fd < 0) {
		e = -errno;
		report_error("cannot create the task image: %s", report_errno(-e));
		return e;
	}
	pid = fork_bound(SIGKILL);
	if (pid < 0) {
		e = -errno;
		report_error("cannot fork: %s", report_errno(-e));
		return e;
	}
	if (!pid)
		child_main(fds, has_listeners, image_fd);
	close(image_fd);
	e = attach(pid);
	if (e == -EPERM || e == -EACCES || e == -ENOSYS) {
		report_error(
			"this process may not ptrace its children (%s); in a container allow the "
			"ptrace system call (docker: --cap-add=SYS_PTRACE), elsewhere set "
			"kernel.yama.ptrace_scope below 3; 'l4ux doctor' tells more",
			report_errno(-e));
	} else if (!e) {
		e = run_to_stub(pid);
		if (e == -ESRCH)
			report_error("the first task process ended while it was set up: the host's "
				     "limits (ulimit -a) may be too low");
		else if (e)
			report_error("the first task process cannot set itself up (%s): the host "
				     "must allow the seccomp system call",
				     report_errno(-e));
	}
	if (!e) {
		take_listener(pid, listener);
		return pid;
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, __WALL);
	return e;
}

int template_empty(struct hthread *h)
{
	unsigned n = 0;
	int e;

	inject_ops->op[n++] = (struct stub_op){ SYS_munmap, { 0, STUB_CODE } };
	inject_ops->op[n++] = (struct stub_op){ SYS_munmap,
						{ STUB_END, 0x7ffffffff000 - STUB_END } };
	e = inject_run(h, n);
	if (e)
		report_error("cannot empty the template process: %s", report_errno(-e));
	return e;
}

int template_close_listener(struct hthread *h, const struct template_listener *l)
{
	if (l->there < 0)
		return 0;
	inject_ops->op[0] = (struct stub_op){ SYS_close, { l->there } };
	return inject_run(h, 1);
}
