/* SPDX-License-Identifier: MIT */
/*
 * The floors below a microkernel made of host processes, on one CPU: what a bare ptrace round trip
 * costs, and a bare futex round trip between two processes. examples/pingpong is read against
 * these. Prints `floor NAME NANOSECONDS CYCLES` as `min`, `median` lines.
 *
 *     floor [CPU]
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#define BATCH 1000
#define BATCHES 40

struct cost {
	double ns, cycles;
};

static struct cost samples[BATCHES];
static struct timespec start_time;
static unsigned long long start_cycles;

static _Noreturn void die(const char *what)
{
	perror(what);
	exit(1);
}

static void begin(void)
{
	clock_gettime(CLOCK_MONOTONIC, &start_time);
	start_cycles = __rdtsc();
}

static void end(int batch)
{
	unsigned long long cycles = __rdtsc() - start_cycles;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	samples[batch].cycles = (double)cycles / BATCH;
	samples[batch].ns = ((now.tv_sec - start_time.tv_sec) * 1e9 +
			     (now.tv_nsec - start_time.tv_nsec)) /
			    BATCH;
}

static int compare(const void *a, const void *b)
{
	double left = ((const struct cost *)a)->ns, right = ((const struct cost *)b)->ns;

	return (left > right) - (left < right);
}

static void report(const char *name)
{
	qsort(samples, BATCHES, sizeof(samples[0]), compare);
	printf("floor %s min %.0f ns %.0f cycles median %.0f ns %.0f cycles\n", name, samples[0].ns,
	       samples[0].cycles, samples[BATCHES / 2].ns, samples[BATCHES / 2].cycles);
}

static pid_t start_child(void)
{
	pid_t child = fork();

	if (child < 0)
		die("fork");
	if (!child)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return child;
}

/* A child that makes system calls without end; each one stops and is replaced by nothing. */
static void floor_ptrace(void)
{
	struct user_regs_struct regs;
	pid_t child = start_child();
	int status;

	if (!child) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		for (;;)
			syscall(SYS_getpid);
	}
	if (waitpid(child, &status, 0) != child)
		die("waitpid");
	for (int batch = 0; batch < BATCHES; batch++) {
		begin();
		for (int i = 0; i < BATCH; i++) {
			if (ptrace(PTRACE_SYSEMU, child, NULL, NULL))
				die("PTRACE_SYSEMU");
			if (waitpid(child, &status, __WALL) != child || !WIFSTOPPED(status))
				die("waitpid");
			if (ptrace(PTRACE_GETREGS, child, NULL, &regs))
				die("PTRACE_GETREGS");
			regs.rax = (unsigned long long)i;
			if (ptrace(PTRACE_SETREGS, child, NULL, &regs))
				die("PTRACE_SETREGS");
		}
		end(batch);
	}
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	report("ptrace");
}

static void futex_wait(int *word, int value)
{
	while (__atomic_load_n(word, __ATOMIC_ACQUIRE) == value)
		if (syscall(SYS_futex, word, FUTEX_WAIT, value, NULL, NULL, 0) && errno != EAGAIN &&
		    errno != EINTR)
			die("FUTEX_WAIT");
}

static void futex_post(int *word, int value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
	syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* Two processes take turns over one word of shared memory. */
static void floor_futex(void)
{
	int *turn = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t child;

	if (turn == MAP_FAILED)
		die("mmap");
	child = start_child();
	if (!child)
		for (;;) {
			futex_wait(turn, 0);
			futex_post(turn, 0);
		}
	for (int batch = 0; batch < BATCHES; batch++) {
		begin();
		for (int i = 0; i < BATCH; i++) {
			futex_post(turn, 1);
			futex_wait(turn, 1);
		}
		end(batch);
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	report("futex");
}

static void floor_getpid(void)
{
	for (int batch = 0; batch < BATCHES; batch++) {
		begin();
		for (int i = 0; i < BATCH; i++)
			syscall(SYS_getpid);
		end(batch);
	}
	report("getpid");
}

int main(int argc, char **argv)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(argc > 1 ? (int)strtol(argv[1], NULL, 0) : sched_getcpu(), &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		die("pin to one CPU");
	floor_getpid();
	floor_ptrace();
	floor_futex();
	return 0;
}
