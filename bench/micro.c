/* SPDX-License-Identifier: MIT */
/*
 * Guest micro-benchmark: the same static binary runs native, under User-Mode Linux and under
 * l4ux. Prints `micro NAME NANOSECONDS`, one line per repetition; run.py collects them.
 *
 *     micro [REPETITIONS [SCALE-PERCENT [NAME]]]
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096

static char self[256], tiny[280];

static double now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e9 + now.tv_nsec;
}

static _Noreturn void die(const char *what)
{
	perror(what);
	_exit(1);
}

static void reap(pid_t child)
{
	int status;

	if (child < 0 || waitpid(child, &status, 0) != child || status)
		die("a child failed");
}

static double bench_getpid(long n)
{
	double start = now_ns();

	for (long i = 0; i < n; i++)
		syscall(SYS_getpid);
	return (now_ns() - start) / n;
}

static double bench_fork(long n)
{
	double start = now_ns();

	for (long i = 0; i < n; i++) {
		pid_t child = fork();

		if (!child)
			_exit(0);
		reap(child);
	}
	return (now_ns() - start) / n;
}

static double exec_many(long n, const char *path, pid_t (*new_process)(void))
{
	double start = now_ns();

	for (long i = 0; i < n; i++) {
		pid_t child = new_process();

		if (!child) {
			execl(path, path, "exit", NULL);
			_exit(127);
		}
		reap(child);
	}
	return (now_ns() - start) / n;
}

static double bench_exec(long n)
{
	return exec_many(n, self, fork);
}

/* A program of three instructions: exec without the C library's start-up (and its CPUIDs). */
static double bench_exec_tiny(long n)
{
	return exec_many(n, tiny, fork);
}

static char *map_pages(long n)
{
	char *p = mmap(NULL, n * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		die("mmap");
	/* One fault per page everywhere: a native kernel must not use huge pages here. */
	madvise(p, n * PAGE, MADV_NOHUGEPAGE);
	return p;
}

static double touch(char *p, long n)
{
	double start = now_ns();

	for (long i = 0; i < n; i++)
		p[i * PAGE] = 1;
	return (now_ns() - start) / n;
}

static double bench_fault(long n)
{
	char *p = map_pages(n);
	double ns = touch(p, n);

	munmap(p, n * PAGE);
	return ns;
}

static double bench_cow(long n)
{
	char *p = map_pages(n);
	double *result = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
			      0);
	double ns;
	pid_t child;

	touch(p, n);
	child = fork();
	if (!child) {
		*result = touch(p, n);
		_exit(0);
	}
	reap(child);
	ns = *result;
	munmap(result, PAGE);
	munmap(p, n * PAGE);
	return ns;
}

static double bench_pipe(long n)
{
	int there[2], back[2];
	double start;
	pid_t child;
	char byte = 0;

	if (pipe(there) || pipe(back))
		die("pipe");
	child = fork();
	if (!child) {
		close(there[1]);
		while (read(there[0], &byte, 1) == 1)
			if (write(back[1], &byte, 1) != 1)
				_exit(1);
		_exit(0);
	}
	close(there[0]);
	close(back[1]);
	start = now_ns();
	for (long i = 0; i < n; i++)
		if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1)
			die("ping-pong");
	start = now_ns() - start;
	close(there[1]);
	close(back[0]);
	reap(child);
	return start / n;
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

static double bench_mprotect(long n)
{
	char *p = map_pages(1);
	double start;

	*p = 1;
	start = now_ns();
	for (long i = 0; i < n; i++) {
		mprotect(p, PAGE, PROT_READ);
		mprotect(p, PAGE, PROT_READ | PROT_WRITE);
		*p = 2;
	}
	start = (now_ns() - start) / n;
	munmap(p, PAGE);
	return start;
}

static const struct {
	const char *name;
	double (*run)(long n);
	long count;
} benches[] = {
	{ "getpid", bench_getpid, 40000 },        { "fork+exit+wait", bench_fork, 200 },
	{ "fork+exec", bench_exec, 60 },          { "fork+exec-tiny", bench_exec_tiny, 100 },
	{ "page-fault", bench_fault, 4000 },      { "cow-fault", bench_cow, 4000 },
	{ "pipe-pingpong", bench_pipe, 4000 },    { "signal", bench_signal, 8000 },
	{ "context-yield", bench_context, 8000 }, { "mprotect-pair", bench_mprotect, 4000 },
};

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "exit"))
		return 0;

	long repetitions = argc > 1 ? strtol(argv[1], NULL, 0) : 3;
	long scale = argc > 2 ? strtol(argv[2], NULL, 0) : 100;
	const char *only = argc > 3 ? argv[3] : NULL;

	/* The tiny program lies next to this one. */
	snprintf(self, sizeof(self), "%s", argv[0]);
	snprintf(tiny, sizeof(tiny), "%.*stiny", (int)(strlen(argv[0]) - strlen("micro")), argv[0]);
	for (size_t i = 0; i < sizeof(benches) / sizeof(benches[0]); i++) {
		if (only && strcmp(only, benches[i].name) != 0)
			continue;
		for (long r = 0; r < repetitions; r++) {
			long n = benches[i].count * scale / 100;

			printf("micro %s %.1f\n", benches[i].name, benches[i].run(n > 0 ? n : 1));
			fflush(stdout);
		}
	}
	return 0;
}
