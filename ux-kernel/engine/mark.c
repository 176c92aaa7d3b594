// SPDX-License-Identifier: MIT
/* Who had which process. */
#include "mark.h"

#include "../core/arch.h"
#include "../core/thread.h"
#include "proc.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

struct mark_thread {
	struct hthread *h;
	pid_t tid;
	struct thread *owner;
	bool recent;
};

struct mark_proc {
	struct hproc *p;
	struct space *space;
	struct tlb_mark tlb;
	unsigned threads; /* the next ones of the list of threads */
};

static struct {
	struct mark_proc *proc;
	struct mark_thread *thread;
	char *vectors; /* arch_fpu_size() bytes for each thread */
	unsigned procs, threads;
} mark;

static void forget(void)
{
	for (unsigned i = 0; i < mark.procs; i++)
		tlb_mark_free(&mark.proc[i].tlb);
	free(mark.proc);
	free(mark.thread);
	free(mark.vectors);
	mark.proc = NULL;
	mark.thread = NULL;
	mark.vectors = NULL;
	mark.procs = mark.threads = 0;
}

static int count_thread(struct hthread *h, void *arg)
{
	(void)h;
	++*(unsigned *)arg;
	return 0;
}

static int count_proc(struct hproc *p, void *arg)
{
	(void)p;
	++*(unsigned *)arg;
	return 0;
}

static char *vector(unsigned n)
{
	return mark.vectors + n * arch_fpu_size();
}

static int take_thread(struct mark_proc *m, struct hthread *h)
{
	const struct engine_thread *e = h->owner->arch;

	mark.thread[mark.threads] = (struct mark_thread){ h, h->tid, h->owner, e->recent == h };
	m->threads++;
	return engine->fpu_read(h, vector(mark.threads++));
}

static int take_proc(struct hproc *p, void *arg)
{
	struct mark_proc *m = &mark.proc[mark.procs++];
	int e = 0;

	(void)arg;
	*m = (struct mark_proc){ .p = p, .space = p->space };
	if (!tlb_mark(p, &m->tlb))
		return -ENOMEM;
	list_for_each(it, &p->threads) {
		struct hthread *h = list_entry(it, struct hthread, link);

		if (!e && h->owner)
			e = take_thread(m, h);
	}
	return e;
}

int mark_take(void)
{
	unsigned procs = 0, threads = 0;

	forget();
	proc_each(count_proc, &procs);
	proc_each_thread(count_thread, &threads);
	mark.proc = calloc(procs + 1, sizeof(*mark.proc));
	mark.thread = calloc(threads + 1, sizeof(*mark.thread));
	mark.vectors = calloc(threads + 1, arch_fpu_size());
	if (!mark.proc || !mark.thread || !mark.vectors)
		return -ENOMEM;
	return proc_each(take_proc, NULL);
}

void mark_take_down(void)
{
	proc_detach_all();
}

/* The threads of @p, from number @n on. */
static int put_threads_back(const struct mark_proc *m, struct hproc *p, unsigned n)
{
	for (unsigned i = n; i < n + m->threads; i++) {
		const struct mark_thread *t = &mark.thread[i];
		struct engine_thread *e = t->owner->arch;
		struct hthread *recent = e->recent, *h = proc_attach_thread(p, t->owner, t->h);

		if (!h || engine->fpu_write(h, vector(i)) < 0)
			return -ESRCH;
		e->recent = t->recent ? h : recent;
		if (p->tlb.fault_tid == t->tid)
			p->tlb.fault_tid = h->tid;
	}
	return 0;
}

int mark_put_back(void)
{
	unsigned n = 0;

	proc_forget_objects();
	for (unsigned i = 0; i < mark.procs; i++) {
		const struct mark_proc *m = &mark.proc[i];
		struct hproc *p = proc_attach(m->space, m->p);

		if (!p || !tlb_return(p, &m->tlb) || put_threads_back(m, p, n) < 0)
			return -ESRCH;
		n += m->threads;
	}
	proc_release_detached();
	return 0;
}

static int protect(struct hproc *p, void *arg)
{
	(void)arg;
	tlb_protect_ram(p);
	return 0;
}

void mark_protect(void)
{
	proc_each(protect, NULL);
}
