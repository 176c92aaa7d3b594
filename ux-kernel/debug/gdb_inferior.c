// SPDX-License-Identifier: MIT
/* Which tasks gdb is attached to, and their threads. */
#include "breakpoint.h"
#include "gdb.h"

#include "../engine/debugreg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_PROGRAM 2 /* sigma0 and the root task come before it */

static struct inferior inferior[GDB_INFERIORS];

static struct task *task_with(uint64_t id)
{
	list_for_each(it, &kobj_all) {
		struct kobj *o = list_entry(it, struct kobj, all_link);

		if (o->ops->type == KOBJ_TASK && o->id == id && !o->dead)
			return task_of(o);
	}
	return NULL;
}

struct inferior *inferior_find(uint64_t id)
{
	for (unsigned i = 0; i < GDB_INFERIORS; i++)
		if (inferior[i].task && inferior[i].task->obj.id == id)
			return &inferior[i];
	return NULL;
}

/* A vCPU that has just left user mode there has saved the registers. */
static void last_registers(struct inferior *i)
{
	list_for_each(it, &kobj_all) {
		struct kobj *o = list_entry(it, struct kobj, all_link);

		if (o->ops->type == KOBJ_THREAD && !o->dead && thread_of(o)->vcpu.state &&
		    thread_of(o)->vcpu.user_task == i->task)
			i->last = thread_of(o)->vcpu.state->r;
	}
}

struct inferior *inferior_attach(uint64_t id)
{
	struct inferior *i = inferior_find(id);
	struct task *t = task_with(id);

	if (i || !t)
		return i;
	for (unsigned n = 0; n < GDB_INFERIORS && !i; n++)
		if (!inferior[n].task)
			i = &inferior[n];
	if (!i)
		return NULL;
	*i = (struct inferior){ .task = t };
	kobj_pin(&t->obj);
	last_registers(i);
	return i;
}

void inferior_detach(struct inferior *i)
{
	struct task *t = i->task;

	breakpoint_clear(t);
	debugreg_clear(&t->space);
	if (gdb.general.inf == i)
		gdb.general = (struct gdb_thread){ 0 };
	if (gdb.stopped.inf == i)
		gdb.stopped = (struct gdb_thread){ 0 };
	i->task = NULL;
	kobj_unpin(&t->obj);
}

void inferior_detach_all(void)
{
	for (unsigned i = 0; i < GDB_INFERIORS; i++)
		if (inferior[i].task)
			inferior_detach(&inferior[i]);
}

struct inferior *inferior_next(struct inferior *i)
{
	for (i = i ? i + 1 : inferior; i < inferior + GDB_INFERIORS; i++)
		if (i->task)
			return i;
	return NULL;
}

struct inferior *inferior_first(void)
{
	return inferior_next(NULL);
}

/* The first task with threads behind the first @skip tasks. */
static uint64_t first_task(unsigned skip)
{
	list_for_each(it, &kobj_all) {
		struct kobj *o = list_entry(it, struct kobj, all_link);

		if (o->ops->type != KOBJ_TASK || o->dead)
			continue;
		if (skip)
			skip--;
		else if (!list_empty(&task_of(o)->threads))
			return o->id;
	}
	return 0;
}

uint64_t inferior_program(void)
{
	return first_task(gdb.root_is_program ? FIRST_PROGRAM - 1 : FIRST_PROGRAM);
}

uint64_t inferior_default(void)
{
	uint64_t id = inferior_program();

	return id ? id : first_task(FIRST_PROGRAM - 1);
}

static bool is_guest_process(const struct inferior *i)
{
	return list_empty(&i->task->threads);
}

static struct thread *own_thread(const struct inferior *i, uint64_t tid)
{
	list_for_each(it, &i->task->threads) {
		struct thread *t = list_entry(it, struct thread, task_link);

		if (t->obj.id == tid && !t->obj.dead)
			return t;
	}
	return NULL;
}

bool gdb_thread_first(struct inferior *i, struct gdb_thread *t)
{
	if (!i || i->task->obj.dead)
		return false;
	t->inf = i;
	t->tid = is_guest_process(i)
			 ? i->task->obj.id
			 : list_entry(i->task->threads.next, struct thread, task_link)->obj.id;
	return true;
}

bool gdb_thread_next(struct gdb_thread *t)
{
	struct thread *own = own_thread(t->inf, t->tid);

	if (!own || own->task_link.next == &t->inf->task->threads)
		return false;
	t->tid = list_entry(own->task_link.next, struct thread, task_link)->obj.id;
	return true;
}

bool gdb_thread_exists(const struct gdb_thread *t)
{
	return t->inf && t->inf->task && !t->inf->task->obj.dead &&
	       (is_guest_process(t->inf) ? t->tid == t->inf->task->obj.id
					 : own_thread(t->inf, t->tid) != NULL);
}

void gdb_thread_name(const struct gdb_thread *t, char *buf, size_t len)
{
	snprintf(buf, len, "p%llx.%llx", (unsigned long long)t->inf->task->obj.id,
		 (unsigned long long)t->tid);
}

/* A hexadecimal number; 0 stands for any, and so does -1. */
static uint64_t number(const char **s)
{
	char *end;
	uint64_t n;

	if (!strncmp(*s, "-1", 2)) {
		*s += 2;
		return 0;
	}
	n = strtoull(*s, &end, 16);
	*s = end;
	return n;
}

bool gdb_thread_parse(const char **s, struct gdb_thread *t)
{
	uint64_t pid = 0, tid = 0;
	struct inferior *i = gdb.general.inf ? gdb.general.inf : inferior_first();

	if (**s == 'p') {
		(*s)++;
		pid = number(s);
		if (**s == '.') {
			(*s)++;
			tid = number(s);
		}
	} else {
		tid = number(s);
	}
	if (pid)
		i = inferior_find(pid);
	if (!gdb_thread_first(i, t))
		return false;
	if (tid)
		t->tid = tid;
	return gdb_thread_exists(t);
}

struct gdb_thread gdb_thread_of(struct thread *t)
{
	struct gdb_thread g = { NULL, t->obj.id };

	if (!t->task)
		return g;
	g.inf = inferior_find(thread_where(t)->obj.id);
	if (t->vcpu.in_user)
		g.tid = thread_where(t)->obj.id;
	return g;
}

struct thread *gdb_thread_live(const struct gdb_thread *t)
{
	if (!is_guest_process(t->inf)) {
		struct thread *own = own_thread(t->inf, t->tid);

		return own && !own->vcpu.in_user ? own : NULL;
	}
	list_for_each(it, &kobj_all) {
		struct kobj *o = list_entry(it, struct kobj, all_link);

		if (o->ops->type == KOBJ_THREAD && !o->dead && thread_of(o)->vcpu.in_user &&
		    thread_of(o)->vcpu.user_task == t->inf->task)
			return thread_of(o);
	}
	return NULL;
}
