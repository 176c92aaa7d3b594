// SPDX-License-Identifier: MIT
/* One case: this command again as a child process, its input and output, its end. */
#define _GNU_SOURCE
#include "../../ux-kernel/host/fork.h"
#include "../../ux-kernel/host/report.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define GRACE_NS 10000000000ULL /* for the system to notice its own time-out, and to save things */
#define OWN_WORDS 4

uint64_t test_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

/* Subcommand, what every test adds, then the rest as the file says. */
static char **arguments(const struct test_case *t, const char *directory, unsigned number)
{
	char **argv = calloc(t->words + OWN_WORDS + t->screens + 1, sizeof(*argv));
	unsigned n = 0;

	if (!argv)
		return NULL;
	argv[n++] = t->boot[0];
	if (asprintf(&argv[n++], "--name=test-%d-%u", getpid(), number) < 0 ||
	    asprintf(&argv[n++], "--timeout=%lluns", (unsigned long long)t->timeout_ns) < 0 ||
	    asprintf(&argv[n++], "--dump=%s", directory) < 0)
		return NULL;
	for (unsigned i = 0; i < t->screens; i++) {
		argv[n] = screen_option(&t->screen[i], directory, i);
		if (!argv[n++])
			return NULL;
	}
	memcpy(argv + n, t->boot + 1, (t->words - 1) * sizeof(*argv));
	return argv;
}

static bool sends(const struct test_case *t)
{
	for (unsigned i = 0; i < t->steps; i++)
		if (t->step[i].kind == STEP_SEND)
			return true;
	return false;
}

static void child_main(const struct test_case *t, char **argv, const int fd[3])
{
	char exe[PATH_MAX], dir[PATH_MAX], **full;
	unsigned count = 0;
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	while (argv[count])
		count++;
	full = calloc(count + 2, sizeof(*full));
	if (n < 0 || !full)
		_exit(70);
	exe[n] = 0;
	full[0] = exe;
	memcpy(full + 1, argv, count * sizeof(*full));
	/* Who is sent nothing has no input, rather than one that stays silent for ever. */
	for (int i = 0; i < 3; i++)
		dup2(i || sends(t) ? fd[i] : open("/dev/null", O_RDONLY), i);
	snprintf(dir, sizeof(dir), "%s", t->file);
	if (chdir(dirname(dir)) < 0)
		_exit(70);
	execv(exe, full);
	_exit(70);
}

static int open_pipes(int child[3], int own[3])
{
	int p[2];

	for (int i = 0; i < 3; i++)
		child[i] = own[i] = -1;
	for (int i = 0; i < 3; i++) {
		if (pipe2(p, O_CLOEXEC) < 0)
			return -errno;
		child[i] = p[i ? 1 : 0];
		own[i] = p[i ? 0 : 1];
		if (fcntl(own[i], F_SETFL, O_NONBLOCK) < 0)
			return -errno;
	}
	return 0;
}

static void close_all(int fd[3])
{
	for (int i = 0; i < 3; i++) {
		if (fd[i] >= 0)
			close(fd[i]);
		fd[i] = -1;
	}
}

int test_run_start(struct test_run *r, const struct test_case *t, const char *bundles,
		   unsigned number)
{
	int child[3], own[3], e;
	char **argv;

	*r = (struct test_run){ .test = t, .in = -1, .out = -1, .err = -1 };
	r->directory = bundle_make(bundles, t);
	argv = r->directory ? arguments(t, r->directory, number) : NULL;
	if (!argv)
		return r->directory ? -ENOMEM : -EIO;
	e = open_pipes(child, own);
	if (!e) {
		r->pid = fork_bound(SIGTERM);
		if (!r->pid)
			child_main(t, argv, child);
		if (r->pid < 0) {
			e = -errno;
			r->pid = 0;
		}
	}
	for (unsigned i = 1; i < OWN_WORDS + t->screens; i++)
		free(argv[i]);
	free(argv);
	close_all(child);
	if (e) {
		close_all(own);
		report_error("cannot start %s: %s", t->name, report_errno(-e));
		return e;
	}
	r->in = own[0];
	r->out = own[1];
	r->err = own[2];
	r->start = test_now();
	r->deadline = r->start + t->timeout_ns + GRACE_NS;
	watch_advance(&r->watch, t, &r->console, false, &r->input);
	return 0;
}

unsigned test_run_poll(struct test_run *r, struct pollfd *p)
{
	p[0] = (struct pollfd){ r->out, POLLIN, 0 };
	p[1] = (struct pollfd){ r->err, POLLIN, 0 };
	p[2] = (struct pollfd){ r->input.len ? r->in : -1, POLLOUT, 0 };
	return 3;
}

static void terminate(struct test_run *r, int sig)
{
	r->terminated = true;
	kill(r->pid, sig);
}

/* Reads what there is. Lines end as on a terminal: the carriage returns go. */
static void receive(struct test_run *r, int *fd, struct buffer *b)
{
	char buf[65536];
	ssize_t n = read(*fd, buf, sizeof(buf));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		close(*fd);
		*fd = -1;
		return;
	}
	if (r->overflow)
		return;
	for (ssize_t i = 0, from = 0; i <= n; i++)
		if (i == n || buf[i] == '\r') {
			r->overflow |= !buffer_add(b, buf + from, i - from);
			from = i + 1;
		}
	if (r->overflow || b->len > TEST_OUTPUT_MAX) {
		r->overflow = true;
		terminate(r, SIGTERM);
	}
}

static void transmit(struct test_run *r)
{
	ssize_t n = write(r->in, r->input.data, r->input.len);

	if (n > 0) {
		memmove(r->input.data, r->input.data + n, r->input.len - n);
		r->input.len -= n;
	} else if (n < 0 && errno != EAGAIN && errno != EINTR) {
		r->input.len = 0; /* it does not listen any more; its end will tell */
	}
}

void test_run_serve(struct test_run *r, const struct pollfd *p, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (!p[i].revents || p[i].fd < 0)
			continue;
		if (p[i].fd == r->out)
			receive(r, &r->out, &r->console);
		else if (p[i].fd == r->err)
			receive(r, &r->err, &r->messages);
		else
			transmit(r);
	}
	watch_advance(&r->watch, r->test, &r->console, false, &r->input);
	if (r->test->stop && r->watch.next == r->test->steps && !r->terminated)
		terminate(r, SIGTERM);
}

bool test_run_over(struct test_run *r, uint64_t now)
{
	if (now >= r->deadline && !r->hung) {
		r->hung = true;
		terminate(r, SIGKILL);
	}
	if (r->out >= 0 || r->err >= 0) {
		/* A process that survives holds the pipes: the end counts all the same. */
		if (!r->hung || waitpid(r->pid, &r->result.status, WNOHANG) != r->pid)
			return false;
	} else if (waitpid(r->pid, &r->result.status, WNOHANG) != r->pid) {
		return false;
	}
	r->pid = 0;
	r->result.ns = now - r->start;
	watch_advance(&r->watch, r->test, &r->console, true, &r->input);
	verdict(r);
	return true;
}

void test_run_free(struct test_run *r)
{
	int fd[3] = { r->in, r->out, r->err };

	close_all(fd);
	r->in = r->out = r->err = -1;
	free(r->input.data);
	r->input = (struct buffer){ 0 };
}
