/* SPDX-License-Identifier: MIT */
/*
 * The examples of the interface manual (docs/interface). Each shows how one kernel object is used,
 * and tells whether it behaved: 0, or a number for what did not.
 */
#ifndef MANUAL_MANUAL_H
#define MANUAL_MANUAL_H

#include "../common/peer.h"

#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/ipc.h>

/* main.c: another thread of this task, which enters @entry; its capability. */
l4_cap_idx_t worker_start(void (*entry)(void));

int example_task(void);
int example_thread(void);
int example_ipc(void);
int example_reply(void);
int example_mapping(void);
int example_gate(void);
int example_irq(void);
int example_semaphore(void);
int example_icu(void);
int example_log(void);
int example_factory(void);
int example_scheduler(void);
int example_debugger(void);
int example_kip(void);
int example_extensions(void);
int example_platform(void); /* ends the machine */

#endif
