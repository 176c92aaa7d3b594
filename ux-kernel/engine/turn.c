// SPDX-License-Identifier: MIT
/* Turns. */
#define _GNU_SOURCE
#include "turn.h"

#include "engine.h"
#include "inject.h"
#include "proc.h"

#include <errno.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef SECCOMP_ADDFD_FLAG_SETFD
#define SECCOMP_ADDFD_FLAG_SETFD (1UL << 0)
#endif

#define WORDS (STUB_TURNS_SIZE / 4U)
#define LOOK_NS 20000000L

_Static_assert(sizeof(struct stub_answer) == sizeof(struct seccomp_notif_resp), "answer");

static uint32_t *word;
static uint32_t words_used = 1;      /* that were ever used; 0 stands for "none" */
static uint32_t freed[WORDS], frees; /* of those */

void turn_init(void *words)
{
	word = words;
}

bool turn_has(struct hproc *p)
{
	if (!p->cells)
		return false;
	if (!p->turn.number && (frees || words_used < WORDS))
		p->turn.number = frees ? freed[--frees] : words_used++;
	return p->turn.number;
}

void turn_free(struct hproc *p)
{
	if (p->turn.number)
		freed[frees++] = p->turn.number;
	p->turn.number = 0;
}

static uint32_t *result_of(const struct hproc *p)
{
	return (uint32_t *)p->cells;
}

static void wake(const struct hproc *p)
{
	uint32_t *w = &word[p->turn.number];

	__atomic_add_fetch(w, 1, __ATOMIC_RELEASE);
	syscall(SYS_futex, w, FUTEX_WAKE, 1, NULL, NULL, 0);
}

void turn_wake_to_stop(struct hproc *p)
{
	p->turn.waits = false;
	wake(p);
}

/* The list has been written. 0 or -ESRCH. */
static int begin(struct hproc *p, unsigned n)
{
	inject_ops->count = n;
	inject_ops->turn = STUB_TURNS + 4UL * p->turn.number;
	inject_ops->result = STUB_RESULT;
	*result_of(p) = 0;
	if (p->turn.waits) {
		wake(p);
		return 0;
	}
	p->turn.waits = true;
	return inject_start_stopped(proc_leader(p)->tid);
}

int turn_look(struct hproc *p)
{
	pid_t tid = proc_leader(p)->tid;
	siginfo_t si = { 0 };

	if (waitid(P_PID, tid, &si, WSTOPPED | WNOHANG | __WALL) < 0)
		return -ESRCH;
	if (!si.si_pid)
		return inject_state(tid) == 'Z' ? -ESRCH : 0;
	/* The host's status, without its lowest byte. */
	if (inject_is_own_stop(si.si_status << 8 | 0x7f)) {
		p->turn.waits = false;
		return TURN_STOPPED;
	}
	return ptrace(PTRACE_CONT, tid, 0, 0) < 0 ? -ESRCH : 0;
}

/* Nothing of the list stays where every task can read it. */
static void forget(unsigned n)
{
	memset(inject_ops, 0, STUB_OPS_FIRST + n * sizeof(struct stub_op));
}

int turn_run(struct hproc *p, unsigned n)
{
	const struct timespec patience = { 0, LOOK_NS };
	uint32_t *result = result_of(p), r = 0;
	int e = begin(p, n);

	while (!e && !(r = __atomic_load_n(result, __ATOMIC_ACQUIRE)))
		/* That it has stopped may have been told before we sleep. */
		if (syscall(SYS_futex, result, FUTEX_WAIT, 0, &patience, NULL, 0) < 0 &&
		    errno != EAGAIN && turn_look(p))
			e = -ESRCH;
	forget(n);
	return e ? e : r == STUB_DONE ? 0 : (int)r;
}

/* The listener of a user thread is its own, and we have taken it away: bind.h. */
static int give_listener(struct hthread *h)
{
	struct seccomp_notif_addfd a = { .id = h->notification,
					 .flags = SECCOMP_ADDFD_FLAG_SETFD,
					 .srcfd = h->listener,
					 .newfd = STUB_FD_LISTENER };
	int r;

	if (!h->proc->has_listeners || h->proc->turn.going == h)
		return 0;
	do /* the thread wakes up for it, and our signals come meanwhile */
		r = ioctl(h->listener, SECCOMP_IOCTL_NOTIF_ADDFD, &a);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return -errno;
	h->proc->turn.going = h;
	return 0;
}

static struct stub_op answer_op(size_t at)
{
	return (struct stub_op){ SYS_ioctl, { STUB_FD_LISTENER, STUB_SEND_CMD, STUB_OPS + at } };
}

int turn_carry(struct hthread *h, unsigned n)
{
	struct hproc *p = h->proc;
	int e = give_listener(h);

	if (e)
		return e;
	inject_ops->go = (struct stub_answer){ h->notification, h->answer, 0, 0 };
	inject_ops->again = (struct stub_answer){ h->notification, STUB_ANSWER_AGAIN, 0, 0 };
	inject_ops->op[n] = answer_op(offsetof(struct stub_ops, go));
	inject_ops->otherwise = answer_op(offsetof(struct stub_ops, again));
	p->turn.carried = n + 1;
	e = begin(p, n + 1);
	if (e)
		p->turn.carried = 0;
	return e;
}

bool turn_carried(struct hthread *h)
{
	struct turn *t = &h->proc->turn;

	forget(t->carried);
	t->carried = 0;
	return *result_of(h->proc);
}
