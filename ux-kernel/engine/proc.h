/* SPDX-License-Identifier: MIT */
/*
 * Host processes of tasks and host threads of L4 threads.
 *
 * In a nutshell: one host process per L4 task, forked from a clean template; one host thread in
 * it per L4 thread, plus one per vCPU that enters the task in user mode. Whenever the kernel
 * runs, all of them are stopped, in a way that engine.h tells; it lets exactly one go at a time.
 * A process whose task is gone is emptied and used again, which is several times cheaper than a
 * fork. There are two kinds of processes: in those that vCPUs run user code in, with the stub
 * engine, each thread notifies to a listener of its own, so that it can be bound to its server.
 *
 * Read on: engine.h (the two ways to run guest code), stub.h (what runs in a task process),
 * inject.c and turn.h (host calls in it), tlb.c and parked.h (memory), run.c (guest code),
 * ptrace.c, stub_engine.c and frame.h (the engines), offer.h and step.h (memory by the way),
 * bind.h and direct.h (vCPUs), trap.c (why it stopped), decode.c, selector.c, selread.c, fpu.c,
 * regs.c.
 *
 * Signal rule: the kernel's only asynchronous act on a task thread is to interrupt it from its
 * SIGIO handler; see run.c.
 */
#ifndef ENGINE_PROC_H
#define ENGINE_PROC_H

#include "../core/list.h"
#include "engine.h"
#include "fast_entry.h"
#include "frame.h"
#include "offer.h"
#include "selread.h"
#include "stub.h"
#include "tlb.h"
#include "turn.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct space;
struct thread;

struct bindings;

struct hthread {
	struct list link;       /* in hproc.threads; the process leader first */
	struct list owner_link; /* in the owner's engine_thread.hthreads */
	struct hproc *proc;
	struct thread *owner; /* L4 thread that runs on it, NULL: free */
	pid_t tid;
	struct selread_armed selread;
	unsigned debug_generation; /* debugreg.h: what it has loaded */
	bool used; /* has run guest code: vector state must be reset for a new owner */
	/* stub engine: where it stopped, notification it sleeps in, how that will be answered */
	struct frame frame;
	struct fast_entry entry;
	uint64_t notification, answer;
	struct offer offer;
	struct stub_op step;     /* the last one that it was to take: step.h */
	uint64_t call;           /* it sleeps in a direct call: where that returns to. 0: none */
	unsigned char *selector; /* direct.h; NULL: it makes none */
	int listener;            /* where it notifies; its own in processes that have_listeners */
	int slot;                /* in the bindings of its process' server, -1: none: bind.h */
	unsigned calls;          /* system calls of a user that went through the kernel */
};

struct hproc {
	struct list link; /* in the list of spare processes */
	struct list threads;
	struct space *space;
	pid_t pid;
	bool dead;   /* killed from outside */
	char *cells; /* stub engine: the threads' cells, made with the first one */
	unsigned cells_used, cells_file;
	struct turn turn;
	struct tlb tlb;
	struct selread selread;
	/* bind.h */
	bool has_listeners;        /* each thread of its own: it may be bound */
	struct hproc *server;      /* the only one that its threads are bound to, NULL: none yet */
	struct bindings *bindings; /* of user threads to this process */
};

/* Engine's part of a thread (struct thread.arch). */
struct engine_thread {
	struct list hthreads;
	struct hthread *recent; /* the one it ran on last */
	struct hthread *bind;   /* a user thread of it to be bound when it runs next, or NULL */
};

/*
 * Starts the template process, with the files of host/memory.h, and chooses the engine. 0 or
 * negative errno, having reported what is wrong.
 */
int proc_init(enum engine_choice choice);

/*
 * Looks for child processes that died without being asked to, when one may have. The system cannot
 * go on without a task process and is told to stop; of another child the pid is returned, still to
 * be waited for, and the next call looks for more. 0: none. Cheap when nothing happened.
 */
pid_t proc_check(void);

/* Kills every task process and waits for it. */
void proc_exit(void);

/*
 * Calls @fn for each process of a task, for each host thread that has an owner; ends with, and
 * returns, its first error.
 */
int proc_each(int (*fn)(struct hproc *p, void *arg), void *arg);
int proc_each_thread(int (*fn)(struct hthread *h, void *arg), void *arg);

/* Forgets what is mapped in each process; it comes back when it is needed. */
void proc_flush_all(void);

/*
 * All objects have been replaced by others, which no process or thread belongs to yet. While no
 * process is in use only.
 */
void proc_forget_objects(void);

/*
 * For mark.h. detach_all: no process belongs to a task, nor a thread to an owner, any more.
 * attach: @s gets the process @wanted if that is still there, else another. NULL: the host refuses
 * it. attach_thread: the same with a host thread of @p for @t. release_detached: those that were
 * not wanted become spare ones.
 */
void proc_detach_all(void);
struct hproc *proc_attach(struct space *s, struct hproc *wanted);
struct hthread *proc_attach_thread(struct hproc *p, struct thread *t, struct hthread *wanted);
void proc_release_detached(void);

/*
 * The process of @s, made on first use. @server: a vCPU of the task with that space is about to
 * run in @s, NULL: nobody's. NULL: the host refuses another process.
 */
struct hproc *proc_of_space(struct space *s, const struct space *server);

/* Nobody can run: a few processes for the tasks that are made next, so that those need not wait. */
void proc_make_ahead(void);

/* The space is gone: the process becomes a spare one. */
void proc_release(struct hproc *p);

/* The process cannot be used any more: its space gets another one. drop: it may have none. */
void proc_discard(struct hproc *p);
void proc_drop(struct hproc *p);

/* The first thread, which is always traced. */
struct hthread *proc_leader(const struct hproc *p);

/*
 * The host thread of @t in the process of @s, both made on first use. NULL: the host refuses
 * another process or thread.
 */
struct hthread *proc_thread(struct space *s, struct thread *t);
void proc_thread_release(struct hthread *h);

#endif
