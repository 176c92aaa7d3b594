/* SPDX-License-Identifier: MIT */
/*
 * One host CPU for the kernel, all task processes and most devices: a hand-over between two CPUs
 * costs ten times as much. And a rank on it: the kernel must get the CPU when it has
 * to stop a task.
 */
#ifndef HOST_PIN_H
#define HOST_PIN_H

#include <sys/types.h>

#define PIN_AUTO (-1)
#define PIN_NONE (-2)

/* Pins to @cpu; PIN_AUTO: the one this process was started on. 0 or negative errno. */
int pin_cpu(int cpu);

/*
 * Started with a real-time policy (chrt -f): keeps it for this process alone. A task with the
 * same priority would never be made to give up the CPU, not even for the signal that stops it.
 */
void pin_policy(void);

/* In a child: takes all CPUs but that one, if there are any; they work while the guest runs. */
void pin_away(void);

/*
 * Of a task process: those forked from it inherit that. They are to go first whenever they compete
 * with this one, which has let them go and sleeps next.
 */
void pin_task(pid_t pid);

#endif
