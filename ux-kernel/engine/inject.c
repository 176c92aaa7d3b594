// SPDX-License-Identifier: MIT
/* Runs the stub in a task process. */
#define _GNU_SOURCE
#include "inject.h"

#include "direct.h"
#include "fpu.h"
#include "proc.h"
#include "regs.h"
#include "turn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096

struct stub_ops *inject_ops;

#define OPS_FILE_SIZE (PAGE + STUB_TURNS_SIZE + PAGE)

/* A sealed memory file of @size bytes that begins with @init. */
static int page_file(const char *name, size_t size, const void *init, size_t len, int extra_seals)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)size) < 0 || (len && pwrite(fd, init, len, 0) != (ssize_t)len) ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL | extra_seals) < 0) {
		int e = -errno;

		close(fd);
		return e;
	}
	return fd;
}

int inject_init(int *code_fd, int *ops_fd)
{
	void *p;

	*code_fd = page_file("l4ux-stub", PAGE, stub_code, stub_code_size, F_SEAL_WRITE);
	*ops_fd = page_file("l4ux-ops", OPS_FILE_SIZE, NULL, 0, 0);
	if (*code_fd < 0)
		return *code_fd;
	if (*ops_fd < 0)
		return *ops_fd;
	p = mmap(NULL, OPS_FILE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, *ops_fd, 0);
	if (p == MAP_FAILED)
		return -errno;
	inject_ops = p;
	turn_init((char *)p + PAGE);
	direct_init((unsigned char *)p + PAGE + STUB_TURNS_SIZE, PAGE);
	return 0;
}

char inject_state(pid_t tid)
{
	char path[32], stat[64], *state;
	int fd;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, stat, sizeof(stat) - 1);
	close(fd);
	stat[n > 0 ? n : 0] = 0;
	state = strrchr(stat, ')');
	return state && state[1] == ' ' ? state[2] : 0;
}

int inject_wait(pid_t tid)
{
	int status;
	pid_t r;

	/* A process killed from outside: its leader is not waitable before its other threads. */
	do
		r = waitpid(tid, &status, __WALL);
	while (r < 0 && errno == EINTR && inject_state(tid) != 'Z');
	return r == tid && WIFSTOPPED(status) ? status : -1;
}

bool inject_is_own_stop(int status)
{
	int sig = WSTOPSIG(status);

	return status >> 16 ? status >> 16 != PTRACE_EVENT_STOP
			    : sig == SIGTRAP || sig == SIGILL || sig == SIGSEGV || sig == SIGSYS;
}

/*
 * Waits until the stub traps. An interrupt that was on its way stops the thread in between; the
 * SIGIO handler has noted its cause, so going on loses nothing. So do signals that somebody sends
 * to the process; they are dropped.
 */
static int wait_for_trap(pid_t tid)
{
	int status = inject_wait(tid);

	while (status >= 0 && !inject_is_own_stop(status)) {
		if (ptrace(PTRACE_CONT, tid, 0, 0) < 0)
			return -1;
		status = inject_wait(tid);
	}
	return status;
}

int inject_start_stopped(pid_t tid)
{
	return regs_set_stub(tid, STUB_RUN) < 0 || ptrace(PTRACE_CONT, tid, 0, 0) < 0 ? -ESRCH : 0;
}

/* Has @h run the first @n operations and trap. */
static int start(struct hthread *h, unsigned n)
{
	inject_ops->count = n;
	inject_ops->turn = inject_ops->result = 0;
	if (h != proc_leader(h->proc) || !h->proc->turn.waits)
		return inject_start_stopped(h->tid);
	turn_wake_to_stop(h->proc);
	return 0;
}

int inject_run(struct hthread *h, unsigned n)
{
	int status, e = 0;

	if (h == proc_leader(h->proc) && turn_has(h->proc))
		return turn_run(h->proc, n);
	if (start(h, n) < 0)
		return -ESRCH;
	status = wait_for_trap(h->tid);
	for (int again = 0; again < 2 && status >= 0 && WSTOPSIG(status) == SIGSEGV; again++) {
		/*
		 * Once: a fault of the program that an interrupt had overtaken; it will come again.
		 * Twice: the program keeps its memory from the stub with a protection key.
		 */
		if ((again && fpu_set_traced(h->tid, fpu_initial()) < 0) || start(h, n) < 0)
			return -ESRCH;
		status = wait_for_trap(h->tid);
	}
	if (status < 0)
		e = -ESRCH;
	else if (WSTOPSIG(status) != SIGTRAP)
		e = regs_get_result(h->tid);
	/* The page is readable for every task: leave nothing of this one in it. */
	memset(inject_ops, 0, STUB_OPS_FIRST + n * sizeof(struct stub_op));
	return e;
}

pid_t inject_clone(struct hthread *h, unsigned long flags)
{
	unsigned long tid = 0;
	int status;

	inject_ops->op[0] = (struct stub_op){ SYS_clone, { flags } };
	if (start(h, 1) < 0)
		return -ESRCH;
	status = wait_for_trap(h->tid);
	if (status < 0)
		return -ESRCH;
	if (!(status >> 16)) /* no event: no clone */
		return regs_get_result(h->tid);
	if (ptrace(PTRACE_GETEVENTMSG, h->tid, 0, &tid) < 0)
		return -ESRCH;
	if (inject_wait(tid) < 0 || ptrace(PTRACE_CONT, h->tid, 0, 0) < 0 ||
	    wait_for_trap(h->tid) < 0)
		return -ESRCH;
	return tid;
}
