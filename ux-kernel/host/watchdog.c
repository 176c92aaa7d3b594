// SPDX-License-Identifier: MIT
/*
 * A timer of the host looks now and then which process runs, and asks for its CPU clock. All that
 * is shared with the signal handler is read there and written with the signal's timer off.
 */
#define _GNU_SOURCE
#include "watchdog.h"

#include "../core/arch.h"
#include "../engine/run.h"
#include "../fault/plan.h"
#include "stop.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>

#define LOOKS 4 /* while a program spins */

static bool on;
static uint64_t spin_ns;
static timer_t timer;

/* Whom the last look found at work, after how many entries, and its CPU time then. */
static pid_t seen_pid;
static uint64_t seen_entries, seen_ns;

/* CPU time of a process, all threads together: of ours only one runs at a time. */
static uint64_t cpu_ns(pid_t pid)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &t) < 0)
		return 0;
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static void look(int sig)
{
	int saved = errno;
	pid_t pid = engine_running();
	uint64_t entries = fault_entries(), ns = pid ? cpu_ns(pid) : 0;

	(void)sig;
	if (!pid || pid != seen_pid || entries != seen_entries) {
		seen_pid = pid;
		seen_entries = entries;
		seen_ns = ns;
	} else if (ns > seen_ns + spin_ns) {
		arch_shutdown(STOP_TIMEOUT);
	}
	errno = saved;
}

void watchdog_start(const struct watchdog *w)
{
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGVTALRM };
	uint64_t period = w->spin_ns / LOOKS;
	struct itimerspec t = {
		.it_interval = { period / 1000000000, period % 1000000000 },
	};

	if (!w->entries)
		return;
	t.it_value = t.it_interval;
	on = true;
	spin_ns = w->spin_ns;
	seen_pid = 0;
	sigaction(SIGVTALRM, &(struct sigaction){ .sa_handler = look }, NULL);
	if (!timer_create(CLOCK_MONOTONIC, &e, &timer))
		timer_settime(timer, 0, &t, NULL);
}

void watchdog_stop(void)
{
	if (on)
		timer_delete(timer);
	on = false;
}

void watchdog_idle(void)
{
	if (on)
		arch_shutdown(STOP_TIMEOUT);
}
