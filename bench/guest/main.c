/* SPDX-License-Identifier: MIT */
/*
 * Guest micro-benchmark: the same static binary runs native, under User-Mode Linux and under
 * l4ux. Prints `micro NAME NANOSECONDS`, one line per repetition; systems.py collects them.
 *
 *     micro [REPETITIONS [SCALE-PERCENT [NAME...]]]
 */
#define _GNU_SOURCE
#include "micro.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *self;

double now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e9 + now.tv_nsec;
}

_Noreturn void die(const char *what)
{
	perror(what);
	_exit(1);
}

void reap(pid_t child)
{
	int status;

	if (child < 0 || waitpid(child, &status, 0) != child || status)
		die("a child failed");
}

char *map_pages(long n)
{
	char *p = mmap(NULL, n * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		die("mmap");
	/* One fault per page everywhere: a native kernel must not use huge pages here. */
	madvise(p, n * PAGE, MADV_NOHUGEPAGE);
	return p;
}

const char *neighbour(const char *name)
{
	static char path[512];
	const char *slash = strrchr(self, '/');

	snprintf(path, sizeof(path), "%.*s%s", slash ? (int)(slash + 1 - self) : 0, self, name);
	return path;
}

static bool wanted(const char *name, int n, char **names)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(name, names[i]))
			return true;
	return n == 0;
}

static void measure(const struct bench *b, long repetitions, long scale)
{
	long n = b->count * scale / 100;

	for (long r = 0; r < repetitions; r++) {
		double ns = b->run(n > 0 ? n : 1);

		if (ns < 0)
			printf("micro %s skipped\n", b->name);
		else
			printf("micro %s %.1f\n", b->name, ns);
		fflush(stdout);
	}
}

int main(int argc, char **argv)
{
	static const struct bench *const tables[] = { call_benches,    process_benches,
						      memory_benches,  message_benches,
						      file_benches,    job_benches,
						      quantum_benches, NULL };

	if (argc > 1 && !strcmp(argv[1], "exit"))
		return 0;
	long repetitions = argc > 1 ? strtol(argv[1], NULL, 0) : 3;
	long scale = argc > 2 ? strtol(argv[2], NULL, 0) : 100;
	int names = argc > 3 ? argc - 3 : 0;

	self = argv[0];
	for (int t = 0; tables[t]; t++)
		for (const struct bench *b = tables[t]; b->name; b++)
			if (wanted(b->name, names, argv + 3))
				measure(b, repetitions, scale);
	return 0;
}
