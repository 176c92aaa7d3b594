// SPDX-License-Identifier: MIT
/*
 * The stub engine. A thread of guest code is not traced. Its system calls and traps become signals,
 * whose handler is the stub; that makes a call of which seccomp makes a notification: the thread
 * sleeps in the host until this process answers. So it cannot pretend to have stopped, and nobody
 * else can wake it.
 *
 * A system call becomes SIGSYS by the host's system call user dispatch, whatever its number and
 * whichever instruction it was made with: seccomp lets a few numbers pass unseen (uretprobe). What
 * comes from the stub's own code is left to the filters.
 *
 * The kernel's way back is an answer to the notification, and its sleep the wait for the next
 * one. No wake-up is lost: to interrupt is to send a signal. It is blocked in the handler and
 * pending until the handler returns, so it stops a thread that is not yet running as soon as it
 * does. That the thread does stop is watched, for it may block its signals with a frame of its own
 * making, or be ended by the host: from the interrupt on a timer ends our wait again and again, to
 * look whether it is still there and what it does. (A thread that is ended interrupts us too,
 * by SIGCHLD of its process.)
 */
#define _GNU_SOURCE
#include "stub_engine.h"

#include "../host/report.h"
#include "bind.h"
#include "cell.h"
#include "direct.h"
#include "fast_entry.h"
#include "frame.h"
#include "inject.h"
#include "proc.h"
#include "regs.h"
#include "step.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define HWCAP2_FSGSBASE 2UL
#define SECCOMP_SET_FILTER 1UL
#define OWN_LISTENER 0x28UL /* NEW_LISTENER, WAIT_KILLABLE_RECV */

#define INTERRUPT_SIGNAL SIGUSR1
#define WATCH_SIGNAL SIGUSR2
#define WATCH_NS 20000000L
#define DEAF_NS \
	30000000UL /* of its own CPU time, after a signal that a handler takes in microseconds */

static int listener = -1;
static timer_t watch;
static volatile sig_atomic_t watching; /* an interrupt was sent: the timer runs */

static void on_watch(int sig)
{
	(void)sig; /* it has ended a wait */
}

static void watch_set(long ns)
{
	const struct itimerspec t = { { 0, ns }, { 0, ns } };

	timer_settime(watch, 0, &t, NULL);
	watching = ns > 0;
}

void stub_interrupt_user(const struct hthread *h)
{
	syscall(SYS_tgkill, h->proc->pid, h->tid, INTERRUPT_SIGNAL);
}

static void interrupt(struct hthread *h)
{
	stub_interrupt_user(h);
	watch_set(WATCH_NS);
}

/* CPU time of a process, of which only one thread runs. 0: unknown. */
static uint64_t cpu_ns(const struct hproc *p)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(p->pid, &clock) || clock_gettime(clock, &t) < 0)
		return 0;
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

/* Has the process ended? By a signal that stands for a trap: its own doing. */
static int look_at_process(const struct hproc *p)
{
	siginfo_t si = { 0 };

	if (waitid(P_PID, p->pid, &si, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0)
		return ENGINE_LOST;
	if (!si.si_pid || si.si_code == CLD_TRAPPED || si.si_code == CLD_STOPPED)
		return 0;
	return si.si_status == SIGKILL || si.si_status == SIGTERM ? ENGINE_LOST : ENGINE_BROKEN;
}

int stub_look_at(const struct hthread *h, uint64_t *since)
{
	int r = look_at_process(h->proc);
	uint64_t now = cpu_ns(h->proc);

	if (!*since)
		*since = now;
	return r ? r : now > *since + DEAF_NS ? ENGINE_BROKEN : 0;
}

/* It cannot be let go. */
static int why_not(const struct hthread *h)
{
	return look_at_process(h->proc) ?: h->slot >= 0 ? ENGINE_BROKEN : ENGINE_LOST;
}

/* Our wait for @h was interrupted. @since: its CPU time when that happened first, 0: not yet. */
static int look_after(const struct hthread *h, uint64_t *since)
{
	if (h->proc->turn.waits && turn_look(h->proc) == TURN_STOPPED)
		return why_not(h);
	if (!watching)
		return look_at_process(h->proc);
	return bind_is_stuck(h) ? ENGINE_BROKEN : stub_look_at(h, since);
}

int stub_answer(const struct hthread *h, struct seccomp_notif_resp r)
{
	int e;

	r.id = h->notification;
	do /* a signal of ours may come while the thread itself holds the listener's lock */
		e = ioctl(h->listener, SECCOMP_IOCTL_NOTIF_SEND, &r) < 0 ? -errno : 0;
	while (e == -EINTR);
	return e;
}

static int answer(const struct hthread *h, uint64_t value)
{
	return stub_answer(h, (struct seccomp_notif_resp){ .val = (int64_t)value });
}

/* Sleeps until @h notifies. 0, ENGINE_LOST or ENGINE_BROKEN. */
static int receive(struct hthread *h, struct seccomp_notif *n)
{
	uint64_t since = 0;
	int r = 0;

	while (!r) {
		memset(n, 0, sizeof(*n));
		if (!ioctl(h->listener, SECCOMP_IOCTL_NOTIF_RECV, n)) {
			offer_note(&h->offer, n);
			if ((pid_t)n->pid == h->tid)
				return 0;
			r = ENGINE_LOST; /* nobody else is running */
		} else if (errno == EINTR || errno == ENOENT) {
			r = look_after(h, &since);
		} else {
			r = ENGINE_LOST;
		}
	}
	return r;
}

bool stub_note_stop(struct hthread *h, const struct seccomp_notif *n)
{
	const unsigned long long *a = n->data.args, ip = n->data.instruction_pointer;

	h->notification = n->id;
	h->call = 0;
	h->entry.stopped = ip == STUB_CODE + STUB_ENTRY_NOTIFY_OFFSET;
	if (ip == STUB_CODE + STUB_NOTIFY_OFFSET)
		return !frame_open(&h->frame, a[2], a[3], a[4], a[5]);
	if (ip == STUB_CODE + STUB_OFFER_OFFSET)
		return !frame_open(&h->frame, h->frame.cell + ((a[1] - 1) << STUB_OFFER_UNIT_SHIFT),
				   a[3], a[4], a[5]);
	if (h->entry.stopped)
		memcpy(h->entry.args, a, sizeof(h->entry.args));
	else
		h->call = ip ? ip : 1;
	return true;
}

/* Lets it go to where it stops at once, with a frame. 0 or negative errno. */
static int make_trap(struct hthread *h)
{
	if (!h->call)
		return answer(h, STUB_ANSWER_TRAP);
	/* It may have blocked its signals: then it goes on, and not with memory of yesterday. */
	if (tlb_sync(h->proc, h) < 0)
		return -ESRCH;
	if (!watching)
		watch_set(WATCH_NS);
	return direct_put_off(h);
}

/* @call: where a call returns to that was put off, or 0. */
static int wait_stop(struct hthread *h, uint64_t call)
{
	struct seccomp_notif n;

	for (int tries = 0;; tries++) {
		int r = receive(h, &n);

		if (r)
			return r;
		if (stub_note_stop(h, &n) && !h->call) {
			if (call && !h->entry.stopped)
				frame_make_call(&h->frame, call);
			return 0;
		}
		call = h->call;
		if (tries == 2 || make_trap(h))
			return ENGINE_BROKEN;
	}
}

int stub_wait_stop(struct hthread *h)
{
	return wait_stop(h, 0);
}

int stub_make_frame(struct hthread *h)
{
	uint64_t call = h->call;

	return make_trap(h) ? ENGINE_BROKEN : wait_stop(h, call);
}

static int thread_start(struct hthread *h)
{
	bool own = h->proc->has_listeners;
	unsigned n = 0;
	int e = cell_assign(h, inject_ops->op, &n);

	if (e)
		return e;
	/* What is set per thread for good belongs here, before the filter that forbids the rest. */
	inject_ops->op[n++] = (struct stub_op){ SYS_prctl,
						{ PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON,
						  STUB_CODE, STUB_DISPATCH_END,
						  own ? direct_assign(h) : 0 } };
	inject_ops->op[n++] = (struct stub_op){ SYS_seccomp,
						{ SECCOMP_SET_FILTER, own ? OWN_LISTENER : 0,
						  STUB_CODE + (own ? STUB_FILTER_OWN_OFFSET
								   : STUB_FILTER_OFFSET) } };
	e = inject_run(h, n);
	if (!e && own)
		e = bind_take_listener(h);
	else
		h->listener = listener;
	if (e)
		return e;
	if (regs_set_stub(h->tid, STUB_CODE + STUB_START_OFFSET) < 0 ||
	    ptrace(PTRACE_DETACH, h->tid, 0, 0) < 0 || stub_wait_stop(h))
		return -ESRCH;
	h->used = true; /* it has inherited the leader's vector state */
	return frame_fpu_init(&h->frame);
}

/*
 * A frame for a thread that stopped without; what one made in the entry says will be overwritten.
 * Results like run(). Nothing interrupts this wait but our timer: a thread with blocked signals
 * ends.
 */
static int need_frame(struct hthread *h)
{
	int r = 0;

	if (!h->entry.stopped && !h->call)
		return 0;
	watch_set(WATCH_NS);
	while (!r && (h->entry.stopped || h->call))
		r = stub_make_frame(h);
	watch_set(0);
	bind_stop_is_known(h);
	return r;
}

/*
 * The way back from a frame sets signal mask and signal stack; that from the entry does not. And
 * the next task can read the cells of all threads.
 */
static int clean(struct hthread *h)
{
	if (!h->frame.memory) /* the first thread of the process */
		return 0;
	return need_frame(h) ? -ESRCH : frame_forget(&h->frame);
}

static int load(struct hthread *h, const struct thread *t)
{
	int r;

	h->entry.returning = false;
	h->answer = h->entry.stopped ? fast_entry_write(&h->entry, &h->frame, t) : 0;
	if (h->answer)
		return 0;
	r = need_frame(h);
	if (!r)
		h->answer = frame_write(&h->frame, t);
	return r;
}

int stub_stop_read(struct hthread *h, struct thread *t, struct guest_stop *e)
{
	int r = h->call ? stub_make_frame(h) : 0;

	while (!r && h->entry.stopped) {
		if (fast_entry_read(&h->entry, &h->frame, t, e))
			return 0;
		r = answer(h, STUB_ANSWER_RETURN) ? ENGINE_BROKEN : stub_wait_stop(h);
	}
	if (r)
		return r;
	frame_read(&h->frame, t, e);
	fast_entry_complete(&h->entry, &h->frame, t, e);
	return 0;
}

/*
 * @h, which was to be let go by its process, has stopped. @begun: false: it is still where it was.
 * It can have been interrupted on its way back there, and that looks like any interrupted entry.
 */
static int wait_carried(struct hthread *h, bool *begun)
{
	struct seccomp_notif n;
	int r = receive(h, &n);
	bool failed = turn_carried(h);

	if (r)
		return r;
	if (failed)
		tlb_carry_failed(h->proc);
	if (!failed || n.data.args[0] != STUB_AGAIN_MARK)
		return stub_note_stop(h, &n) && !h->call ? 0 : stub_make_frame(h);
	*begun = false;
	h->notification = n.id;
	bind_stop_is_known(h);
	return 0;
}

/*
 * @h was to make h->step by itself, and has notified of @n since. @made: the host was told to
 * execute it. Else, or in doubt, the first thread makes it now, before anything else happens.
 * @offered: as an offer.
 */
static int step_ends(struct hthread *h, const struct seccomp_notif *n, bool made, bool offered)
{
	bool noted;

	h->notification = n->id;
	if (offered ? offer_failed(n) : step_is_there(n)) {
		if (tlb_make_step(h) < 0)
			return ENGINE_LOST;
		return answer(h, STUB_ANSWER_RETURN) ? why_not(h) : stub_wait_stop(h);
	}
	noted = stub_note_stop(h, n) && !h->call;
	if (!made || !noted || step_is_in_doubt(h))
		if (tlb_make_step(h) < 0)
			return ENGINE_LOST;
	return noted ? 0 : stub_make_frame(h);
}

static int take_step(struct hthread *h, bool offered)
{
	struct seccomp_notif n;
	bool made = offered;
	int r = 0;

	if (!offered) {
		r = answer(h, step_answer(h)) ? why_not(h) : receive(h, &n);
		if (r)
			return r;
		made = step_is(h, &n);
		h->notification = n.id;
	}
	if (made)
		r = offer_accept(h) ? why_not(h) : receive(h, &n);
	return r ? r : step_ends(h, &n, made, offered);
}

static int go(struct hthread *h, bool *begun)
{
	enum tlb_carrier by;

	if (tlb_carry(h, &by) < 0)
		return ENGINE_LOST;
	if (by == CARRIER_NONE)
		return answer(h, h->answer) ? why_not(h) : stub_wait_stop(h);
	if (by == CARRIER_TURN)
		return wait_carried(h, begun);
	return take_step(h, by == CARRIER_OFFER);
}

static int run(struct hthread *h, struct thread *t, struct guest_stop *e)
{
	bool begun = true;
	int r = bind_before(h, t);

	direct_forbid(h);
	if (!r)
		r = go(h, &begun);
	if (!r && begun)
		r = stub_stop_read(h, t, e);
	if (!r && begun)
		r = bind_after(h, t, e);
	else if (r == ENGINE_BROKEN)
		r = bind_broken(h);
	if (!begun)
		e->kind = STOPPED_OTHERWISE;
	if (watching)
		watch_set(0);
	return r;
}

/* Of a user thread that its server has let go, or the kernel: its last stop is a system call. */
static bool is_at_call(const struct hthread *h)
{
	return h->call || (!h->entry.stopped && frame_is_call(&h->frame));
}

static int stop_read(struct hthread *h, struct thread *t, struct guest_stop *e)
{
	int r = stub_stop_read(h, t, e);

	bind_stop_is_known(h);
	if (watching)
		watch_set(0);
	return r;
}

static int fpu_read(struct hthread *h, void *area)
{
	return need_frame(h) ? -ESRCH : frame_fpu_read(&h->frame, area);
}

static int fpu_write(struct hthread *h, const void *area)
{
	return need_frame(h) ? -ESRCH : frame_fpu_write(&h->frame, area);
}

const struct engine engine_stub = {
	.name = "stub",
	.leader_runs = false,
	.has_entry = true,
	.has_resume = true,
	.run_maps = true,
	.thread_start = thread_start,
	.clean = clean,
	.load = load,
	.run = run,
	.interrupt = interrupt,
	.is_at_call = is_at_call,
	.stop_read = stop_read,
	.fpu_read = fpu_read,
	.fpu_write = fpu_write,
};

/* What the host lacks for this engine, or NULL. */
static const char *prepare(int fd)
{
	struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = WATCH_SIGNAL };
	struct sigaction sa = { .sa_handler = on_watch };
	struct seccomp_notif_sizes sizes;

	if (fd < 0)
		return report_errno(-fd);
	if (!(getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE))
		return "no FSGSBASE instructions";
	if (prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_OFF, 0, 0, 0) < 0)
		return "no system call user dispatch";
	if (syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) < 0 ||
	    sizes.seccomp_notif > sizeof(struct seccomp_notif) ||
	    sizes.seccomp_notif_resp > sizeof(struct seccomp_notif_resp))
		return "notifications of another size";
	if (sigaction(WATCH_SIGNAL, &sa, NULL) < 0 || timer_create(CLOCK_MONOTONIC, &ev, &watch))
		return report_errno(errno);
	bind_listener_init(fd);
	return NULL;
}

int engine_choose(enum engine_choice choice, int fd)
{
	const char *lack = choice == ENGINE_PTRACE ? "" : prepare(fd);

	if (!lack) {
		listener = fd;
		engine = &engine_stub;
		return 0;
	}
	if (fd >= 0)
		close(fd);
	if (choice == ENGINE_STUB) {
		report_error("this host cannot run the stub engine (seccomp notifications: %s); "
			     "leave --engine out, and ptrace is used",
			     lack);
		return -ENOTSUP;
	}
	if (choice == ENGINE_AUTO)
		report_info("seccomp notifications: %s; using the ptrace engine", lack);
	return 0;
}
