/* SPDX-License-Identifier: MIT */
/* Host system calls executed in a task process, see stub.h. */
#ifndef ENGINE_INJECT_H
#define ENGINE_INJECT_H

#include "stub.h"

#include <stdbool.h>
#include <sys/types.h>

struct hthread;

/* The operations page; fill op[0..n-1], then inject_run(h, n). */
extern struct stub_ops *inject_ops;

/*
 * The memfds behind the stub's code, and behind operations page and turns, to be inherited as
 * STUB_FD_CODE and STUB_FD_OPS. 0 or negative errno.
 */
int inject_init(int *code_fd, int *ops_fd);

/*
 * Runs the first @n operations on the stopped thread @h, whose registers are clobbered, or on the
 * first one of a process, in its turn. 0, or the negative errno of the first operation that failed;
 * -ESRCH: the process is gone.
 */
int inject_run(struct hthread *h, unsigned n);

/* Runs one clone operation; the new thread is attached and stopped. Its tid or negative errno. */
pid_t inject_clone(struct hthread *h, unsigned long flags);

/* For turn.c: a stopped thread begins with what has been published. 0 or -ESRCH. */
int inject_start_stopped(pid_t tid);

/* A stop, by waitpid's status, that the stub itself can cause. */
bool inject_is_own_stop(int status);

/* waitpid for one stopped thread, over interruptions. Status, or -1 when it is gone. */
int inject_wait(pid_t tid);

/* State of a thread as the host has it ('S': sleeps, 'Z': ended), 0: unknown. */
char inject_state(pid_t tid);

#endif
