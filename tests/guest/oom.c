/* SPDX-License-Identifier: MIT */
/*
 * Memory pressure: a process takes all there is. The OOM killer ends that one, not its innocent
 * brother, not the test; memory is back afterwards, and the next ones meet the same end.
 */
#define _GNU_SOURCE
#include "check.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#define STEP (1ul << 20)

static size_t free_bytes(void)
{
	struct sysinfo info;

	CHECK_OK(sysinfo(&info));
	return info.freeram * info.mem_unit;
}

static void eat_everything(void)
{
	for (;;) {
		char *p = mmap(NULL, STEP, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

		if (p == MAP_FAILED)
			_exit(3);
		memset(p, 0x5a, STEP);
	}
}

/* A process that holds some memory and looks after it until it is told to end. */
static pid_t start_brother(int *control)
{
	int pipes[2];
	pid_t child;

	CHECK_OK(pipe(pipes));
	child = CHECK_OK(fork());
	if (!child) {
		unsigned char *p = mmap(NULL, 8 * STEP, PROT_READ | PROT_WRITE,
					MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		size_t wrong = 0;
		char byte;

		close(pipes[1]);
		for (size_t i = 0; i < 8 * STEP; i += 512)
			p[i] = (unsigned char)(i >> 12);
		CHECK_EQ(read(pipes[0], &byte, 1), 0);
		for (size_t i = 0; i < 8 * STEP; i += 512)
			wrong += p[i] != (unsigned char)(i >> 12);
		CHECK_EQ(wrong, 0);
		check_child_exit();
	}
	close(pipes[0]);
	*control = pipes[1];
	return child;
}

int main(void)
{
	size_t before = free_bytes();
	int control;
	pid_t brother, child;

	check_start("oom");
	if (before > 1ul << 30)
		check_skip("more than 1 GB of free memory: this would take long");
	brother = start_brother(&control);
	for (int i = 0; i < 3; i++) {
		child = CHECK_OK(fork());
		if (!child)
			eat_everything();
		CHECK_KILLED(child, SIGKILL);
		CHECK_EQ(waitpid(brother, NULL, WNOHANG), 0);
	}
	close(control);
	CHECK_EXIT(brother, 0);
	CHECK_RANGE(free_bytes(), before * 0.8, before * 1.2);
	return check_done();
}
