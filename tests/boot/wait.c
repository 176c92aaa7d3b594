/* SPDX-License-Identifier: MIT */
/* Waits for ever. */
#include <l4/sys/ipc.h>

int main(void)
{
	l4_ipc_sleep(L4_IPC_NEVER);
	return 0;
}
