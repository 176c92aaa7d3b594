/* SPDX-License-Identifier: MIT */
/* Futexes between processes: wait, wake, value check, timeout, bitsets, requeue, robust death. */
#define _GNU_SOURCE
#include "check.h"

#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct {
	uint32_t word, other, ready, woken;
	pthread_mutex_t mutex;
} * s;

static long futex(uint32_t *word, int op, uint32_t value, void *timeout_or_count, uint32_t *word2,
		  uint32_t value3)
{
	return syscall(SYS_futex, word, op, value, timeout_or_count, word2, value3);
}

static void sleepers(pid_t *children, int n, uint32_t mask)
{
	s->ready = s->woken = 0;
	for (int i = 0; i < n; i++) {
		children[i] = CHECK_OK(fork());
		if (!children[i]) {
			__atomic_add_fetch(&s->ready, 1, __ATOMIC_SEQ_CST);
			CHECK_EQ(futex(&s->word, FUTEX_WAIT_BITSET, 0, NULL, NULL, mask), 0);
			__atomic_add_fetch(&s->woken, 1, __ATOMIC_SEQ_CST);
			check_child_exit();
		}
	}
	while (__atomic_load_n(&s->ready, __ATOMIC_SEQ_CST) < (uint32_t)n)
		usleep(1000);
	usleep(50000);
}

static void test_wake(void)
{
	pid_t children[5];

	s->word = 0;
	sleepers(children, 5, FUTEX_BITSET_MATCH_ANY);
	CHECK_EQ(futex(&s->word, FUTEX_WAKE, 2, NULL, NULL, 0), 2);
	usleep(100000);
	CHECK_EQ(s->woken, 2);
	/* One sleeper moves to the other word and is not found at the first one any more. */
	CHECK_EQ(futex(&s->word, FUTEX_CMP_REQUEUE, 1, (void *)1, &s->other, 0), 2);
	CHECK_EQ(futex(&s->other, FUTEX_WAKE, 10, NULL, NULL, 0), 1);
	CHECK_EQ(futex(&s->word, FUTEX_WAKE, 10, NULL, NULL, 0), 1);
	for (int i = 0; i < 5; i++)
		CHECK_EXIT(children[i], 0);
	sleepers(children, 2, 1);
	CHECK_EQ(futex(&s->word, FUTEX_WAKE_BITSET, 10, NULL, NULL, 2), 0);
	CHECK_EQ(futex(&s->word, FUTEX_WAKE_BITSET, 10, NULL, NULL, 1), 2);
	for (int i = 0; i < 2; i++)
		CHECK_EXIT(children[i], 0);
}

static void test_errors(void)
{
	struct timespec span = { .tv_nsec = 80000000 };
	double start = check_now();

	s->word = 7;
	CHECK_ERRNO(futex(&s->word, FUTEX_WAIT, 8, NULL, NULL, 0), EAGAIN);
	CHECK_ERRNO(futex(&s->word, FUTEX_WAIT, 7, &span, NULL, 0), ETIMEDOUT);
	CHECK_RANGE(check_now() - start, 0.08, 0.6);
	CHECK_ERRNO(futex((uint32_t *)((char *)s + 1), FUTEX_WAIT, 7, NULL, NULL, 0), EINVAL);
	CHECK_ERRNO(futex((uint32_t *)16, FUTEX_WAIT, 7, NULL, NULL, 0), EFAULT);
}

/* A process dies with a robust lock: the next one learns of it. */
static void test_robust(void)
{
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	CHECK_EQ(pthread_mutex_init(&s->mutex, &attr), 0);
	pid_t child = CHECK_OK(fork());

	if (!child) {
		pthread_mutex_lock(&s->mutex);
		kill(getpid(), SIGKILL);
	}
	CHECK_KILLED(child, SIGKILL);
	CHECK_EQ(pthread_mutex_lock(&s->mutex), EOWNERDEAD);
	CHECK_EQ(pthread_mutex_consistent(&s->mutex), 0);
	CHECK_EQ(pthread_mutex_unlock(&s->mutex), 0);
}

/* A lock under contention by processes: no increment is lost, nobody sleeps forever. */
static void test_contention(void)
{
	pid_t children[4];

	s->other = 0;
	for (int i = 0; i < 4; i++) {
		children[i] = CHECK_OK(fork());
		if (children[i])
			continue;
		for (int n = 0; n < 5000; n++) {
			CHECK_EQ(pthread_mutex_lock(&s->mutex), 0);
			s->other++;
			if (n % 500 == 0)
				usleep(100);
			CHECK_EQ(pthread_mutex_unlock(&s->mutex), 0);
		}
		check_child_exit();
	}
	for (int i = 0; i < 4; i++)
		CHECK_EXIT(children[i], 0);
	CHECK_EQ(s->other, 20000);
}

int main(void)
{
	check_start("futex");
	s = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	test_wake();
	test_errors();
	test_robust();
	test_contention();
	return check_done();
}
