/* SPDX-License-Identifier: MIT */
/*
 * POSIX threads in a dynamically linked program: thread-local storage of the program, of a library
 * and of a library loaded at run time, locks, conditions, cancellation, fork from a thread.
 */
#define _GNU_SOURCE
#include "check.h"
#include "tls.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 16
#define ROUNDS 20000

static __thread long mine = 5;
static __thread char zeroed[4000];
static typeof(tls_add) *add;
static typeof(tls_address) *address;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static pthread_key_t key;
static int destroyed;
static long shared, unlocked;
static void *addresses[THREADS];

static void on_exit_of_thread(void *value)
{
	CHECK_EQ(*(long *)value, 77);
	__atomic_add_fetch(&destroyed, 1, __ATOMIC_RELAXED);
	free(value);
}

static void *work(void *arg)
{
	long id = (long)arg, *value = malloc(sizeof(*value));

	*value = 77;
	pthread_setspecific(key, value);
	CHECK_EQ(mine, 5);
	CHECK_EQ(zeroed[3999], 0);
	CHECK_EQ(add(0), 1000);
	addresses[id] = address();
	mine = id * 1000;
	zeroed[3999] = (char)id;
	pthread_barrier_wait(&barrier);
	for (long i = 0; i < ROUNDS; i++) {
		pthread_mutex_lock(&lock);
		shared++;
		pthread_mutex_unlock(&lock);
		__atomic_add_fetch(&unlocked, 1, __ATOMIC_RELAXED);
		mine++;
		add(id);
		errno = (int)id + 1;
		if (i % 1000 == 0)
			sched_yield();
		if (errno != (int)id + 1)
			CHECK_EQ(errno, id + 1);
	}
	CHECK_EQ(mine, id * 1000 + ROUNDS);
	CHECK_EQ(add(0), 1000 + id * ROUNDS);
	CHECK_EQ(zeroed[3999], id);
	return (void *)(id * id);
}

static void test_storage(void)
{
	pthread_t threads[THREADS];
	void *result;

	CHECK_EQ(pthread_key_create(&key, on_exit_of_thread), 0);
	CHECK_EQ(pthread_barrier_init(&barrier, NULL, THREADS), 0);
	for (long i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, work, (void *)i), 0);
	for (long i = 0; i < THREADS; i++) {
		CHECK_EQ(pthread_join(threads[i], &result), 0);
		CHECK_EQ((long)result, i * i);
		for (long j = 0; j < i; j++)
			CHECK(addresses[i] != addresses[j]);
	}
	CHECK_EQ(shared, THREADS * ROUNDS);
	CHECK_EQ(unlocked, THREADS * ROUNDS);
	CHECK_EQ(destroyed, THREADS);
	CHECK_EQ(mine, 5);
}

static int turn;

static void *take_turns(void *arg)
{
	long me = (long)arg;

	for (int i = 0; i < 1000; i++) {
		pthread_mutex_lock(&lock);
		while (turn % 2 != me)
			pthread_cond_wait(&changed, &lock);
		turn++;
		pthread_cond_broadcast(&changed);
		pthread_mutex_unlock(&lock);
	}
	return NULL;
}

static void test_condition(void)
{
	pthread_t other;

	CHECK_EQ(pthread_create(&other, NULL, take_turns, (void *)1), 0);
	take_turns((void *)0);
	CHECK_EQ(pthread_join(other, NULL), 0);
	CHECK_EQ(turn, 2000);
}

static void *sleep_long(void *arg)
{
	(void)arg;
	sleep(1000);
	return NULL;
}

static void *wait_for_signal(void *arg)
{
	sigset_t set;
	int got = 0;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigwait(&set, &got);
	*(int *)arg = got;
	return NULL;
}

static void test_signals(void)
{
	pthread_t thread;
	sigset_t set;
	void *result;
	int got = 0;

	CHECK_EQ(pthread_create(&thread, NULL, sleep_long, NULL), 0);
	CHECK_EQ(pthread_cancel(thread), 0);
	CHECK_EQ(pthread_join(thread, &result), 0);
	CHECK(result == PTHREAD_CANCELED);

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	CHECK_EQ(pthread_create(&thread, NULL, wait_for_signal, &got), 0);
	CHECK_EQ(pthread_kill(thread, SIGUSR1), 0);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	CHECK_EQ(got, SIGUSR1);
}

/* fork in a thread: the child is that thread alone, with its storage. */
static void *fork_here(void *arg)
{
	(void)arg;
	mine = 4321;

	pid_t child = CHECK_OK(fork());

	if (!child) {
		CHECK_EQ(mine, 4321);
		CHECK_EQ(syscall(SYS_gettid), getpid());
		check_child_exit();
	}
	CHECK_EXIT(child, 0);
	return NULL;
}

/* exit_group from any thread ends all; so does exec. */
static void test_end(void)
{
	pthread_t thread;
	pid_t child;

	CHECK_EQ(pthread_create(&thread, NULL, fork_here, NULL), 0);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	child = CHECK_OK(fork());
	if (!child) {
		for (int i = 0; i < 4; i++)
			pthread_create(&thread, NULL, sleep_long, NULL);
		exit(17);
	}
	CHECK_EXIT(child, 17);
}

int main(void)
{
	void *library;

	check_start("threads");
	library = dlopen("libtls.so", RTLD_NOW);
	if (!library)
		check_die("%s", dlerror());
	add = (typeof(tls_add) *)dlsym(library, "tls_add");
	address = (typeof(tls_address) *)dlsym(library, "tls_address");
	CHECK_EQ(*(int *)dlsym(library, "tls_visible"), 7);
	test_storage();
	test_condition();
	test_signals();
	test_end();
	return check_done();
}
