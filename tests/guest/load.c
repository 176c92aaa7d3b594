/* SPDX-License-Identifier: MIT */
/*
 * Mixed load for the soak test: load [SECONDS]. Workers run side by side, each checks what it does:
 * shell pipelines as a build makes them, pipes, signals, files, memory up to the OOM killer. Tells
 * its counts as it goes, so that a stall shows.
 */
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

enum worker { BUILD, PIPES, SIGNALS, FILES, MEMORY, WORKERS };

static const char *const names[] = { "builds", "pipes", "signals", "files", "memory" };
static volatile unsigned long *counts;
static double end;

/* A shell pipeline of several processes; its result must be the same every time. */
static void build(void)
{
	static const char script[] = "seq 300 | sed s/7/seven/ | sort -r | grep -v 13 | "
				     "awk '{ n += length($1) } END { print n }'";
	char first[32] = "";
	FILE *stream = popen(script, "r");

	if (!stream || !fgets(first, sizeof(first), stream) || pclose(stream))
		check_die("pipeline");
	CHECK_STR(first, "978\n");
	for (int i = 0; i < 20; i++) {
		pid_t child = CHECK_OK(vfork());

		if (!child) {
			execl("/proc/self/exe", "load", "nothing", NULL);
			_exit(127);
		}
		CHECK_EXIT(child, 42);
	}
}

static void pipes(void)
{
	unsigned char buffer[4096];
	int fds[2];
	unsigned int sum = 0;
	ssize_t n;

	CHECK_OK(pipe(fds));
	pid_t child = CHECK_OK(fork());

	if (!child) {
		for (int i = 0; i < 64; i++) {
			memset(buffer, i, sizeof(buffer));
			if (write(fds[1], buffer, sizeof(buffer)) != sizeof(buffer))
				_exit(1);
		}
		_exit(0);
	}
	close(fds[1]);
	while ((n = read(fds[0], buffer, sizeof(buffer))) > 0)
		for (ssize_t i = 0; i < n; i++)
			sum += buffer[i];
	CHECK_EQ(sum, 4096 * 63 * 64 / 2);
	close(fds[0]);
	CHECK_EXIT(child, 0);
}

/* Each side answers with a queued signal that carries the next number. */
static void signals(void)
{
	union sigval value = { .sival_int = 0 };
	siginfo_t info;
	sigset_t set, old;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, &old);
	pid_t parent = getpid(), child = CHECK_OK(fork());

	if (!child) {
		while (sigwaitinfo(&set, &info) == SIGRTMIN && info.si_value.sival_int < 1000) {
			value.sival_int = info.si_value.sival_int + 1;
			sigqueue(parent, SIGRTMIN, value);
		}
		_exit(0);
	}
	for (int i = 0; i < 1000; i += 2) {
		value.sival_int = i;
		CHECK_OK(sigqueue(child, SIGRTMIN, value));
		CHECK_EQ(sigwaitinfo(&set, &info), SIGRTMIN);
		CHECK_EQ(info.si_value.sival_int, i + 1);
	}
	value.sival_int = 1000;
	CHECK_OK(sigqueue(child, SIGRTMIN, value));
	CHECK_EXIT(child, 0);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

static void files(void)
{
	char name[64], block[1024];

	for (int i = 0; i < 50; i++) {
		snprintf(name, sizeof(name), "/tmp/load-%d", i);
		int fd = CHECK_OK(open(name, O_RDWR | O_CREAT | O_TRUNC, 0600));

		memset(block, i, sizeof(block));
		CHECK_EQ(write(fd, block, sizeof(block)), sizeof(block));
		char *p = mmap(NULL, sizeof(block), PROT_READ, MAP_SHARED, fd, 0);

		CHECK_MEM(p, block, sizeof(block));
		munmap(p, sizeof(block));
		close(fd);
		CHECK_OK(unlink(name));
	}
}

/* Takes memory until somebody puts an end to it. */
static void eat(void)
{
	for (;;) {
		void *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			       -1, 0);

		memset(p, 1, 1 << 20);
	}
}

/* First most of the memory, checked; then more than there is: that process, and only it, dies. */
static void memory(void)
{
	struct sysinfo info;
	size_t size;

	CHECK_OK(sysinfo(&info));
	size = info.freeram * info.mem_unit / 2;
	pid_t child = CHECK_OK(fork());

	if (!child) {
		char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			       0);

		for (size_t i = 0; i < size; i += 4096)
			*(size_t *)(p + i) = i * 3;
		for (size_t i = 0; i < size; i += 4096)
			if (*(size_t *)(p + i) != i * 3)
				_exit(1);
		_exit(0);
	}
	CHECK_EXIT(child, 0);
	child = CHECK_OK(fork());
	if (!child)
		eat();
	CHECK_KILLED(child, SIGKILL);
	usleep(2000000);
}

static void (*const work[])(void) = { build, pipes, signals, files, memory };

static pid_t start(enum worker which)
{
	pid_t child = CHECK_OK(fork());

	if (child)
		return child;
	while (check_now() < end) {
		work[which]();
		counts[which]++;
	}
	check_child_exit();
}

static void tell(void)
{
	check_note("%.0f s left: %lu %s, %lu %s, %lu %s, %lu %s, %lu %s", end - check_now(),
		   counts[0], names[0], counts[1], names[1], counts[2], names[2], counts[3],
		   names[3], counts[4], names[4]);
}

int main(int argc, char **argv)
{
	double seconds = argc > 1 ? atof(argv[1]) : 10;
	pid_t children[WORKERS];

	if (argc > 1 && !strcmp(argv[1], "nothing"))
		return 42;
	check_start("load");
	counts = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	end = check_now() + seconds;
	for (int i = 0; i < WORKERS; i++)
		children[i] = start(i);
	while (check_now() + 10 < end) {
		usleep(10000000);
		tell();
	}
	for (int i = 0; i < WORKERS; i++) {
		CHECK_EXIT(children[i], 0);
		if (!CHECK(counts[i] > 0))
			check_note("no %s were done", names[i]);
	}
	tell();
	return check_done();
}
