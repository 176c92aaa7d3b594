/* SPDX-License-Identifier: MIT */
/*
 * sigma0, the root pager: owns all memory the kernel left over and gives it, page by page or in
 * blocks, to whoever asks first. Source of the protocol: L4Re reference manual, group "Sigma0
 * API".
 */
#include <l4/sys/debugger.h>
#include <l4/sys/kip.h>
#include <l4/sys/scheduler.h>
#include <stdio.h>

#include "clients.h"
#include "memory.h"
#include "requests.h"

#define SIGMA0_PRIO 255 /* its clients wait for it whatever their priority is */

static void serve(l4_utcb_t *utcb)
{
	l4_umword_t label;
	l4_msgtag_t tag = l4_ipc_wait(utcb, &label, L4_IPC_NEVER);

	for (;;) {
		/* Whatever went wrong, a client that went away or cut its message: next one. */
		while (l4_msgtag_has_error(tag))
			tag = l4_ipc_wait(utcb, &label, L4_IPC_NEVER);
		tag = request_handle(tag, label, utcb);
		/* Making a gate has used it; nothing is accepted from clients. */
		l4_utcb_br_u(utcb)->br[0] = 0;
		tag = l4_ipc_reply_and_wait(utcb, tag, &label, L4_IPC_SEND_TIMEOUT_0);
	}
}

int main(int argc, char **argv)
{
	l4_sched_param_t prio = l4_sched_param(SIGMA0_PRIO, 0);
	l4_kernel_info_t const *kip = l4_kip();

	(void)argc;
	(void)argv;
	if (!kip || kip->magic != L4_KERNEL_INFO_MAGIC || kip->version >> 24 != 0x87) {
		printf("sigma0: no kernel interface page of version 0x87 at %p; "
		       "this sigma0 does not fit the kernel\n",
		       (void const *)kip);
		return 1;
	}
	memory_init(kip, CLIENT_ROOT);
	l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, L4_BASE_THREAD_CAP, &prio);
	l4_debugger_set_object_name(L4_BASE_TASK_CAP, "sigma0");
	l4_debugger_set_object_name(L4_BASE_THREAD_CAP, "sigma0");
	serve(l4_utcb());
	return 0;
}
