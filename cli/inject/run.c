// SPDX-License-Identifier: MIT
/*
 * A run is a child of ours that has everything that does not depend on the run: the command line
 * is parsed, files are found. Its output goes to memory files that are emptied and used again.
 */
#define _GNU_SOURCE
#include "run.h"

#include "../../ux-kernel/core/arch.h"
#include "../../ux-kernel/core/timer.h"
#include "../../ux-kernel/host/fork.h"
#include "../../ux-kernel/host/stop.h"
#include "../../ux-kernel/host/vtime.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define GRACE_MS 10000
#define ADVANCE_LEAST 4U /* kernel entries that are worth it */
#define DISTANCE 2U      /* before the one in which a fault strikes */

/* Shared with the child. */
struct counters {
	uint64_t entries, fired, begun, seen[CAMPAIGN_FAULTS];
};

static int out_fd = -1, err_fd = -1, null_fd = -1;
static struct counters *counters;

int run_init(void)
{
	out_fd = memfd_create("l4ux-out", MFD_CLOEXEC);
	err_fd = memfd_create("l4ux-err", MFD_CLOEXEC);
	null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	counters = mmap(NULL, sizeof(*counters), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			-1, 0);
	return out_fd < 0 || err_fd < 0 || null_fd < 0 || counters == MAP_FAILED ? -errno : 0;
}

static struct fault_plan own[CAMPAIGN_FAULTS];
static unsigned owned;

static void redirect(void)
{
	setpgid(0, 0); /* Ctrl-C ends the campaign in order: this run is not to be cut short */
	dup2(null_fd, STDIN_FILENO);
	dup2(out_fd, STDOUT_FILENO);
	dup2(err_fd, STDERR_FILENO);
}

static _Noreturn void child_end(int status)
{
	counters->entries = fault_entries();
	for (unsigned i = 0; i < owned; i++) {
		counters->seen[i] = own[i].seen;
		counters->fired += own[i].fired;
		if (own[i].seen && own[i].begun < counters->begun)
			counters->begun = own[i].begun;
	}
	_exit(status);
}

static _Noreturn void child_main(const struct kernel_config *system, const struct fault_plan *plans,
				 unsigned count, const struct run_limits *limits)
{
	struct kernel_config c = *system;

	redirect();
	memcpy(own, plans, count * sizeof(own[0]));
	owned = count;
	c.fault = own;
	c.faults = count;
	c.watchdog = limits->watchdog;
	c.timeout_ns = limits->timeout_ns;
	c.debug = (struct debug_plan){ .hidden = true };
	child_end(kernel_run(&c));
}

static uint64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000ULL + t.tv_nsec / 1000;
}

/* Its exit status, -1 when it crashed, or hung in spite of its own limit of time. */
static int wait_end(pid_t pid, uint64_t timeout_ns)
{
	struct pollfd p = { .fd = syscall(SYS_pidfd_open, pid, 0), .events = POLLIN };
	int status, ms = (int)(timeout_ns / 1000000) + GRACE_MS, n;

	do
		n = poll(&p, 1, p.fd < 0 ? 0 : ms);
	while (n < 0 && errno == EINTR);
	if (p.fd >= 0 && n == 0)
		kill(pid, SIGKILL);
	if (p.fd >= 0)
		close(p.fd);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* What a memory file holds, with a NUL behind it. NULL: out of memory. */
static char *take(int fd, size_t *len)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *buf = malloc(size + 1);
	ssize_t n = buf ? pread(fd, buf, size, 0) : 0;

	*len = n > 0 ? n : 0;
	if (buf)
		buf[*len] = 0;
	return buf;
}

/* The first line, which is about the fault, without "l4ux: "; the last one when it crashed. */
static void describe(struct run_record *r, char *text)
{
	static const char prefix[] = "l4ux: ";
	char *line = text, *end, *last;
	size_t len = strlen(text);

	if (len && text[len - 1] == '\n')
		text[--len] = 0;
	last = strrchr(text, '\n');
	if (r->ending.status < 0 && last)
		line = last + 1;
	if (!strncmp(line, prefix, strlen(prefix)))
		line += strlen(prefix);
	end = strchrnul(line, '\n');
	snprintf(r->detail, sizeof(r->detail), "%.*s", (int)(end - line), line);
	for (char *s = r->detail; *s; s++) /* names are the guest's: anything may be in them */
		if (*s < ' ' || *s > '~')
			*s = '?';
}

char *run_output(size_t *len)
{
	return take(out_fd, len);
}

/* Cuts what the last run has written. */
static int cut(int fd, off_t len)
{
	return ftruncate(fd, len) < 0 || lseek(fd, len, SEEK_SET) < 0 ? -errno : 0;
}

static int prepare(off_t output)
{
	*counters = (struct counters){ .begun = UINT64_MAX };
	return cut(out_fd, output) < 0 || cut(err_fd, 0) < 0 ? -errno : 0;
}

static int finish(pid_t pid, uint64_t begin, uint64_t timeout_ns, struct run_record *r)
{
	size_t len;
	char *err;

	*r = (struct run_record){ .ending.status = wait_end(pid, timeout_ns) };
	r->host_us = now_us() - begin;
	r->entries = counters->entries;
	r->fired = counters->fired;
	r->begun = counters->begun;
	memcpy(r->seen, counters->seen, sizeof(r->seen));
	r->ending.output = take(out_fd, &r->ending.len);
	err = take(err_fd, &len);
	if (r->ending.output && err)
		describe(r, err);
	else
		free(r->ending.output);
	free(err);
	return err && r->ending.output ? 0 : -ENOMEM;
}

int run_system(const struct kernel_config *system, const struct fault_plan *plans, unsigned count,
	       const struct run_limits *limits, struct run_record *r)
{
	uint64_t begin = now_us();
	pid_t pid;

	if (prepare(0) < 0)
		return -errno;
	pid = fork_bound(SIGKILL);
	if (!pid)
		child_main(system, plans, count, limits);
	return pid < 0 ? -errno : finish(pid, begin, limits->timeout_ns, r);
}

/* A system that waits at its checkpoint, in this process. */
static struct {
	struct kernel_config system;
	const struct run_limits *limits;
	void (*f)(void *arg);
	void *arg;
	struct checkpoint at;
	off_t output; /* bytes it has written so far */
	bool possible, is_branch, goes_on;
} trunk;

/* Nothing has happened yet that a fault could strike; no timeout runs, which would not wait. */
static bool can_branch(void)
{
	for (unsigned i = 0; i < owned; i++)
		if (own[i].seen)
			return false;
	return vtime_on() || timer_next() == ARCH_TIMER_NEVER;
}

static void reached(void *arg)
{
	(void)arg;
	trunk.at.entries = UINT64_MAX;
	trunk.output = lseek(out_fd, 0, SEEK_END);
	trunk.possible = (trunk.goes_on || can_branch()) && !checkpoint_save();
	trunk.goes_on = false;
	if (trunk.possible)
		trunk.f(trunk.arg);
	if (!trunk.is_branch && !trunk.goes_on)
		arch_shutdown(0);
}

bool run_advance(uint64_t entry)
{
	/* In real time what was is no guide to what will be. */
	if (!vtime_on() || entry < fault_entries() + ADVANCE_LEAST + DISTANCE)
		return false;
	checkpoint_forget();
	cut(out_fd, trunk.output);
	trunk.at.entries = entry - DISTANCE;
	trunk.goes_on = true;
	return true;
}

int run_branch(const struct fault_plan *plan, unsigned kind, struct run_record *r)
{
	uint64_t begin = now_us(), seen = own[kind].seen;
	pid_t pid;

	if (seen >= plan->first) /* the system is not what it was */
		return -EAGAIN;
	if (prepare(trunk.output) < 0)
		return -errno;
	pid = fork_bound(SIGKILL);
	if (pid)
		return pid < 0 ? -errno : finish(pid, begin, trunk.limits->timeout_ns, r);
	redirect();
	trunk.is_branch = true;
	trunk.system.timeout_ns = trunk.limits->timeout_ns;
	fault_stop();
	own[0] = *plan;
	owned = 1;
	if (checkpoint_fork(&trunk.system) < 0)
		_exit(STOP_INTERNAL);
	fault_arm(&own[0]);
	own[0].seen = seen;
	fault_limit(trunk.limits->watchdog.entries, STOP_TIMEOUT);
	watchdog_start(&trunk.limits->watchdog);
	return 1;
}

int run_checkpoint(const struct kernel_config *system, const struct campaign *c,
		   const struct run_limits *limits, void (*f)(void *arg), void *arg)
{
	int saved = dup(STDOUT_FILENO), null = dup(STDIN_FILENO), status;

	if (!limits->checkpoint || system->devices)
		return -EAGAIN;
	trunk.limits = limits;
	trunk.f = f;
	trunk.arg = arg;
	owned = run_count(c, own);
	trunk.system = *system;
	trunk.system.debug = (struct debug_plan){ .hidden = true };
	trunk.system.fault = own;
	trunk.system.faults = owned;
	trunk.at = (struct checkpoint){ limits->checkpoint, reached, NULL };
	trunk.system.checkpoint = &trunk.at;
	cut(out_fd, 0);
	dup2(out_fd, STDOUT_FILENO);
	dup2(null_fd, STDIN_FILENO);
	status = kernel_run(&trunk.system);
	if (trunk.is_branch)
		child_end(status);
	dup2(saved, STDOUT_FILENO);
	dup2(null, STDIN_FILENO);
	close(saved);
	close(null);
	return trunk.possible ? 0 : -EAGAIN;
}

unsigned run_count(const struct campaign *c, struct fault_plan *plans)
{
	for (unsigned i = 0; i < c->faults; i++) {
		plans[i] = c->fault[i].plan;
		plans[i].first = 1;
		plans[i].last = UINT64_MAX;
		plans[i].dry = true;
	}
	return c->faults;
}
