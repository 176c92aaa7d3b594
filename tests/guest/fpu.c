/* SPDX-License-Identifier: MIT */
/*
 * Vector and x87 state under preemption: several processes, and several threads of one process,
 * each keeps its own pattern in all registers for seconds, spinning or making system calls.
 */
#define _GNU_SOURCE
#include "fpu.h"
#include "check.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES 3
#define THREADS 3

static double end;

static long hold_until_end(unsigned int seed, const char *who)
{
	struct fpu_state want, got;
	char name[64];
	long rounds = 0;

	snprintf(name, sizeof(name), "%s %u", who, seed);
	fpu_fill(&want, seed);
	while (check_now() < end) {
		fpu_hold(&want, &got, 20000000, FPU_SPIN);
		if (!fpu_check(&got, &want, name))
			break;
		/* Between two system calls others run and leave their values behind. */
		fpu_hold(&want, &got, 50, SYS_sched_yield);
		if (!fpu_check(&got, &want, name))
			break;
		rounds++;
	}
	return rounds;
}

static void *thread(void *arg)
{
	unsigned int seed = (unsigned int)(uintptr_t)arg;

	CHECK(hold_until_end(seed, "thread") > 3);
	return NULL;
}

static void threads(unsigned int seed)
{
	pthread_t threads[THREADS];

	for (unsigned int i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, thread, (void *)(uintptr_t)(seed + i)),
			 0);
	for (unsigned int i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_join(threads[i], NULL), 0);
}

/* Preemption must have happened, or the test has shown nothing. */
static long preemptions(void)
{
	struct rusage own, children;

	getrusage(RUSAGE_SELF, &own);
	getrusage(RUSAGE_CHILDREN, &children);
	return own.ru_nivcsw + children.ru_nivcsw;
}

int main(int argc, char **argv)
{
	double seconds = argc > 1 ? atof(argv[1]) : 4;
	pid_t children[PROCESSES + 1];

	check_start("fpu");
	check_note("state: %s", fpu_kind());
	end = check_now() + seconds;
	for (unsigned int i = 0; i < PROCESSES; i++) {
		children[i] = CHECK_OK(fork());
		if (!children[i]) {
			CHECK(hold_until_end(i + 1, "process") > 3);
			check_child_exit();
		}
	}
	children[PROCESSES] = CHECK_OK(fork());
	if (!children[PROCESSES]) {
		threads(100);
		check_child_exit();
	}
	for (int i = 0; i <= PROCESSES; i++)
		CHECK_EXIT(children[i], 0);
	check_note("%ld preemptions", preemptions());
	CHECK(preemptions() > 50);
	return check_done();
}
