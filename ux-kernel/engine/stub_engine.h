/* SPDX-License-Identifier: MIT */
/* What the stub engine and its bindings (bind.h) need of each other. */
#ifndef ENGINE_STUB_ENGINE_H
#define ENGINE_STUB_ENGINE_H

#include "engine.h"

#include <stdbool.h>
#include <stdint.h>

struct seccomp_notif;
struct seccomp_notif_resp;

/* Answers what @h sleeps in. 0 or negative errno. */
int stub_answer(const struct hthread *h, struct seccomp_notif_resp r);

/*
 * Takes note of a notification of @h. False: a call of the stub by the program itself, without a
 * frame.
 */
bool stub_note_stop(struct hthread *h, const struct seccomp_notif *n);

/*
 * Sleeps until @h stops with its registers in a frame, or in the fast entry. What has no frame is
 * answered with a trap, which has one, unless there is no signal stack any more. Results like
 * those of engine.run().
 */
int stub_wait_stop(struct hthread *h);

/* Has @h, which is stopped, trap. Results as above. */
int stub_make_frame(struct hthread *h);

/* Why and with which registers @h has stopped, as of engine.run(). */
int stub_stop_read(struct hthread *h, struct thread *t, struct guest_stop *e);

/* Has @h stop soon. */
void stub_interrupt_user(const struct hthread *h);

/*
 * @h should have stopped long ago. 0, or the result of engine.run() that says why it never will.
 * @since: 0 at first, its CPU time then.
 */
int stub_look_at(const struct hthread *h, uint64_t *since);

#endif
