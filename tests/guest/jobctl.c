/* SPDX-License-Identifier: MIT */
/*
 * Job control on a pseudo terminal: the test types on the master side, a child plays the shell:
 * sessions, process groups, Ctrl-Z, Ctrl-C, continue, background reading, window size.
 */
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int master;

static void type(const char *keys)
{
	CHECK_EQ(write(master, keys, strlen(keys)), strlen(keys));
}

/* Wait until the terminal has shown the text. */
static void await(const char *text)
{
	char seen[4096];
	size_t length = 0;
	struct pollfd poll_in = { .fd = master, .events = POLLIN };

	seen[0] = 0;
	while (!strstr(seen, text)) {
		ssize_t n = 0;

		if (poll(&poll_in, 1, 10000) == 1 && length < sizeof(seen) - 1)
			n = read(master, seen + length, sizeof(seen) - 1 - length);
		if (n <= 0)
			check_die("expected \"%s\" on the terminal, got \"%s\"", text, seen);
		length += n;
		seen[length] = 0;
	}
}

static void say(const char *text)
{
	if (write(1, text, strlen(text)) < 0)
		_exit(9);
}

static pid_t start_job(void (*run)(void))
{
	pid_t job = CHECK_OK(fork());

	if (!job) {
		setpgid(0, 0);
		signal(SIGTTOU, SIG_DFL);
		run();
		_exit(0);
	}
	setpgid(job, job);
	return job;
}

static void run_forever(void)
{
	say("job runs\n");
	for (;;)
		pause();
}

static void run_read(void)
{
	char line[64];
	ssize_t n = read(0, line, sizeof(line) - 1);

	_exit(n == 6 && !memcmp(line, "input\n", 6) ? 5 : 6);
}

static volatile sig_atomic_t winches;

static void on_winch(int signal)
{
	(void)signal;
	winches++;
}

/* The child's part. Its checks go to the real standard output through the saved descriptor. */
static void shell(const char *terminal)
{
	struct winsize size;
	int status, saved = dup(1), tty;
	pid_t job;

	CHECK_OK(setsid());
	tty = CHECK_OK(open(terminal, O_RDWR));
	CHECK_OK(ioctl(tty, TIOCSCTTY, 0));
	dup2(tty, 0);
	dup2(tty, 1);
	signal(SIGTTOU, SIG_IGN);
	CHECK_EQ(getsid(0), getpid());
	CHECK_EQ(tcgetpgrp(0), getpid());

	/* Ctrl-Z stops the foreground job and nobody else. */
	job = start_job(run_forever);
	CHECK_OK(tcsetpgrp(0, job));
	CHECK_EQ(tcgetpgrp(0), job);
	CHECK_EQ(waitpid(-1, &status, WUNTRACED), job);
	CHECK(WIFSTOPPED(status));
	CHECK_EQ(WSTOPSIG(status), SIGTSTP);
	CHECK_OK(tcsetpgrp(0, getpid()));
	CHECK_EQ(waitpid(job, &status, WNOHANG | WUNTRACED), 0);

	/* fg: continue in the foreground, Ctrl-C kills it. */
	CHECK_OK(tcsetpgrp(0, job));
	CHECK_OK(kill(-job, SIGCONT));
	CHECK_EQ(waitpid(job, &status, WCONTINUED), job);
	CHECK(WIFCONTINUED(status));
	say("job continued\n");
	CHECK_KILLED(job, SIGINT);
	CHECK_OK(tcsetpgrp(0, getpid()));

	/* A background job that reads stops with SIGTTIN and reads after fg. */
	job = start_job(run_read);
	CHECK_EQ(waitpid(job, &status, WUNTRACED), job);
	CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTTIN);
	CHECK_OK(tcsetpgrp(0, job));
	CHECK_OK(kill(-job, SIGCONT));
	say("job reads\n");
	CHECK_EXIT(job, 5);
	CHECK_OK(tcsetpgrp(0, getpid()));

	/* The window size travels, with a signal. */
	signal(SIGWINCH, on_winch);
	say("resize\n");
	while (!winches)
		usleep(1000);
	CHECK_OK(ioctl(0, TIOCGWINSZ, &size));
	CHECK_EQ(size.ws_col, 123);
	CHECK_EQ(size.ws_row, 45);
	say("shell ends\n");
	dup2(saved, 1);
	check_child_exit();
}

int main(void)
{
	struct winsize size = { .ws_col = 123, .ws_row = 45 };
	struct termios modes;
	pid_t child;

	check_start("jobctl");
	master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
	if (master < 0 || grantpt(master) || unlockpt(master))
		check_die("open a pseudo terminal");
	/* The terminal stays open here, so that the end of the shell is no hang-up. */
	int slave = CHECK_OK(open(ptsname(master), O_RDWR | O_NOCTTY));

	child = CHECK_OK(fork());
	if (!child)
		shell(ptsname(master));
	await("job runs");
	type("\032");
	await("job continued");
	type("\003");
	await("job reads");
	type("input\n");
	await("resize");
	CHECK_OK(ioctl(master, TIOCSWINSZ, &size));
	await("shell ends");
	CHECK_EXIT(child, 0);
	CHECK_OK(tcgetattr(slave, &modes));
	CHECK(modes.c_lflag & ISIG);
	return check_done();
}
