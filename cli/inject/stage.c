// SPDX-License-Identifier: MIT
/*
 * The worker's side sends orders and waits for answers; the stage's side obeys within two functions
 * that the main loop of its kernel calls. Between two orders the system lies at its checkpoint.
 */
#define _GNU_SOURCE
#include "stage.h"

#include "../../ux-kernel/core/arch.h"
#include "../../ux-kernel/core/timer.h"
#include "../../ux-kernel/host/device_fault.h"
#include "../../ux-kernel/host/fork.h"
#include "../../ux-kernel/host/stop.h"
#include "../../ux-kernel/host/vtime.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ADVANCE_LEAST 4U /* kernel entries that are worth it */
#define DISTANCE 2U      /* before the one in which a fault strikes */

enum order_kind { ORDER_RUN, ORDER_ADVANCE };

struct order {
	enum order_kind kind;
	struct fault_plan plan;
	unsigned which; /* of the campaign's kinds of fault */
	uint64_t entry; /* where the checkpoint shall be */
};

enum answer { READY, DONE, IMPOSSIBLE };

/* The stage's own side. */
static struct {
	const struct stage_plan *plan;
	struct kernel_config system;
	struct checkpoint at;
	int fd;
	enum { STARTS, ADVANCES, RUNS, ENDS } doing;
	struct fault_plan count[CAMPAIGN_FAULTS]; /* what counts events while no fault is armed */
	struct fault_plan kept[CAMPAIGN_FAULTS];  /* the same at the checkpoint */
	unsigned counts;
	uint64_t entries; /* at the checkpoint */
	struct fault_plan fault;
} own;

static void answer(enum answer a)
{
	/* Nobody there: the next order does not come either. */
	send(own.fd, &a, sizeof(a), MSG_NOSIGNAL);
}

/* Nothing has happened yet that a fault could strike; no timeout runs, which would not wait. */
static bool is_early(void)
{
	for (unsigned i = 0; i < own.counts; i++)
		if (own.count[i].seen)
			return false;
	return vtime_on() || timer_next() == ARCH_TIMER_NEVER;
}

static void end(void)
{
	own.doing = ENDS;
	arch_shutdown(0);
}

/* Arms @p, of whose events as many have been seen as of those of @kept. */
static void arm(struct fault_plan *p, const struct fault_plan *kept)
{
	fault_arm(p);
	p->seen = kept->seen;
	device_fault_arm(p);
}

static void start_run(const struct order *o)
{
	fault_stop();
	device_fault_stop();
	own.fault = o->plan;
	fault_go_on(own.entries, own.plan->limits->watchdog.entries, STOP_TIMEOUT);
	arm(&own.fault, &own.kept[o->which]);
	watchdog_start(&own.plan->limits->watchdog);
	stop_forget(own.plan->limits->timeout_ns); /* it begins now, not when the last has ended */
	own.doing = RUNS;
}

static void start_advance(const struct order *o)
{
	fault_stop();
	device_fault_stop();
	fault_go_on(own.entries, 0, 0);
	for (unsigned i = 0; i < own.counts; i++) {
		own.count[i] = own.kept[i];
		arm(&own.count[i], &own.kept[i]);
	}
	own.at.entries = o->entry;
	own.doing = ADVANCES;
}

/* Waits for the next order and begins with it. */
static void obey(void)
{
	struct order o;

	if (recv(own.fd, &o, sizeof(o), 0) != sizeof(o))
		end();
	else if (o.kind == ORDER_RUN)
		start_run(&o);
	else
		start_advance(&o);
}

static void reached(void *arg)
{
	(void)arg;
	own.at.entries = UINT64_MAX;
	if ((own.doing == STARTS && !is_early()) || checkpoint_take() < 0) {
		answer(IMPOSSIBLE);
		end();
		return;
	}
	device_fault_collect();
	memcpy(own.kept, own.count, sizeof(own.kept));
	own.entries = fault_entries();
	answer(READY);
	obey();
}

static bool ended(void *arg)
{
	struct run_counters *c = run_counters();
	struct image_sum sum;
	uint64_t begin;

	(void)arg;
	if (own.doing != RUNS)
		return false;
	device_fault_collect();
	run_note(&own.fault, 1, stop_status());
	begin = run_now_us();
	if (checkpoint_return(&sum) < 0)
		return false;
	c->reset_us = run_now_us() - begin;
	c->changed = sum.changed;
	answer(DONE);
	obey();
	return own.doing != ENDS;
}

/* The process of the stage. */
static _Noreturn void perform(const struct stage_plan *s, int fd)
{
	run_redirect();
	own.plan = s;
	own.fd = fd;
	own.counts = run_count(s->campaign, own.count);
	own.at = (struct checkpoint){ s->limits->checkpoint, reached, ended, NULL };
	own.system = *s->system;
	own.system.debug = (struct debug_plan){ .hidden = true };
	own.system.fault = own.count;
	own.system.faults = own.counts;
	own.system.checkpoint = &own.at;
	_exit(kernel_run(&own.system));
}

/* The worker's side. */
static struct {
	pid_t pid; /* 0: there is none */
	int fd;
	uint64_t entries; /* where its checkpoint is */
	off_t output;     /* bytes it had written there */
	unsigned failed;  /* times that none could be had, in a row */
} stage;

#define FAILURES_MAX 3U

/* false: it has ended, or must. */
static bool await(enum answer wanted, uint64_t timeout_ns)
{
	enum answer a;

	return run_await(stage.fd, timeout_ns) && recv(stage.fd, &a, sizeof(a), 0) == sizeof(a) &&
	       a == wanted;
}

static void dismiss(void)
{
	kill(stage.pid, SIGKILL);
	close(stage.fd);
	run_end(stage.pid, 0);
	stage.pid = 0;
}

static bool can_return(const struct kernel_config *c)
{
	for (unsigned i = 0; i < c->devices; i++)
		if (!c->device[i].can_return || !c->time.is_virtual)
			return false;
	return true;
}

static bool is_there(const struct stage_plan *s)
{
	int pair[2];

	if (stage.pid)
		return true;
	if (stage.failed >= FAILURES_MAX || !can_return(s->system) || run_prepare(0) < 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return false;
	stage.pid = fork_bound(SIGKILL);
	if (!stage.pid) {
		close(pair[0]);
		perform(s, pair[1]);
	}
	close(pair[1]);
	stage.fd = pair[0];
	stage.failed++;
	if (stage.pid < 0) {
		close(stage.fd);
		stage.pid = 0;
		return false;
	}
	if (!await(READY, s->limits->timeout_ns)) {
		dismiss();
		return false;
	}
	stage.failed = 0;
	stage.entries = s->limits->checkpoint;
	stage.output = run_output_size();
	return true;
}

/* The checkpoint moves to before @entry, if that is worth it. */
static bool advance(const struct stage_plan *s, uint64_t entry)
{
	struct order o = { .kind = ORDER_ADVANCE, .entry = entry - DISTANCE };

	/* In real time what was is no guide to what will be. */
	if (!s->system->time.is_virtual || entry < stage.entries + ADVANCE_LEAST + DISTANCE)
		return true;
	if (run_prepare(stage.output) < 0 ||
	    send(stage.fd, &o, sizeof(o), MSG_NOSIGNAL) != sizeof(o) ||
	    !await(READY, s->limits->timeout_ns)) {
		dismiss();
		return false;
	}
	stage.entries = o.entry;
	stage.output = run_output_size();
	return true;
}

int stage_run(const struct stage_plan *s, const struct fault_plan *plan, unsigned kind,
	      uint64_t entry, struct run_record *r)
{
	struct order o = { .kind = ORDER_RUN, .plan = *plan, .which = kind };
	uint64_t begin;

	/* A disk's process that was started anew does not know what was not flushed before. */
	if (plan->point->effect == FAULT_DISK_CUT)
		return -EAGAIN;
	/* A run of the past: the system has gone too far. */
	if (stage.pid && stage.entries > s->limits->checkpoint && entry < stage.entries + DISTANCE)
		dismiss();
	if (!is_there(s) || !advance(s, entry))
		return -EAGAIN;
	begin = run_now_us();
	if (run_prepare(stage.output) < 0)
		return -errno;
	if (send(stage.fd, &o, sizeof(o), MSG_NOSIGNAL) != sizeof(o) ||
	    !await(DONE, s->limits->timeout_ns) || outcome_is_ours(run_counters()->status)) {
		dismiss();
		return -EAGAIN;
	}
	return run_finish(run_counters()->status, begin, r);
}
