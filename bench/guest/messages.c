/* SPDX-License-Identifier: MIT */
/* One process and another, or itself: pipe, socket, signal, context switch. */
#define _GNU_SOURCE
#include "micro.h"

#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* One byte there and one back, n times; the child answers on its ends. */
static double ping_pong(long n, int out, int in, int child_in, int child_out)
{
	double start;
	pid_t child;
	char byte = 0;

	child = fork();
	if (!child) {
		close(out);
		while (read(child_in, &byte, 1) == 1)
			if (write(child_out, &byte, 1) != 1)
				_exit(1);
		_exit(0);
	}
	if (child_in != in)
		close(child_in);
	close(child_out);
	start = now_ns();
	for (long i = 0; i < n; i++)
		if (write(out, &byte, 1) != 1 || read(in, &byte, 1) != 1)
			die("ping-pong");
	start = now_ns() - start;
	close(out);
	if (in != out)
		close(in);
	reap(child);
	return start / n;
}

static double bench_pipe(long n)
{
	int there[2], back[2];

	if (pipe(there) || pipe(back))
		die("pipe");
	return ping_pong(n, there[1], back[0], there[0], back[1]);
}

static double bench_socket(long n)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		die("socketpair");
	return ping_pong(n, pair[0], pair[0], pair[1], pair[1]);
}

static volatile long signals;

static void on_signal(int signal)
{
	(void)signal;
	signals++;
}

static double bench_signal(long n)
{
	pid_t pid = getpid();
	double start;

	signal(SIGUSR1, on_signal);
	start = now_ns();
	for (long i = 0; i < n; i++)
		syscall(SYS_tgkill, pid, pid, SIGUSR1);
	if (signals < n)
		die("signals were lost");
	signals = 0;
	return (now_ns() - start) / n;
}

static double bench_context(long n)
{
	double start;
	pid_t child = fork();

	if (!child)
		for (;;)
			sched_yield();
	for (long i = 0; i < 100; i++)
		sched_yield();
	start = now_ns();
	for (long i = 0; i < n; i++)
		sched_yield();
	start = (now_ns() - start) / n;
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return start;
}

const struct bench message_benches[] = {
	{ "pipe-pingpong", bench_pipe, 4000 },
	{ "socket-pingpong", bench_socket, 4000 },
	{ "signal", bench_signal, 8000 },
	{ "context-yield", bench_context, 8000 },
	{ 0 },
};
