// SPDX-License-Identifier: MIT
/* Vector state. */
#define _GNU_SOURCE
#include "fpu.h"

#include "../core/arch.h"
#include "../core/space.h"
#include "../host/report.h"
#include "engine.h"
#include "proc.h"

#include <elf.h>
#include <errno.h>
#include <l4/abi/err.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#define AREA_MAX 16384U

static char init_state[AREA_MAX] __attribute__((aligned(64)));
static size_t area_size;

static int transfer(enum __ptrace_request req, pid_t tid, void *area)
{
	struct iovec v = { area, area_size };

	return ptrace(req, tid, (void *)NT_X86_XSTATE, &v) < 0 ? -errno : 0;
}

int fpu_init(pid_t fresh)
{
	int e;

	area_size = AREA_MAX;
	struct iovec v = { init_state, AREA_MAX };

	if (ptrace(PTRACE_GETREGSET, fresh, (void *)NT_X86_XSTATE, &v) < 0) {
		e = -errno;
		report_error("cannot read the vector state of a process: %s", report_errno(-e));
		return e;
	}
	area_size = v.iov_len;
	return 0;
}

const void *fpu_initial(void)
{
	return init_state;
}

int fpu_get_traced(pid_t tid, void *area)
{
	return transfer(PTRACE_GETREGSET, tid, area);
}

int fpu_set_traced(pid_t tid, const void *area)
{
	return transfer(PTRACE_SETREGSET, tid, (void *)area);
}

size_t arch_fpu_size(void)
{
	return area_size;
}

int arch_fpu(struct thread *t, struct space *s, void *save, const void *load)
{
	struct hthread *h = proc_thread(s, t);

	if (!h)
		return -L4_ENOMEM;
	if (save && engine->fpu_read(h, save) < 0)
		return -L4_EINVAL;
	if (load == ARCH_FPU_INIT)
		load = init_state;
	if (load && engine->fpu_write(h, load) < 0)
		return -L4_EINVAL;
	return 0;
}
