/* SPDX-License-Identifier: MIT */
/*
 * Whole jobs: loops of a shell, and a compiler at work. The shell is the busybox of the initial
 * file system; natively it is the one that was copied there. Compiler and source are named by the
 * environment (natively) or lie in /bench/cc, put there by compiler.py.
 */
#define _GNU_SOURCE
#include "micro.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *first_existing(const char *const *paths)
{
	for (; *paths; paths++)
		if (!access(*paths, R_OK))
			return *paths;
	return NULL;
}

static double run(const char *const argv[])
{
	double start = now_ns();
	pid_t child = fork();

	if (!child) {
		execv(argv[0], (char *const *)argv);
		_exit(127);
	}
	reap(child);
	return now_ns() - start;
}

static double shell_loop(long n, const char *body)
{
	static const char *const places[] = { "/bin/busybox", "/usr/bin/busybox",
					      "/usr/lib/busybox/busybox-static", NULL };
	const char *busybox = first_existing(places);
	char script[256];

	if (!busybox)
		return BENCH_SKIPPED;
	snprintf(script, sizeof(script), "i=0; while [ $i -lt %ld ]; do %s; i=$((i+1)); done", n,
		 body);
	return run(
		(const char *[]){ busybox, "sh", "-c", script, "sh", neighbour("dynamic"), NULL });
}

static double bench_commands(long n)
{
	return shell_loop(n, "\"$1\"");
}

static double bench_subshells(long n)
{
	return shell_loop(n, "( : )");
}

static double bench_compile(long n)
{
	const char *compilers[] = { "/bench/cc/cc1", getenv("BENCH_CC1"), NULL };
	const char *sources[] = { "/bench/cc/job.c", getenv("BENCH_JOB"), NULL };
	const char *compiler = first_existing(compilers), *source = first_existing(sources);
	double ns = 0;

	if (!compiler || !source)
		return BENCH_SKIPPED;
	for (long i = 0; i < n; i++)
		ns += run((const char *[]){ compiler, "-quiet", "-fpreprocessed", "-O2", source,
					    "-o", "/dev/null", NULL });
	return ns / n;
}

const struct bench job_benches[] = {
	{ "300-commands", bench_commands, 300 },
	{ "500-subshells", bench_subshells, 500 },
	{ "compile", bench_compile, 1 },
	{ 0 },
};
