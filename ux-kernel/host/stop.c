// SPDX-License-Identifier: MIT
/* Ending. */
#define _GNU_SOURCE
#include "stop.h"

#include "../core/arch.h"
#include "irq_input.h"

#include <errno.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#define GRACE_S 2

static volatile sig_atomic_t requested, status;
static timer_t timer;
static bool timer_made;
static bool restart_allowed, restart;

static void request(int s)
{
	if (!requested)
		status = s;
	requested = 1;
	irq_input_wake();
}

static void on_signal(int sig)
{
	int s = sig == SIGALRM ? STOP_TIMEOUT : 128 + sig;

	/*
	 * Asked twice: the orderly way is stuck, for instance in a write nobody reads. The task
	 * processes die with us and the IRQ emulator restores the terminal.
	 */
	if (requested)
		_exit(status ? status : s);
	request(s);
}

/* The host cannot back a page of guest RAM the kernel itself touches. */
static void on_sigbus(int sig)
{
	static const char text[] = "l4ux: the host has no memory left for guest RAM; free some or "
				   "start with a smaller -m\n";

	(void)sig;
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(STOP_INTERNAL);
	_exit(STOP_INTERNAL);
}

static void timer_start(uint64_t ns, uint64_t repeat_ns)
{
	struct itimerspec t = {
		.it_value = { ns / 1000000000, ns % 1000000000 },
		.it_interval = { repeat_ns / 1000000000, repeat_ns % 1000000000 },
	};

	if (!timer_made && timer_create(CLOCK_MONOTONIC, NULL, &timer) < 0)
		return;
	timer_made = true;
	timer_settime(timer, 0, &t, NULL);
}

void stop_init(uint64_t timeout_ns)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGALRM };
	struct sigaction sa = { .sa_handler = on_signal }; /* no SA_RESTART: writes end too */
	sigset_t none;

	/* Whoever started us may have ignored or blocked what we rely on. */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGCHLD, SIG_DFL);

	for (unsigned i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file too large is an error of write() */
	signal(SIGBUS, on_sigbus);
	if (timeout_ns)
		timer_start(timeout_ns, GRACE_S * 1000000000ULL);
}

void stop_forget(uint64_t timeout_ns)
{
	if (timeout_ns || timer_made)
		timer_start(timeout_ns, GRACE_S * 1000000000ULL);
	requested = status = 0;
	restart = false;
}

void stop_output_lost(int error)
{
	request(error == EPIPE ? 128 + SIGPIPE : STOP_OUTPUT_LOST);
}

void arch_shutdown(int s)
{
	request(s);
}

void stop_allow_restart(void)
{
	restart_allowed = true;
}

bool arch_restart(void)
{
	if (!restart_allowed || requested)
		return false;
	request(0);
	restart = true;
	return true;
}

bool stop_restarts(void)
{
	return restart && !status;
}

uint64_t stop_timeout_left(void)
{
	struct itimerspec t;

	if (!timer_made || timer_gettime(timer, &t) < 0)
		return 0;
	return t.it_value.tv_sec * 1000000000ULL + t.it_value.tv_nsec;
}

bool stop_requested(void)
{
	return requested;
}

int stop_status(void)
{
	return status;
}
