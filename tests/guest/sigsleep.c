/* SPDX-License-Identifier: MIT */
/*
 * A signal frame whose writing sleeps: its stack is to be read from the disk /dev/vda. Meanwhile
 * another thread of the process runs, and Linux saves the vector registers of the one that sleeps.
 */
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#define PAGE 4096UL
#define STACK (16 * PAGE)
#define SW_BYTES 464
#define MAGIC1 0x46505853u
#define TIMES 20

static char *stack;
static uintptr_t area;
static uint32_t magic;
static atomic_bool done;

static void look(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)info;
	area = (uintptr_t)((ucontext_t *)context)->uc_mcontext.fpregs;
	memcpy(&magic, (char *)area + SW_BYTES, sizeof(magic));
}

static void *compute(void *unused)
{
	while (!done)
		;
	return unused;
}

static void use_stack(size_t size)
{
	CHECK_OK(sigaltstack(&(stack_t){ .ss_sp = stack, .ss_size = size }, NULL));
}

/* What is above @from is to be read anew. */
static void forget(int fd, uintptr_t from)
{
	CHECK_OK(madvise((void *)from, (uintptr_t)stack + STACK - from, MADV_DONTNEED));
	CHECK_EQ(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED), 0);
}

int main(void)
{
	struct sigaction action = { .sa_sigaction = look, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	int fd = open("/dev/vda", O_RDONLY);
	size_t size = STACK;
	pthread_t other;

	check_start("sigsleep");
	if (fd < 0)
		check_skip("there is no disk");
	stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	CHECK(stack != MAP_FAILED);
	CHECK_OK(sigaction(SIGUSR1, &action, NULL));
	use_stack(size);
	raise(SIGUSR1);
	/* So that a page ends within the vector state, before its magic number. */
	size -= (area + SW_BYTES - 16) % PAGE;
	use_stack(size);
	CHECK_EQ(pthread_create(&other, NULL, compute, NULL), 0);
	for (int i = 0; i < TIMES; i++) {
		raise(SIGUSR1); /* the lower part is there */
		forget(fd, area + SW_BYTES - 16);
		magic = 0;
		raise(SIGUSR1);
		CHECK_EQ((area + SW_BYTES - 16) % PAGE, 0);
		CHECK_EQ(magic, MAGIC1);
	}
	done = true;
	CHECK_EQ(pthread_join(other, NULL), 0);
	return check_done();
}
