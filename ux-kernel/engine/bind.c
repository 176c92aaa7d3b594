// SPDX-License-Identifier: MIT
/* Who is bound to whom; what is due before a server goes on. */
#define _GNU_SOURCE
#include "bind.h"

#include "../core/arch.h"
#include "../core/task.h"
#include "../core/thread.h"
#include "../debug/gdb_hooks.h"
#include "../fault/hook.h"
#include "bind_internal.h"
#include "cell.h"
#include "debugreg.h"
#include "direct.h"
#include "inject.h"
#include "proc.h"

#include <errno.h>
#include <l4/abi/ux.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define CALLS_BEFORE 8U       /* through the kernel, before a user thread is bound */
#define CALLS_BEFORE_BUSY 32U /* and before it takes the slot of another one */

#ifndef SECCOMP_ADDFD_FLAG_SETFD
#define SECCOMP_ADDFD_FLAG_SETFD (1UL << 0)
#endif

_Static_assert(L4_UX_RESUME == STUB_CODE + STUB_RESUME_OFFSET, "address of the resume");
_Static_assert(L4_UX_USER_FPU == STUB_CODE + STUB_USER_FPU_OFFSET, "and of what goes with it");

static bool given_up;

bool bind_is_on(void)
{
	return engine->has_resume && !given_up && !FAULT_ACTIVE && !gdb_active &&
	       !engine_single_step;
}

void bind_give_up(void)
{
	given_up = true;
}

struct bind_slot *bind_slot(const struct hproc *server, unsigned n)
{
	return (struct bind_slot *)(server->cells + (STUB_BIND_TABLE - STUB_CELLS)) + n;
}

void bind_stop_is_known(struct hthread *h)
{
	struct bind_slot *s;

	if (h->slot < 0)
		return;
	s = bind_slot(h->proc->server, h->slot);
	s->cell_there = h->frame.cell;
	s->cell_here = STUB_BIND_CELLS + (uint64_t)h->slot * STUB_CELL_SIZE;
	s->call = h->call != 0;
	s->frame = h->entry.stopped || h->call ? 0 : s->cell_here + h->frame.at;
	s->context = h->call ? h->call : h->frame.cell + h->frame.at + 8;
	s->selectors = h->frame.selectors;
	s->fs_base = h->frame.fs_base;
	s->gs_base = h->frame.gs_base;
	s->stop = h->notification;
	h->proc->server->bindings->slot[h->slot].seen = h->notification;
	memset(&s->notif, 0, sizeof(s->notif));
}

static void withdraw(struct hproc *server, unsigned n)
{
	bind_slot(server, n)->vcpu = 0;
}

/* The descriptor of slot @n in the process of @h, which sleeps in a notification, becomes @fd. */
static int give(const struct hthread *h, unsigned n, int fd)
{
	struct seccomp_notif_addfd a = { .id = h->notification,
					 .flags = SECCOMP_ADDFD_FLAG_SETFD,
					 .srcfd = fd,
					 .newfd = STUB_BIND_FD + n };
	int r;

	do /* the thread wakes up for it, and our signals come meanwhile */
		r = ioctl(h->listener, SECCOMP_IOCTL_NOTIF_ADDFD, &a);
	while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : 0;
}

/* The server cannot let it go any more. Whatever its descriptor becomes, it is no listener. */
static int take_back(const struct hthread *h, struct bound *b, unsigned n)
{
	if (!b->open)
		return 0;
	if (give(h, n, cell_file()) < 0)
		return ENGINE_LOST;
	b->open = false;
	withdraw(h->proc, n);
	return 0;
}

/* A slot for @u: its own; one that nobody has; one of nobody who lives; any. -1: wait. */
static int choose(struct bindings *s, const struct hthread *u)
{
	if (u->slot >= 0)
		return u->slot;
	for (int n = 0; n < STUB_BIND_SLOTS; n++)
		if (!s->slot[n].user)
			return n;
	for (int n = 0; n < STUB_BIND_SLOTS; n++)
		if (!s->slot[n].user->owner)
			return n;
	return u->calls < CALLS_BEFORE_BUSY ? -1 : (int)(s->next++ % STUB_BIND_SLOTS);
}

/* The server's process sees the cell of @u. */
static int show_cell(struct hproc *server, const struct hthread *u, unsigned n)
{
	inject_ops->op[0] = (struct stub_op){
		SYS_mmap,
		{ STUB_BIND_CELLS + (uint64_t)n * STUB_CELL_SIZE, STUB_CELL_SIZE,
		  PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, STUB_FD_CELLS,
		  (uint64_t)u->proc->cells_file * STUB_CELLS_SIZE + (u->frame.cell - STUB_CELLS) }
	};
	return inject_run(proc_leader(server), 1);
}

/* A cell of no user any more: others may get its memory. What is there instead is nobody's. */
static int hide_cell(struct hproc *server, unsigned n)
{
	inject_ops->op[0] = (struct stub_op){ SYS_mmap,
					      { STUB_BIND_CELLS + (uint64_t)n * STUB_CELL_SIZE,
						STUB_CELL_SIZE, PROT_READ | PROT_WRITE,
						MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0 } };
	if (inject_run(proc_leader(server), 1) < 0)
		return ENGINE_LOST;
	server->bindings->slot[n].stale = false;
	return 0;
}

/* In the process of a server: what an answer of its may not say is in a page of zeros. */
static struct bindings *bindings_make(struct hproc *p)
{
	struct bindings *s = calloc(1, sizeof(*s));

	inject_ops->op[0] = (struct stub_op){ SYS_mmap,
					      { STUB_BIND_ZEROS, STUB_BIND_CELLS - STUB_BIND_ZEROS,
						PROT_READ, MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS,
						-1, 0 } };
	if (s && inject_run(proc_leader(p), 1) < 0) {
		free(s);
		s = NULL;
	}
	return s;
}

/* @t has at @index a capability of the task that @u runs in, and may run it. */
static bool may_run(const struct thread *t, const struct hthread *u, uint64_t index)
{
	const struct cap *c = cap_lookup(&t->task->caps, index);

	return c && c->obj->ops->type == KOBJ_TASK && (c->rights & CAP_S) &&
	       &task_of(c->obj)->space == u->proc->space;
}

/* Binds @u to the process of @h. What fails is tried again some day. Results of engine.run(). */
static int bind(struct hthread *h, struct thread *t, struct hthread *u)
{
	uint64_t index = t->vcpu.state->user_task >> L4_CAP_SHIFT;
	struct hproc *p = h->proc;
	struct bindings *s = p->bindings;
	struct bind_slot *v;
	int n;

	if (!s)
		s = p->bindings = bindings_make(p);
	n = s ? choose(s, u) : -1;
	if (n < 0 || u->proc->server != p || !may_run(t, u, index))
		return 0;
	if (s->slot[n].user != u) {
		if (take_back(h, &s->slot[n], n))
			return ENGINE_LOST;
		if (s->slot[n].user)
			bind_forget(s->slot[n].user);
		if (show_cell(p, u, n) < 0)
			return 0;
		s->slot[n] = (struct bound){ .user = u };
		u->slot = n;
	}
	if (!s->slot[n].open && give(h, n, u->listener) < 0) {
		bind_give_up();
		return 0;
	}
	s->slot[n].open = true;
	s->slot[n].index = index;
	u->calls = 0;
	bind_stop_is_known(u);
	v = bind_slot(p, n);
	v->task = index;
	v->fd = STUB_BIND_FD + n;
	v->vcpu = t->vcpu.user_addr;
	if (t->vcpu.partial)
		direct_allow(u);
	return 0;
}

/* What may have changed since. */
static int refresh(struct hthread *h, struct bound *b, unsigned n)
{
	struct hthread *u = b->user;
	struct thread *t = u->owner;

	if (!t)
		return hostmap_is_behind(&u->proc->tlb.map) ? take_back(h, b, n) : 0;
	if (!may_run(t, u, b->index))
		return take_back(h, b, n);
	if (!bind_is_on() || t->alien)
		withdraw(h->proc, n);
	if (t->vcpu.partial)
		direct_allow(u);
	return tlb_sync(u->proc, u) < 0 ? ENGINE_LOST : 0;
}

int bind_before(struct hthread *h, struct thread *t)
{
	struct engine_thread *e = t->arch;
	struct bindings *s = h->proc->bindings;
	struct hthread *u = e->bind;
	int r = 0;

	for (unsigned n = 0; s && !r && n < STUB_BIND_SLOTS; n++)
		if (s->slot[n].stale)
			r = hide_cell(h->proc, n);
		else if (s->slot[n].open)
			r = refresh(h, &s->slot[n], n);
	if (r || !u || t->vcpu.in_user)
		return r;
	e->bind = NULL;
	return bind_is_on() && !h->proc->has_listeners ? bind(h, t, u) : 0;
}

void bind_user_stopped(struct hthread *h, struct thread *t, const struct guest_stop *e)
{
	bind_stop_is_known(h);
	if (!h->proc->has_listeners || e->kind != STOPPED_BY_SYSCALL || !t->vcpu.fpu_apart)
		return;
	if (++h->calls >= CALLS_BEFORE) /* if it is bound, its server does not find it */
		((struct engine_thread *)t->arch)->bind = h;
}

void bind_release(struct hthread *h)
{
	struct engine_thread *e = h->owner ? h->owner->arch : NULL;

	h->calls = 0;
	if (e && e->bind == h)
		e->bind = NULL;
	if (h->slot >= 0)
		withdraw(h->proc->server, h->slot);
}

void bind_forget(struct hthread *h)
{
	struct hproc *p = h->proc->server;

	if (h->slot < 0)
		return;
	withdraw(p, h->slot);
	p->bindings->slot[h->slot] = (struct bound){ .stale = true };
	h->slot = -1;
}

void bind_end(struct hproc *server)
{
	struct bindings *s = server->bindings;

	for (unsigned n = 0; s && n < STUB_BIND_SLOTS; n++)
		if (s->slot[n].user)
			bind_forget(s->slot[n].user);
	free(s);
	server->bindings = NULL;
}
