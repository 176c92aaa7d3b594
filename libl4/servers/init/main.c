/* SPDX-License-Identifier: MIT */
/*
 * "init", the root task: the first program the kernel runs after sigma0. It owns all memory,
 * starts the programs of the boot script, is their pager, hands out boot modules and memory,
 * and ends the system when the last of them has ended.
 *
 * Read in this order: memory.c and buddy.c (where memory comes from), modules.c, script.c,
 * program.c with elf_check.c, load.c and launch.c (how a program comes to life), then this
 * file's loop with pager.c and protocol.c (what programs ask for).
 */
#include "memory.h"
#include "modules.h"
#include "pager.h"
#include "protocol.h"
#include "report.h"
#include "script.h"

#include <l4/abi/init.h>
#include <l4/sys/ipc.h>
#include <l4/sys/kip.h>
#include <l4/sys/scheduler.h>

/* Above all programs: whoever waits for its pager waits for nobody else. */
#define OWN_PRIO 255

static _Noreturn void boot_failed(const char *what)
{
	report("%s", what);
	system_exit(SYSTEM_EXIT_BOOT_FAILED);
}

static void boot(void)
{
	l4_sched_param_t param = l4_sched_param(OWN_PRIO, 0);

	l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, L4_BASE_THREAD_CAP, &param);
	if (!l4_kip())
		boot_failed("sigma0 does not give us the kernel interface page");
	if (mem_init() < 0)
		boot_failed("sigma0 has no memory for us; give the system more with -m");
	if (modules_init() < 0)
		boot_failed("the boot modules cannot be read");
	if (script_run() <= 0)
		system_exit(SYSTEM_EXIT_BOOT_FAILED);
}

/* Handles one message; false when nobody waits for an answer. */
static bool dispatch(l4_umword_t label, l4_msgtag_t tag, l4_msgtag_t *answer)
{
	struct program *p = program_of_label(label);

	*answer = l4_msgtag(-L4_ENOENT, 0, 0, 0);
	if (!p)
		return true;
	switch (l4_msgtag_label(tag)) {
	case L4_PROTO_PAGE_FAULT:
		*answer = pager_fault(p);
		return true;
	case L4_PROTO_EXCEPTION:
		pager_exception(p);
		program_end(p, PROGRAM_EXIT_DIED);
		return false;
	case L4_PROTO_UX_INIT:
		return protocol_serve(p, tag, answer);
	default:
		*answer = l4_msgtag(-L4_EBADPROTO, 0, 0, 0);
		return true;
	}
}

static _Noreturn void serve(void)
{
	l4_utcb_t *u = l4_utcb();
	l4_msgtag_t tag, answer;
	l4_umword_t label;

	/* No receive windows: a program must not be able to map anything into the root task. */
	l4_utcb_br_u(u)->bdr = 0;
	l4_utcb_br_u(u)->br[0] = 0;
	tag = l4_ipc_wait(u, &label, L4_IPC_NEVER);
	for (;;) {
		if (!l4_msgtag_has_error(tag) && dispatch(label, tag, &answer))
			tag = l4_ipc_reply_and_wait(u, answer, &label, L4_IPC_SEND_TIMEOUT_0);
		else
			tag = l4_ipc_wait(u, &label, L4_IPC_NEVER);
	}
}

int main(void)
{
	boot();
	serve();
}
