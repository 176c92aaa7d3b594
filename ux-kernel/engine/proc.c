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
#include "../host/report.h"
#include "../host/stop.h"
#include "cell.h"
#include "fpu.h"
#include "inject.h"
#include "template.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define SPARE_MAX 32U
#define FORK_FLAGS (CLONE_PARENT | SIGCHLD)
#define THREAD_FLAGS \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)

static struct hthread *template;
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

/* All that is left in the template afterwards are the two stub pages. */
static int template_empty(const struct template_listener *l)
{
	unsigned n = 0;
	int e;

	inject_ops->op[n++] = (struct stub_op){ SYS_munmap, { 0, STUB_CODE } };
	inject_ops->op[n++] = (struct stub_op){ SYS_munmap,
						{ STUB_END, 0x7ffffffff000 - STUB_END } };
	if (l->there >= 0)
		inject_ops->op[n++] = (struct stub_op){ SYS_close, { l->there } };
	e = inject_run(template, n);
	if (e)
		report_error("cannot empty the template process: %s", report_errno(-e));
	return e;
}

int proc_init(enum engine_choice choice)
{
	int code_fd, ops_fd, cells_fd = cell_init(), e = inject_init(&code_fd, &ops_fd);
	struct template_listener listener;
	struct hproc *p;
	pid_t pid;

	if (!e && cells_fd < 0)
		e = cells_fd;
	if (e) {
		report_error("cannot create the stub pages: %s", report_errno(-e));
		return e;
	}
	pid = template_start((int[STUB_FDS]){ code_fd, ops_fd, memory_ram_fd(), memory_ku_fd(),
					      cells_fd, memory_io_fd() },
			     &listener);
	if (pid < 0)
		return pid;
	p = hproc_new(pid);
	if (!p)
		return -ENOMEM;
	template = proc_leader(p);
	e = template_empty(&listener);
	if (e)
		return e;
	/* Only ends of processes: a signal for every stop would be one for every system call. */
	sigaction(SIGCHLD,
		  &(struct sigaction){ .sa_handler = on_sigchld, .sa_flags = SA_NOCLDSTOP }, NULL);
	e = fpu_init(template->tid);
	return e ? e : engine_choose(choice, listener.fd);
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

pid_t proc_check(void)
{
	siginfo_t si = { 0 };
	struct hproc *p;

	if (!child_ended)
		return 0;
	child_ended = 0;
	if (waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0 || !si.si_pid)
		return 0;
	p = find_by_tid(&in_use, si.si_pid);
	if (!p)
		p = find_by_tid(&spare, si.si_pid);
	if (!p && template && template->tid == si.si_pid)
		p = template->proc;
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
	kill(p->pid, SIGKILL);
	/* The leader, first in the list, is reaped last: it is waitable only after the others. */
	for (struct list *it = p->threads.prev, *prev; it != &p->threads; it = prev) {
		struct hthread *h = list_entry(it, struct hthread, link);

		prev = it->prev;
		while (waitpid(h->tid, NULL, __WALL) < 0 && errno == EINTR)
			;
		list_del(&h->owner_link);
		selread_disarm(&h->selread);
		free(h);
	}
	cell_free(p);
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
	template = NULL;
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
		e->recent = NULL;
	}
}

static pid_t process_make(void)
{
	pid_t pid = inject_clone(template, FORK_FLAGS);

	if (pid < 0)
		report_guest("cannot create a process for a task: %s", report_errno(-pid));
	return pid;
}

static struct hproc *proc_take(void)
{
	struct hproc *p;
	pid_t pid;

	if (spares) {
		p = list_entry(spare.next, struct hproc, link);
		list_del(&p->link);
		spares--;
		return p;
	}
	pid = process_make();
	if (pid < 0)
		return NULL;
	p = hproc_new(pid);
	if (!p)
		kill(pid, SIGKILL);
	return p;
}

static void proc_give(struct hproc *p, struct space *s)
{
	p->space = s;
	s->arch = p;
	list_add_before(&p->link, &in_use);
}

struct hproc *proc_of_space(struct space *s)
{
	struct hproc *p = s->arch;

	if (p)
		return p;
	p = proc_take();
	if (p)
		proc_give(p, s);
	return p;
}

void proc_thread_release(struct hthread *h)
{
	list_del(&h->owner_link);
	h->owner = NULL;
	h->debug_generation = 0;
}

/* Nothing of what its threads did can be felt by those of another task. */
static bool is_reusable(const struct hproc *p)
{
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
	if (p->dead || spares >= SPARE_MAX || !is_reusable(p)) {
		hproc_destroy(p);
		return;
	}
	tlb_flush(p);
	list_add_head(&p->link, &spare);
	spares++;
}

void proc_discard(struct hproc *p)
{
	p->space->arch = NULL;
	p->dead = true;
	proc_release(p);
}

static struct hthread *thread_free_one(struct hproc *p)
{
	struct hthread *leader, *h;
	pid_t tid;
	int e;

	leader = proc_leader(p);
	list_for_each(it, &p->threads) {
		h = list_entry(it, struct hthread, link);
		if (!h->owner && (h != leader || engine->leader_runs))
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
	/* It may be half of what it should be. */
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
	h = thread_free_one(p);
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
	struct hproc *p = proc_of_space(s);
	struct hthread *h;

	if (!p || p->dead)
		return NULL;
	h = thread_in(p, t);
	if (h || !p->dead)
		return h;
	proc_discard(p);
	p = proc_of_space(s);
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
		p = proc_take();
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
