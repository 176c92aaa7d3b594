/* SPDX-License-Identifier: MIT */
/* New processes: with the address space copied, shared, and replaced. */
#define _GNU_SOURCE
#include "micro.h"

#include <unistd.h>

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

/* NOLINTBEGIN(clang-analyzer-security.insecureAPI.vfork): what it costs is the question */
static double bench_vfork(long n)
{
	double start = now_ns();

	for (long i = 0; i < n; i++) {
		pid_t child = vfork();

		if (!child)
			_exit(0);
		reap(child);
	}
	return (now_ns() - start) / n;
}

static double bench_vexec_tiny(long n)
{
	const char *path = neighbour("tiny");
	double start = now_ns();

	for (long i = 0; i < n; i++) {
		pid_t child = vfork();

		if (!child) {
			execl(path, path, NULL);
			_exit(127);
		}
		reap(child);
	}
	return (now_ns() - start) / n;
}

/* NOLINTEND(clang-analyzer-security.insecureAPI.vfork) */

static double exec_forked(long n, const char *path)
{
	double start = now_ns();

	for (long i = 0; i < n; i++) {
		pid_t child = fork();

		if (!child) {
			execl(path, path, "exit", NULL);
			_exit(127);
		}
		reap(child);
	}
	return (now_ns() - start) / n;
}

/* A static glibc program: a good part of it is CPUID, which a virtual machine traps. */
static double bench_exec(long n)
{
	return exec_forked(n, neighbour("micro"));
}

static double bench_exec_dynamic(long n)
{
	return exec_forked(n, neighbour("dynamic"));
}

/* A program of three instructions: exec without the C library's start-up (and its CPUIDs). */
static double bench_exec_tiny(long n)
{
	return exec_forked(n, neighbour("tiny"));
}

const struct bench process_benches[] = {
	{ "fork+exit+wait", bench_fork, 200 },
	{ "vfork+exit+wait", bench_vfork, 200 },
	{ "vfork+exec-tiny", bench_vexec_tiny, 100 },
	{ "fork+exec-tiny", bench_exec_tiny, 100 },
	{ "fork+exec", bench_exec, 60 },
	{ "fork+exec-dynamic", bench_exec_dynamic, 40 },
	{ 0 },
};
