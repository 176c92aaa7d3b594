/* SPDX-License-Identifier: MIT */
/* Clocks go forward and agree; sleeps, interval and POSIX timers, timerfd, poll keep time. */
#define _GNU_SOURCE
#include "check.h"

#include <poll.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

/* A loaded two-CPU host may be late by this much; early is always wrong. */
#define LATE 0.5

static double read_clock(clockid_t clock)
{
	struct timespec now;

	CHECK_OK(clock_gettime(clock, &now));
	CHECK(now.tv_nsec >= 0 && now.tv_nsec < 1000000000);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void test_monotonic(void)
{
	struct timespec last = { 0 }, now;
	double end = check_now() + 1, skew, later;
	long backwards = 0, same = 0, reads = 0;

	while (check_now() < end)
		for (int i = 0; i < 1000; i++, reads++) {
			clock_gettime(CLOCK_MONOTONIC, &now);
			backwards += now.tv_sec < last.tv_sec ||
				     (now.tv_sec == last.tv_sec && now.tv_nsec < last.tv_nsec);
			same += now.tv_sec == last.tv_sec && now.tv_nsec == last.tv_nsec;
			last = now;
		}
	CHECK_EQ(backwards, 0);
	CHECK(same <= reads / 2);
	skew = read_clock(CLOCK_REALTIME) - read_clock(CLOCK_MONOTONIC);
	usleep(300000);
	later = read_clock(CLOCK_REALTIME) - read_clock(CLOCK_MONOTONIC);
	CHECK_RANGE(later - skew, -0.05, 0.05);
	/* Wall time has been set from the host: later than this test was written. */
	CHECK(time(NULL) > 1700000000);
}

/* The cycle counter and the clock tell the same story: its rate is the same over two spans. */
static void test_tsc(void)
{
	double rate[2], start;
	unsigned long long tsc;

	for (int i = 0; i < 2; i++) {
		start = check_now();
		tsc = __rdtsc();
		usleep(400000);
		rate[i] = (double)(__rdtsc() - tsc) / (check_now() - start);
	}
	check_note("cycle counter: %.1f MHz", rate[0] / 1e6);
	CHECK_RANGE(rate[1] / rate[0], 0.97, 1.03);
	CHECK_RANGE(rate[0], 5e8, 1e10);
}

static void test_sleep(void)
{
	static const double spans[] = { 0.001, 0.01, 0.05, 0.2, 1.0 };
	struct timespec until;
	double start;

	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		struct timespec span = { (time_t)spans[i],
					 (long)((spans[i] - (long)spans[i]) * 1e9) };

		start = check_now();
		CHECK_OK(nanosleep(&span, NULL));
		CHECK_RANGE(check_now() - start, spans[i], spans[i] + LATE);
	}
	start = check_now();
	for (int i = 0; i < 50; i++)
		usleep(2000);
	check_note("50 sleeps of 2 ms: %.0f ms", (check_now() - start) * 1e3);
	CHECK_RANGE(check_now() - start, 0.1, 0.1 + 50 * 0.02 + LATE);
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec++;
	start = check_now();
	CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL), 0);
	CHECK_RANGE(check_now() - start, 0.99, 1 + LATE);
	start = check_now();
	CHECK_EQ(poll(NULL, 0, 150), 0);
	CHECK_RANGE(check_now() - start, 0.15, 0.15 + LATE);
}

static volatile sig_atomic_t ticks;

static void on_tick(int signal)
{
	(void)signal;
	ticks++;
}

static void test_interval(int which, int signal_number, double share)
{
	struct itimerval timer = { .it_interval.tv_usec = 20000, .it_value.tv_usec = 20000 };
	struct itimerval old;
	double start = check_now();

	ticks = 0;
	signal(signal_number, on_tick);
	CHECK_OK(setitimer(which, &timer, NULL));
	while (ticks < 25 && check_now() < start + 10)
		;
	timer = (struct itimerval){ 0 };
	CHECK_OK(setitimer(which, &timer, &old));
	CHECK_EQ(old.it_interval.tv_usec, 20000);
	CHECK_EQ(ticks, 25);
	CHECK_RANGE(check_now() - start, 25 * 0.02 * share, 25 * 0.02 + 4 * LATE);
}

static void test_timerfd(void)
{
	int fd = CHECK_OK(timerfd_create(CLOCK_MONOTONIC, 0));
	struct itimerspec timer = { .it_interval.tv_nsec = 10000000, .it_value.tv_nsec = 10000000 };
	struct pollfd poll_in = { .fd = fd, .events = POLLIN };
	uint64_t expired = 0, total = 0;
	double start = check_now();

	CHECK_OK(timerfd_settime(fd, 0, &timer, NULL));
	while (total < 50) {
		CHECK_EQ(poll(&poll_in, 1, 5000), 1);
		CHECK_EQ(read(fd, &expired, sizeof(expired)), sizeof(expired));
		total += expired;
	}
	CHECK_RANGE(check_now() - start, 0.5, 0.5 + LATE);
	CHECK_RANGE(total, 50, 50 + LATE * 100);
	close(fd);
}

static void test_posix_timer(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL,
				  .sigev_signo = SIGUSR1,
				  .sigev_value.sival_int = 99 };
	struct itimerspec span = { .it_value.tv_nsec = 100000000 };
	siginfo_t info = { 0 };
	sigset_t set;
	timer_t timer;
	double start = check_now();

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	CHECK_OK(timer_create(CLOCK_MONOTONIC, &event, &timer));
	CHECK_OK(timer_settime(timer, 0, &span, NULL));
	CHECK_EQ(sigwaitinfo(&set, &info), SIGUSR1);
	CHECK_EQ(info.si_code, SI_TIMER);
	CHECK_EQ(info.si_value.sival_int, 99);
	CHECK_RANGE(check_now() - start, 0.1, 0.1 + LATE);
	CHECK_OK(timer_delete(timer));
}

int main(void)
{
	check_start("timers");
	test_monotonic();
	test_tsc();
	test_sleep();
	test_interval(ITIMER_REAL, SIGALRM, 1);
	test_interval(ITIMER_VIRTUAL, SIGVTALRM, 0.5);
	test_interval(ITIMER_PROF, SIGPROF, 0.5);
	test_timerfd();
	test_posix_timer();
	return check_done();
}
