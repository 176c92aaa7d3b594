// SPDX-License-Identifier: MIT
/*
 * A thread has one vector state, but the machine keeps one for each space it runs in. It is moved
 * only when somebody could tell the difference: moving costs as much as a system call.
 */
#include "fpu.h"

#include "arch.h"
#include "task.h"
#include "thread.h"

#define AREA_MAX 16384U

static char area[AREA_MAX] __attribute__((aligned(64)));

static struct space *home(const struct thread *t)
{
	return t->vcpu.fpu_in_user ? &t->vcpu.user_task->space : &t->task->space;
}

static void copy(struct thread *from, struct space *here, struct thread *to, struct space *there)
{
	if (arch_fpu_size() <= AREA_MAX && !arch_fpu(from, here, area, NULL))
		arch_fpu(to, there, NULL, area);
}

void fpu_give(struct thread *from, struct thread *to)
{
	copy(from, home(from), to, home(to));
	arch_fpu(from, home(from), NULL, ARCH_FPU_INIT);
}

void fpu_enter_user(struct thread *vcpu)
{
	if (vcpu->vcpu.fpu_apart)
		return;
	copy(vcpu, home(vcpu), vcpu, &vcpu->vcpu.user_task->space);
	vcpu->vcpu.fpu_in_user = true;
}

void fpu_leave_user(struct thread *vcpu)
{
	if (!vcpu->vcpu.fpu_in_user)
		return;
	copy(vcpu, home(vcpu), vcpu, &vcpu->task->space);
	vcpu->vcpu.fpu_in_user = false;
}
