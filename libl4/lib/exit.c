/* SPDX-License-Identifier: MIT */
/* The end of a program. */
#include <l4/sys/platform_control.h>
#include <l4/ux/exit.h>
#include <l4/ux/init.h>
#include <l4/ux/program.h>
#include <stdlib.h>

void l4_exit(int status)
{
	l4_umword_t code = (l4_umword_t)status & 0xff;

	if (l4_program_is_root) {
		l4_ux_exit(L4_BASE_ICU_CAP, code);
		/* A kernel without that extension loses the status, but ends. */
		l4_platform_ctl_system_shutdown(L4_BASE_ICU_CAP, 0);
	} else {
		l4_init_exit(code);
	}
	for (;;)
		l4_ipc_sleep(L4_IPC_NEVER);
}

void exit(int status)
{
	l4_exit(status);
}

void abort(void)
{
	l4_exit(255);
}
