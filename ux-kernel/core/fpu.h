/* SPDX-License-Identifier: MIT */
/* Vector state that moves with messages, and between the two modes of a vCPU. */
#ifndef CORE_FPU_H
#define CORE_FPU_H

struct thread;

/* @to continues with the state of @from, which gets the initial one. */
void fpu_give(struct thread *from, struct thread *to);

/* A vCPU enters or leaves user mode: the one state of the thread goes along. */
void fpu_enter_user(struct thread *vcpu);
void fpu_leave_user(struct thread *vcpu);

#endif
