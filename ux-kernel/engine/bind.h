/* SPDX-License-Identifier: MIT */
/*
 * Secure bindings: a vCPU's server lets its user thread go, and sleeps until it has stopped, by
 * itself. A system call of the user is then two host calls of the server and none of the kernel
 * process, which sleeps meanwhile as if the server ran.
 *
 * The user thread is in a process whose threads notify to listeners of their own (template.h). To
 * bind it is to give the server's process that listener, and the user's cell, in one of eight
 * slots (bind_slot.h). stub_bind.S is the code that uses them, in the server's process, and as
 * little believed as all that runs there. What a server can do with a binding:
 *
 *   - run the user thread, with any registers and any frame, which frame.h says gains nothing;
 *   - run it when the kernel does not expect that. So whenever a thread of the server's process
 *     has stopped, the kernel asks the host whether each user thread that the process could have
 *     let go sleeps in a notification, which nobody but a thread of that process can end. One that
 *     does not is stopped first. So it stays true that no guest code runs while the kernel does;
 *   - write what it likes into the slots: only what the host says about a stop counts, and of the
 *     slot an identifier, which is a wrong one or that of the stop, and a frame's place;
 *   - wait for ever, for a user thread that never stops: that is as if it ran for ever.
 *
 * What the user can do is what it could do before: it shares nothing new with anybody.
 *
 * What the user's process is to forget, it forgets before the server goes on, not when the user
 * does. The capability is looked at then, too; and a process whose task is gone is taken from the
 * server unless nothing is left in it.
 */
#ifndef ENGINE_BIND_H
#define ENGINE_BIND_H

#include <stdbool.h>

struct guest_stop;
struct hproc;
struct hthread;
struct thread;

/* Faster hand-over where the host has it. */
void bind_listener_init(int listener);

/* False: processes with listeners for each thread are of no use. */
bool bind_is_on(void);

/* From now on: the host does not have what it takes, or somebody wants to see every entry. */
void bind_give_up(void);

/* @h, still traced, has just made itself a listener. 0 or negative errno. */
int bind_take_listener(struct hthread *h);

/* @h, stopped, is to run @t. Results like engine.run(), which this is a part of. */
int bind_before(struct hthread *h, struct thread *t);

/*
 * It has stopped for @e. When in truth the user thread has, that one's registers and reason are in
 * @t and @e afterwards, and @t is in user mode.
 */
int bind_after(struct hthread *h, struct thread *t, struct guest_stop *e);

/*
 * It will not stop any more, and its process is of no use. That is killed, since it could still let
 * user threads go; those that run are stopped. Results like engine.run().
 */
int bind_broken(struct hthread *h);

/* The kernel knows how @h has stopped; if it is bound its server may let it go again. */
void bind_stop_is_known(struct hthread *h);

/* @h, which should stop, sleeps where it cannot be woken. */
bool bind_is_stuck(const struct hthread *h);

/* @h has no owner any more; is no more. */
void bind_release(struct hthread *h);
void bind_forget(struct hthread *h);

/* The process is no more: all that is bound to it. */
void bind_end(struct hproc *server);

#endif
