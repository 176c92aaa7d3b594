/* SPDX-License-Identifier: MIT */
/* Messages and the end of the system. */
#include "report.h"

#include <l4/sys/debugger.h>
#include <l4/sys/platform_control.h>
#include <l4/ux/exit.h>
#include <stdio.h>

#define MESSAGE_MAX 240

void report(const char *format, ...)
{
	char text[MESSAGE_MAX + 8] = "init: ";
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text + 6, MESSAGE_MAX, format, args);
	va_end(args);
	n = 6 + (n < MESSAGE_MAX ? n : MESSAGE_MAX - 1);
	text[n++] = '\n';
	l4_kd_outnstring(text, n);
}

void system_exit(unsigned status)
{
	l4_ux_exit(L4_BASE_ICU_CAP, status);
	/* A kernel without exit statuses can at least be switched off. */
	l4_platform_ctl_system_shutdown(L4_BASE_ICU_CAP, 0);
	for (;;)
		l4_ipc_sleep(L4_IPC_NEVER);
}
