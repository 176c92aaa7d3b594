/* SPDX-License-Identifier: MIT */
/*
 * The smallest useful L4 program, and what surrounds one. There is no operating system below
 * main(): the root task has loaded this file, put the arguments on the stack and left us a
 * handful of capabilities. printf() is a library function of this program; it formats into the
 * UTCB (the 1 KiB a thread shares with the kernel) and sends the text to the log capability
 * with the only system call there is, an invocation of a capability. Returning from main()
 * sends the exit status to the root task, which then takes everything back.
 *
 *	l4ux run build/examples/hello [count [text...]]
 *
 * prints its arguments and then counts, one line per millisecond, as the kernel's clock says.
 */
#include <l4/sys/ipc.h>
#include <l4/sys/kip.h>
#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_COUNT 3

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : DEFAULT_COUNT;
	l4_kernel_clock_t start;

	printf("Hello from an L4 task!\n");
	for (int i = 0; i < argc; i++)
		printf("argv[%d] = \"%s\"\n", i, argv[i]);

	/* The clock is code in the kernel interface page: asking for the time is no system call. */
	start = l4_kip_clock(l4_kip());
	for (unsigned long i = 1; i <= count; i++) {
		/* Sleeping is waiting for a message from nobody, until the receive timeout ends. */
		l4_ipc_sleep(l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_from_us(1000)));
		if (l4_kip_clock(l4_kip()) - start < i * 990) {
			printf("hello: tick %lu came too early\n", i);
			return EXIT_FAILURE;
		}
		printf("tick %lu\n", i);
	}
	return EXIT_SUCCESS;
}
