/* SPDX-License-Identifier: MIT */
/*
 * Host calls in a process of the stub engine without ptrace. Between two lists of them the first
 * thread of the process sleeps in a futex, in a page that only the kernel process can write; it is
 * its turn when its word there changes. That costs a third of a ptrace stop.
 *
 * Best is not to wait for it at all: turn_carry() gives it a list whose last operation answers the
 * notification that another thread of the process sleeps in, and the kernel process waits for what
 * that thread does next. So what changed in a process' memory is there before the thread goes on,
 * for one context switch more than without a change.
 *
 * How a list went is told in a word that programs can write. But nobody of the process runs while
 * that word counts: until the thread has been let go, which is the list's last operation. When an
 * operation failed the thread is told to notify again; it has done nothing then but that, or been
 * interrupted before. A program that pretends so loses its TLB, or what it has just done, no more.
 *
 * The thread is traced as before: in a ptrace stop until its first turn, after each clone, and when
 * even letting the thread go failed. What somebody sends to the process can stop it, too; the host
 * tells us of stops (SIGCHLD), and turn_look() lets it go on.
 */
#ifndef ENGINE_TURN_H
#define ENGINE_TURN_H

#include <stdbool.h>
#include <stdint.h>

struct hproc;
struct hthread;

struct turn {
	uint32_t number;             /* of its word; 0: none yet */
	bool waits;                  /* or will, when it is done; else it has stopped */
	const struct hthread *going; /* user process: whose listener it has; NULL: nobody's */
	unsigned carried;            /* operations of turn_carry(); 0: none under way */
};

/* The words' memory in this process. */
void turn_init(void *words);

/* False: @p has no turns, its first thread is always stopped. */
bool turn_has(struct hproc *p);
void turn_free(struct hproc *p);

/* The first @n operations in @p, like inject_run(). */
int turn_run(struct hproc *p, unsigned n);

/* They have been published for another end than that: it is its turn, and it will stop. */
void turn_wake_to_stop(struct hproc *p);

/*
 * The first @n operations, less than STUB_OPS_MAX, in the process of @h, and then @h goes. 0, or
 * negative errno: nothing was done.
 */
int turn_carry(struct hthread *h, unsigned n);

/* @h has stopped after turn_carry(). True: an operation failed. */
bool turn_carried(struct hthread *h);

/*
 * Has the first thread stopped? TURN_STOPPED: for good. -ESRCH: it is gone. 0: it waits or works,
 * or goes on after what had stopped it.
 */
#define TURN_STOPPED 1
int turn_look(struct hproc *p);

#endif
