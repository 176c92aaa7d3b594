/* SPDX-License-Identifier: MIT */
/*
 * A fork whose child cannot outlive the process that made it. Header only: the device processes,
 * which do not link the kernel, use it too.
 */
#ifndef HOST_FORK_H
#define HOST_FORK_H

#include <errno.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * In the child, first of all: send it @signal when @parent ends. A parent that ended before this
 * call would never be reported, and a child that then waits for it, or stops, stays for ever: so
 * it ends here. (prctl(2), PR_SET_PDEATHSIG: the thread that forked counts as the parent.)
 */
static inline void fork_bind(pid_t parent, int signal)
{
	prctl(PR_SET_PDEATHSIG, signal);
	if (getppid() != parent)
		_exit(127);
}

/* fork(2), with the child bound to its parent by @signal. */
static inline pid_t fork_bound(int signal)
{
	pid_t parent = getpid(), pid = fork();

	if (!pid)
		fork_bind(parent, signal);
	return pid;
}

/* Waits until the child @pid is gone, whatever signals come. Its status, as waitpid() has it. */
static inline int fork_wait(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

#endif
