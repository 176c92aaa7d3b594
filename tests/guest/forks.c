/* SPDX-License-Identifier: MIT */
/* Fork storms: many one after the other, many at once, trees, each with memory of its own. */
#define _GNU_SOURCE
#include "check.h"

#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS (64 * 1024)
#define MAX_CHILDREN 128

static unsigned int *words;

/* Write a pattern of one's own over inherited memory, be preempted, find it unchanged. */
static int scribble(unsigned int seed)
{
	for (int i = 0; i < WORDS; i += 256)
		if (words[i] != 0xabcd0000u + i)
			return 1;
	for (int i = 0; i < WORDS; i += 256)
		words[i] = seed * 2654435761u + i;
	sched_yield();
	for (int i = 0; i < WORDS; i += 256)
		if (words[i] != seed * 2654435761u + i)
			return 2;
	return 0;
}

static void test_sequence(int n)
{
	for (int i = 0; i < n; i++) {
		pid_t child = CHECK_OK(fork());

		if (!child)
			_exit(i & 0x7f);
		if (!CHECK_EXIT(child, i & 0x7f))
			return;
	}
}

static void test_parallel(int n)
{
	pid_t children[MAX_CHILDREN];

	for (int i = 0; i < n; i++) {
		children[i] = CHECK_OK(fork());
		if (!children[i]) {
			usleep(rand() % 20000);
			_exit(scribble(i + 1));
		}
	}
	for (int i = 0; i < n; i++)
		CHECK_EXIT(children[i], 0);
	CHECK_EQ(scribble(0), 0);
	for (int i = 0; i < WORDS; i++)
		words[i] = 0xabcd0000u + i;
}

/* Every process of a tree adds its children's counts and its own one. */
static int tree(int depth, int width)
{
	int total = 1, status;
	pid_t children[MAX_CHILDREN];

	if (!depth)
		return total;
	for (int i = 0; i < width; i++) {
		children[i] = fork();
		if (children[i] < 0)
			_exit(255);
		if (!children[i])
			_exit(tree(depth - 1, width));
	}
	for (int i = 0; i < width; i++) {
		if (waitpid(children[i], &status, 0) != children[i] || !WIFEXITED(status))
			_exit(254);
		total += WEXITSTATUS(status);
	}
	return total;
}

/* Children die by signals while they are being born. */
static void test_killed(int n)
{
	pid_t child;

	for (int i = 0; i < n; i++) {
		child = CHECK_OK(fork());
		if (!child) {
			for (;;)
				words[rand() % WORDS]++;
		}
		if (i & 1)
			sched_yield();
		kill(child, SIGKILL);
		CHECK_KILLED(child, SIGKILL);
	}
}

int main(void)
{
	check_start("forks");
	words = mmap(NULL, WORDS * sizeof(*words), PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (int i = 0; i < WORDS; i++)
		words[i] = 0xabcd0000u + i;
	test_sequence(500);
	test_parallel(100);
	CHECK_EQ(tree(3, 4), 1 + 4 + 16 + 64);
	test_killed(100);
	CHECK_ERRNO(waitpid(-1, NULL, 0), ECHILD);
	return check_done();
}
