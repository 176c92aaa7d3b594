// SPDX-License-Identifier: MIT
/*
 * A run is a child of ours that has everything that does not depend on the run: the command line
 * is parsed, files are found. Its output goes to memory files that are emptied and used again.
 */
#define _GNU_SOURCE
#include "run.h"

#include "../../ux-kernel/debug/trace_hash.h"
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

static int out_fd = -1, err_fd = -1, null_fd = -1;
static struct run_counters *counters;

int run_init(void)
{
	out_fd = memfd_create("l4ux-out", MFD_CLOEXEC);
	err_fd = memfd_create("l4ux-err", MFD_CLOEXEC);
	null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	counters = mmap(NULL, sizeof(*counters), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			-1, 0);
	return out_fd < 0 || err_fd < 0 || null_fd < 0 || counters == MAP_FAILED ? -errno : 0;
}

struct run_counters *run_counters(void)
{
	return counters;
}

void run_redirect(void)
{
	setpgid(0, 0); /* Ctrl-C ends the campaign in order: this run is not to be cut short */
	dup2(null_fd, STDIN_FILENO);
	dup2(out_fd, STDOUT_FILENO);
	dup2(err_fd, STDERR_FILENO);
}

void run_note(const struct fault_plan *plans, unsigned count, int status)
{
	uint64_t entries;

	counters->status = status;
	counters->entries = fault_entries();
	counters->trace = vtime_on() ? trace_hash(&entries) : 0;
	for (unsigned i = 0; i < count; i++) {
		counters->seen[i] = plans[i].seen;
		counters->fired += plans[i].fired;
		if (plans[i].seen && plans[i].begun < counters->begun)
			counters->begun = plans[i].begun;
	}
}

static _Noreturn void child_main(const struct kernel_config *system, const struct fault_plan *plans,
				 unsigned count, const struct run_limits *limits)
{
	static struct fault_plan own[CAMPAIGN_FAULTS];
	struct kernel_config c = *system;
	int status;

	run_redirect();
	memcpy(own, plans, count * sizeof(own[0]));
	c.fault = own;
	c.faults = count;
	c.watchdog = limits->watchdog;
	c.timeout_ns = limits->timeout_ns;
	c.debug = (struct debug_plan){ .hidden = true };
	status = kernel_run(&c);
	run_note(own, count, status);
	_exit(status);
}

uint64_t run_now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000ULL + t.tv_nsec / 1000;
}

bool run_await(int fd, uint64_t timeout_ns)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int ms = (int)(timeout_ns / 1000000) + GRACE_MS, n;

	do
		n = poll(&p, 1, ms);
	while (n < 0 && errno == EINTR);
	return n > 0;
}

int run_end(pid_t pid, uint64_t timeout_ns)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0), status;

	if (fd >= 0 && !run_await(fd, timeout_ns))
		kill(pid, SIGKILL);
	if (fd >= 0)
		close(fd);
	status = fork_wait(pid);
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

char *run_messages(size_t *len)
{
	return take(err_fd, len);
}

/* Cuts what the last run has written. */
static int cut(int fd, off_t len)
{
	return ftruncate(fd, len) < 0 || lseek(fd, len, SEEK_SET) < 0 ? -errno : 0;
}

int run_prepare(off_t output)
{
	*counters = (struct run_counters){ .status = -1, .begun = UINT64_MAX };
	return cut(out_fd, output) < 0 || cut(err_fd, 0) < 0 ? -errno : 0;
}

off_t run_output_size(void)
{
	return lseek(out_fd, 0, SEEK_END);
}

int run_finish(int status, uint64_t begin, struct run_record *r)
{
	size_t len;
	char *err;

	*r = (struct run_record){ .ending.status = status };
	r->host_us = run_now_us() - begin;
	r->trace = counters->trace;
	r->reset_us = counters->reset_us;
	r->changed = counters->changed;
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
	uint64_t begin = run_now_us();
	pid_t pid;

	if (run_prepare(0) < 0)
		return -errno;
	pid = fork_bound(SIGKILL);
	if (!pid)
		child_main(system, plans, count, limits);
	return pid < 0 ? -errno : run_finish(run_end(pid, limits->timeout_ns), begin, r);
}

int run_command(const char *const *words, uint64_t timeout_ns, struct run_record *r)
{
	uint64_t begin = run_now_us();
	pid_t pid;

	if (run_prepare(0) < 0)
		return -errno;
	pid = fork_bound(SIGKILL);
	if (!pid) {
		run_redirect();
		execv("/proc/self/exe", (char *const *)words);
		_exit(STOP_CANNOT_START);
	}
	return pid < 0 ? -errno : run_finish(run_end(pid, timeout_ns), begin, r);
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
