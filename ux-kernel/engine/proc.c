// SPDX-License-Identifier: MIT
/* Template, task processes, host threads. */
#define _GNU_SOURCE
#include "proc.h"

#include "../core/arch.h"
#include "../core/space.h"
#include "../core/task.h"
#include "../core/thread.h"
#include "../host/irq_input.h"
#include "../host/memory.h"
#include "../host/pin.h"
#include "../host/report.h"
#include "../host/stop.h"
#include "bind.h"
#include "cell.h"
#include "direct.h"
#include "fpu.h"
#include "inject.h"
#include "template.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SPARE_MAX 32U
#define MADE_AHEAD 2U /* a program that forks and its shell, say; more are soon there again */
#define FORK_FLAGS (CLONE_PARENT | SIGCHLD)
#define THREAD_FLAGS \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)

static struct hthread *template, *user_template; /* user: with has_listeners */
static struct list spare = { &spare, &spare };
static struct list in_use = { &in_use, &in_use };
static struct list detached = { &detached, &detached }; /* for proc_attach() */
static unsigned spares;
static volatile sig_atomic_t child_ended = 1; /* or so before there was a handler */

static struct hthread *hthread_new(struct hproc *p, pid_t tid)
{
	struct hthread *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->proc = p;
	h->tid = tid;
	h->slot = h->listener = -1;
	list_init(&h->owner_link);
	list_add_before(&h->link, &p->threads);
	return h;
}

static struct hproc *hproc_new(pid_t pid)
{
	struct hproc *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->pid = pid;
	list_init(&p->threads);
	list_init(&p->link);
	if (tlb_create(&p->tlb) && hthread_new(p, pid))
		return p;
	tlb_destroy(&p->tlb);
	free(p);
	return NULL;
}

static void hthread_free(struct hthread *h)
{
	bind_forget(h);
	direct_release(h);
	if (h->proc->has_listeners && h->listener >= 0)
		close(h->listener);
	list_del(&h->owner_link);
	free(h);
}

/* Nothing is bound to it any more. */
static void forget_server(struct hproc *server)
{
	struct list *const lists[] = { &in_use, &spare };

	bind_end(server);
	for (unsigned i = 0; i < 2; i++)
		list_for_each(it, lists[i]) {
			struct hproc *p = list_entry(it, struct hproc, link);

			if (p->server == server)
				p->server = NULL;
		}
}

static void on_sigchld(int sig)
{
	(void)sig;
	child_ended = 1;
	irq_input_wake();
}

struct hthread *proc_leader(const struct hproc *p)
{
	return list_entry(p->threads.next, struct hthread, link);
}

static int template_files[STUB_FDS];

/* NULL: that failed, with an error reported and in @e. */
static struct hthread *template_make(bool has_listeners, struct template_listener *l, int *e)
{
	pid_t pid = template_start(template_files, has_listeners, l);
	struct hproc *p = pid < 0 ? NULL : hproc_new(pid);

	*e = pid < 0 ? pid : p ? template_empty(proc_leader(p)) : -ENOMEM;
	if (*e)
		return NULL;
	p->has_listeners = has_listeners;
	pin_task(pid);
	return proc_leader(p);
}

int proc_init(enum engine_choice choice)
{
	int code_fd, ops_fd, cells_fd = cell_init(), e = inject_init(&code_fd, &ops_fd);
	struct template_listener listener;

	if (!e && cells_fd < 0)
		e = cells_fd;
	if (e) {
		report_error("cannot create the stub pages: %s", report_errno(-e));
		return e;
	}
	memcpy(template_files,
	       (int[STUB_FDS]){ code_fd, ops_fd, memory_ram_fd(), memory_ku_fd(), cells_fd,
				memory_io_fd() },
	       sizeof(template_files));
	template = template_make(false, &listener, &e);
	if (e)
		return e;
	e = fpu_init(template->tid);
	if (!e)
		e = engine_choose(choice, listener.fd);
	if (!e && !engine->run_maps)
		e = template_close_listener(template, &listener);
	/* Where threads are traced, a signal for every stop would be one for every system call. */
	sigaction(SIGCHLD,
		  &(struct sigaction){ .sa_handler = on_sigchld,
				       .sa_flags = engine->run_maps ? 0 : SA_NOCLDSTOP },
		  NULL);
	return e;
}

static void hproc_free(struct hproc *p)
{
	list_del(&p->link);
	tlb_destroy(&p->tlb);
	free(p);
}

static struct hproc *find_by_tid(struct list *procs, pid_t tid)
{
	list_for_each(it, procs) {
		struct hproc *p = list_entry(it, struct hproc, link);

		list_for_each(th, &p->threads)
			if (list_entry(th, struct hthread, link)->tid == tid)
				return p;
	}
	return NULL;
}

static struct hproc *find_child(pid_t tid)
{
	struct hproc *p = find_by_tid(&in_use, tid);

	return p ? p : find_by_tid(&spare, tid);
}

/* A traced thread stopped by what somebody has sent. It might not notice that it is its turn. */
static void look_at_stopped(pid_t tid)
{
	struct hproc *p = find_child(tid);
	siginfo_t si;

	if (p && p->turn.waits)
		turn_look(p);
	else
		waitid(P_PID, tid, &si, WSTOPPED | WNOHANG | __WALL);
}

pid_t proc_check(void)
{
	siginfo_t si = { 0 };
	struct hproc *p;

	if (!child_ended)
		return 0;
	child_ended = 0;
	if (waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0 || !si.si_pid)
		return 0;
	if (si.si_code == CLD_TRAPPED || si.si_code == CLD_STOPPED) {
		child_ended = 1; /* there may be more */
		look_at_stopped(si.si_pid);
		return 0;
	}
	p = find_child(si.si_pid);
	if (!p && template && template->tid == si.si_pid)
		p = template->proc;
	if (!p && user_template && user_template->tid == si.si_pid)
		p = user_template->proc;
	if (!p) {
		child_ended = 1;
		return si.si_pid;
	}
	p->dead = true;
	report_error("somebody killed the task process %d; the system ends", p->pid);
	arch_shutdown(STOP_INTERNAL);
	return 0;
}

static void hproc_destroy(struct hproc *p)
{
	forget_server(p);
	kill(p->pid, SIGKILL);
	/* The leader, first in the list, is reaped last: it is waitable only after the others. */
	for (struct list *it = p->threads.prev, *prev; it != &p->threads; it = prev) {
		struct hthread *h = list_entry(it, struct hthread, link);

		prev = it->prev;
		while (waitpid(h->tid, NULL, __WALL) < 0 && errno == EINTR)
			;
		selread_disarm(&h->selread);
		hthread_free(h);
	}
	cell_free(p);
	turn_free(p);
	hproc_free(p);
}

void proc_exit(void)
{
	while (!list_empty(&in_use))
		hproc_destroy(list_entry(in_use.next, struct hproc, link));
	while (!list_empty(&spare))
		hproc_destroy(list_entry(spare.next, struct hproc, link));
	if (template)
		hproc_destroy(template->proc);
	if (user_template)
		hproc_destroy(user_template->proc);
	template = user_template = NULL;
	spares = 0;
}

int proc_each(int (*fn)(struct hproc *p, void *arg), void *arg)
{
	int e = 0;

	list_for_each(it, &in_use)
		if (!e)
			e = fn(list_entry(it, struct hproc, link), arg);
	return e;
}

int proc_each_thread(int (*fn)(struct hthread *h, void *arg), void *arg)
{
	int e = 0;

	list_for_each(it, &in_use)
		list_for_each(th, &list_entry(it, struct hproc, link)->threads) {
			struct hthread *h = list_entry(th, struct hthread, link);

			if (!e && h->owner)
				e = fn(h, arg);
		}
	return e;
}

void proc_flush_all(void)
{
	list_for_each(it, &in_use)
		tlb_flush(list_entry(it, struct hproc, link));
}

void proc_forget_objects(void)
{
	list_for_each(it, &kobj_all) {
		struct kobj *o = list_entry(it, struct kobj, all_link);
		struct engine_thread *e;

		if (o->ops->type == KOBJ_TASK)
			((struct task *)o)->space.arch = NULL;
		if (o->ops->type != KOBJ_THREAD || !thread_of(o)->arch)
			continue;
		e = thread_of(o)->arch;
		list_init(&e->hthreads);
		e->recent = e->bind = NULL;
	}
}

static pid_t process_make(struct hthread *from)
{
	pid_t pid = inject_clone(from, FORK_FLAGS);

	if (pid < 0)
		report_guest("cannot create a process for a task: %s", report_errno(-pid));
	return pid;
}

/* Where a process is forked from. @server: it is for user code of that one. */
static struct hthread *template_for(const struct hproc *server)
{
	struct template_listener none;
	int e;

	if (!server || !bind_is_on())
		return template;
	if (!user_template)
		user_template = template_make(true, &none, &e);
	if (!user_template)
		bind_give_up();
	return user_template ? user_template : template;
}

static struct hproc *spare_take(const struct hthread *like, const struct hproc *server)
{
	list_for_each(it, &spare) {
		struct hproc *p = list_entry(it, struct hproc, link);

		if (p->has_listeners != like->proc->has_listeners ||
		    (p->server && p->server != server))
			continue;
		list_del(&p->link);
		spares--;
		return p;
	}
	return NULL;
}

static struct hproc *proc_take(struct hproc *server)
{
	struct hthread *from = template_for(server);
	struct hproc *p = spare_take(from, server);
	pid_t pid = p ? 0 : process_make(from);

	if (pid < 0)
		return NULL;
	if (!p)
		p = hproc_new(pid);
	if (!p) {
		kill(pid, SIGKILL);
		return NULL;
	}
	p->has_listeners = from->proc->has_listeners;
	p->server = p->has_listeners ? server : NULL;
	return p;
}

void proc_make_ahead(void)
{
	static bool failed; /* who needs one will say why */
	struct hthread *from = user_template ? user_template : template;
	unsigned there = 0;

	list_for_each(it, &spare) {
		there += list_entry(it, struct hproc, link)->has_listeners ==
			 from->proc->has_listeners;
		if (there == MADE_AHEAD)
			return;
	}
	for (; there < MADE_AHEAD && spares < SPARE_MAX && !failed; there++) {
		pid_t pid = inject_clone(from, FORK_FLAGS);
		struct hproc *p = pid < 0 ? NULL : hproc_new(pid);

		failed = !p;
		if (p) {
			p->has_listeners = from->proc->has_listeners;
			list_add_before(&p->link, &spare);
			spares++;
		} else if (pid > 0) {
			kill(pid, SIGKILL);
		}
	}
}

static void proc_give(struct hproc *p, struct space *s)
{
	p->space = s;
	s->arch = p;
	list_add_before(&p->link, &in_use);
}

struct hproc *proc_of_space(struct space *s, const struct space *server)
{
	struct hproc *p = s->arch;

	if (p)
		return p;
	p = proc_take(server ? server->arch : NULL);
	if (p)
		proc_give(p, s);
	return p;
}

void proc_thread_release(struct hthread *h)
{
	struct engine_thread *e = h->owner ? h->owner->arch : NULL;

	bind_release(h);
	if (e && e->recent == h)
		e->recent = NULL;
	list_del(&h->owner_link);
	h->owner = NULL;
	h->debug_generation = 0;
}

/* Nothing of what its threads did can be felt by those of another task. */
static bool is_reusable(const struct hproc *p)
{
	if (p->bindings)
		return false;
	list_for_each(it, &p->threads)
		if (engine->clean && engine->clean(list_entry(it, struct hthread, link)) < 0)
			return false;
	return true;
}

void proc_release(struct hproc *p)
{
	list_for_each(it, &p->threads)
		proc_thread_release(list_entry(it, struct hthread, link));
	p->space = NULL;
	list_del(&p->link);
	tlb_flush(p); /* before a thread may be let go for the last time */
	if (p->dead || spares >= SPARE_MAX || !is_reusable(p)) {
		hproc_destroy(p);
		return;
	}
	list_add_head(&p->link, &spare);
	spares++;
}

void proc_discard(struct hproc *p)
{
	p->space->arch = NULL;
	p->dead = true;
	proc_release(p);
}

void proc_drop(struct hproc *p)
{
	if (p->space) {
		proc_discard(p);
		return;
	}
	spares--;
	hproc_destroy(p);
}

/* The process that @t is at home in. */
static const struct hproc *home_of(const struct thread *t)
{
	return t->task->space.arch;
}

static struct hthread *thread_free_one(struct hproc *p, const struct thread *t)
{
	struct hthread *leader, *h;
	pid_t tid;
	int e;

	leader = proc_leader(p);
	list_for_each(it, &p->threads) {
		h = list_entry(it, struct hthread, link);
		if (!h->owner && (h != leader || engine->leader_runs) &&
		    (h->slot < 0 || p->server == home_of(t)))
			return h;
	}
	tid = inject_clone(leader, THREAD_FLAGS);
	if (tid < 0) {
		report_guest("cannot create a thread in a task process: %s", report_errno(-tid));
		return NULL;
	}
	h = hthread_new(p, tid);
	e = h ? engine->thread_start(h) : -ENOMEM;
	if (!e)
		return h;
	/* It may be half of what it should be. Where it needs a listener there is another way. */
	if (!p->has_listeners)
		report_guest("cannot set up a thread in a task process: %s", report_errno(-e));
	p->dead = true;
	return NULL;
}

/* The thread of @p that runs @t. NULL: none can, or, with p->dead, not in this process. */
static struct hthread *thread_in(struct hproc *p, struct thread *t)
{
	struct engine_thread *e = t->arch;
	struct hthread *h = e->recent;

	if (h && h->owner == t && h->proc == p)
		return h;
	list_for_each(it, &e->hthreads) {
		h = list_entry(it, struct hthread, owner_link);
		if (h->proc == p)
			return e->recent = h;
	}
	h = thread_free_one(p, t);
	if (!h)
		return NULL;
	if (h->used && engine->fpu_write(h, fpu_initial()) < 0) {
		p->dead = true; /* the owner before has spoilt it */
		return NULL;
	}
	h->used = true;
	h->owner = t;
	list_add_before(&h->owner_link, &e->hthreads);
	return e->recent = h;
}

struct hthread *proc_thread(struct space *s, struct thread *t)
{
	const struct space *home = &t->task->space, *server = s == home ? NULL : home;
	struct hproc *p = proc_of_space(s, server);
	struct hthread *h;

	if (!p || p->dead)
		return NULL;
	h = thread_in(p, t);
	if (h || !p->dead)
		return h;
	proc_discard(p);
	p = proc_of_space(s, server);
	return p ? thread_in(p, t) : NULL;
}

void proc_detach_all(void)
{
	while (!list_empty(&in_use)) {
		struct hproc *p = list_entry(in_use.next, struct hproc, link);

		list_for_each(it, &p->threads)
			proc_thread_release(list_entry(it, struct hthread, link));
		p->space = NULL;
		list_del(&p->link);
		list_add_before(&p->link, &detached);
	}
}

/* Takes @p out of @from, if it is there. */
static bool proc_take_from(struct list *from, const struct hproc *p)
{
	list_for_each(it, from)
		if (list_entry(it, struct hproc, link) == p && !p->dead) {
			list_del(it);
			return true;
		}
	return false;
}

struct hproc *proc_attach(struct space *s, struct hproc *wanted)
{
	struct hproc *p = wanted;

	if (proc_take_from(&spare, wanted))
		spares--;
	else if (!proc_take_from(&detached, wanted))
		p = proc_take(NULL);
	if (p)
		proc_give(p, s);
	return p;
}

struct hthread *proc_attach_thread(struct hproc *p, struct thread *t, struct hthread *wanted)
{
	struct engine_thread *e = t->arch;

	list_for_each(it, &p->threads) {
		struct hthread *h = list_entry(it, struct hthread, link);

		if (h != wanted || h->owner)
			continue;
		h->owner = t;
		list_add_before(&h->owner_link, &e->hthreads);
		return h;
	}
	return thread_in(p, t);
}

void proc_release_detached(void)
{
	while (!list_empty(&detached))
		proc_release(list_entry(detached.next, struct hproc, link));
}
