// SPDX-License-Identifier: MIT
/* After a thread of a server has stopped: that its user threads have, too, and what for. */
#define _GNU_SOURCE
#include "bind.h"

#include "../core/task.h"
#include "../core/thread.h"
#include "../core/vcpu.h"
#include "../host/report.h"
#include "bind_internal.h"
#include "inject.h"
#include "proc.h"
#include "stub_engine.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP 1UL
#endif

#define LOOK_MS 20
#define FDS_LEFT 32 /* for other things */
#define ASLEEP \
	(POLLIN | POLLOUT) /* in a notification: that nobody has received; that somebody has */

void bind_listener_init(int listener)
{
	ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
}

/* One descriptor for each thread: as many as the host lets us have. Their number. */
static long raise_limit(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) < 0)
		return 0;
	if (r.rlim_cur < r.rlim_max) {
		r.rlim_cur = r.rlim_max;
		setrlimit(RLIMIT_NOFILE, &r);
	}
	return r.rlim_cur < INT_MAX ? (long)r.rlim_cur : INT_MAX;
}

/* Number @there of @pid is one of ours now. Negative errno. */
static int take_descriptor(pid_t pid, int there)
{
	long limit = raise_limit();
	int pidfd = syscall(SYS_pidfd_open, pid, 0);
	int fd = pidfd < 0 ? -1 : syscall(SYS_pidfd_getfd, pidfd, there, 0);
	int e = fd < 0 ? -errno : 0;

	if (pidfd >= 0)
		close(pidfd);
	if (e || fd < limit - FDS_LEFT)
		return e ? e : fd;
	close(fd);
	return -EMFILE;
}

int bind_take_listener(struct hthread *h)
{
	struct user_regs_struct r;

	if (ptrace(PTRACE_GETREGS, h->tid, 0, &r) < 0)
		return -ESRCH;
	h->listener = take_descriptor(h->proc->pid, (int)r.rax);
	if (h->listener < 0) {
		report_info("user threads are bound to their servers no more: %s",
			    report_errno(-h->listener));
		bind_give_up();
		return h->listener;
	}
	bind_listener_init(h->listener);
	inject_ops->op[0] = (struct stub_op){ SYS_close, { (int)r.rax } };
	return inject_run(proc_leader(h->proc), 1);
}

bool bind_is_stuck(const struct hthread *h)
{
	struct pollfd p = { h->listener, POLLIN, 0 };

	/* All that it can sleep in is a notification and the wait for one of a user thread. */
	return h->proc->bindings && inject_state(h->tid) == 'S' && poll(&p, 1, 0) == 0;
}

/* @u runs, though nobody of its server does. What poll() says once it sleeps, or a result. */
static int make_stop(const struct hthread *u, short *events)
{
	struct pollfd p = { u->listener, ASLEEP, 0 };
	uint64_t since = 0;
	int r = 0;

	stub_interrupt_user(u);
	while (!r && !(p.revents & ASLEEP)) {
		p.revents = 0;
		if (poll(&p, 1, LOOK_MS) <= 0 || !(p.revents & ASLEEP))
			r = stub_look_at(u, &since);
	}
	*events = p.revents;
	return r;
}

static uint64_t stop_in(const struct bind_slot *s)
{
	return s->notif.id ? s->notif.id : s->stop;
}

/* The stop that the server has received, if there is a new one. */
static int receive_from_slot(struct bound *b, const struct bind_slot *s)
{
	struct seccomp_notif n = s->notif;

	if (!n.id) {
		n.id = s->stop;
		n.data.instruction_pointer = s->call ? s->context : STUB_CODE + STUB_NOTIFY_OFFSET;
		n.data.args[2] = s->context;
		n.data.args[3] = s->selectors;
		n.data.args[4] = s->fs_base;
		n.data.args[5] = s->gs_base;
	}
	if (n.id == b->seen)
		return 0;
	b->seen = n.id;
	return stub_note_stop(b->user, &n) ? 0 : stub_make_frame(b->user);
}

static int settle(struct bound *b, const struct bind_slot *s, short events)
{
	int r = events & ASLEEP ? 0 : make_stop(b->user, &events);

	if (r)
		return r;
	if (!(events & POLLIN))
		return receive_from_slot(b, s);
	b->seen = stop_in(s); /* what is there is older */
	return stub_wait_stop(b->user);
}

/*
 * Sees to it that all user threads sleep that a thread of @p can have let go. The process of one
 * that cannot be made to is no more; but if @u is in it, too, that is only told in @broken.
 */
static int settle_all(struct hproc *p, const struct hthread *u, bool *broken)
{
	struct pollfd fd[STUB_BIND_SLOTS];
	unsigned of[STUB_BIND_SLOTS], fds = 0;

	for (unsigned n = 0; n < STUB_BIND_SLOTS; n++)
		if (p->bindings->slot[n].open) {
			fd[fds] = (struct pollfd){ p->bindings->slot[n].user->listener, ASLEEP, 0 };
			of[fds++] = n;
		}
	if (!fds)
		return 0;
	poll(fd, fds, 0);
	for (unsigned i = 0; i < fds; i++) {
		struct bound *b = &p->bindings->slot[of[i]];
		/* Its process can have gone with another thread of it. */
		int r = b->open ? settle(b, bind_slot(p, of[i]), fd[i].revents) : 0;

		if (r == ENGINE_LOST)
			return r;
		if (r && u && b->user->proc == u->proc)
			*broken = true;
		else if (r)
			proc_drop(b->user->proc);
	}
	return 0;
}

int bind_broken(struct hthread *h)
{
	struct hproc *p = h->proc;
	bool none;
	int r;

	if (!p->bindings)
		return ENGINE_BROKEN;
	kill(p->pid, SIGKILL);
	do /* all of its threads are gone then; who destroys it reaps it */
		r = waitid(P_PID, p->pid, NULL, WEXITED | WNOWAIT | __WALL);
	while (r < 0 && errno == EINTR);
	return settle_all(p, NULL, &none) ?: ENGINE_BROKEN;
}

/* The user thread of the slot at address @at in its server's process, if it is one of @t. */
static struct hthread *user_of(const struct hproc *p, const struct thread *t, uint64_t at)
{
	uint64_t n = (at - STUB_BIND_TABLE) / STUB_BIND_SLOT_SIZE;
	struct hthread *u;

	if (at < STUB_BIND_TABLE || n >= STUB_BIND_SLOTS || !p->bindings->slot[n].open)
		return NULL;
	u = p->bindings->slot[n].user;
	return u->owner == t && u->proc->space ? u : NULL;
}

/* It has stopped, and its server has not seen that. */
static bool is_news(const struct hthread *u, const struct bind_slot *s)
{
	return s->stop != u->notification || s->notif.id == u->notification;
}

static struct task *task_of_space(struct space *s)
{
	return (struct task *)((char *)s - offsetof(struct task, space));
}

enum place { ELSEWHERE, BEFORE, IN_USER };

/* Where in stub_bind.S. */
static enum place place_of(const struct thread *t, const struct guest_stop *e)
{
	uint64_t at = t->regs.ip - STUB_CODE;

	if (e->kind == STOPPED_BY_SYSCALL)
		return at == STUB_TAKE_OVER_OFFSET ? IN_USER : ELSEWHERE;
	if (at >= STUB_RESUME_BEGUN_OFFSET && at < STUB_SEND_OFFSET)
		return BEFORE;
	return at >= STUB_SEND_OFFSET && at < STUB_RECV_OFFSET && e->kind == STOPPED_OTHERWISE
		       ? IN_USER
		       : ELSEWHERE;
}

/* The server runs @u, and has stopped because of that, or of an interrupt. */
static int take_over(struct thread *t, struct hthread *u, bool broken, struct guest_stop *e)
{
	int r;

	vcpu_found_in_user(t, task_of_space(u->proc->space));
	((struct engine_thread *)t->arch)->recent = u;
	r = broken ? ENGINE_BROKEN : stub_stop_read(u, t, e);
	if (!r)
		bind_stop_is_known(u);
	return r;
}

static int server_stopped(struct hthread *h, struct thread *t, struct guest_stop *e)
{
	enum place place = t->vcpu.in_user ? ELSEWHERE : place_of(t, e);
	struct hthread *u = place == IN_USER ? user_of(h->proc, t, t->regs.rbx) : NULL;
	bool broken = false;
	int r = settle_all(h->proc, u, &broken);

	if (r)
		return r;
	if (u && (broken || is_news(u, bind_slot(h->proc, u->slot))))
		return take_over(t, u, broken, e);
	if (place == BEFORE || u) {
		t->regs.ip = STUB_CODE + STUB_SLOW_OFFSET;
		if (place == IN_USER)
			e->kind = STOPPED_OTHERWISE;
	}
	return 0;
}

int bind_after(struct hthread *h, struct thread *t, struct guest_stop *e)
{
	if (h->proc->bindings)
		return server_stopped(h, t, e);
	if (t->vcpu.in_user)
		bind_user_stopped(h, t, e);
	return 0;
}
