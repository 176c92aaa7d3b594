/* SPDX-License-Identifier: MIT */
/*
 * Prints in hex each byte that comes from the log. `r` turns all of the log's attributes off, `d`
 * sets what they are at the start, `q` ends it.
 */
#include <l4/sys/ipc.h>
#include <l4/sys/vcon.h>
#include <stdio.h>

#define TIMEOUT_1MS 0x3e8

static void attributes(l4_umword_t input, l4_umword_t local)
{
	l4_vcon_attr_t a = { input, L4_VCON_ONLCR, local };

	l4_vcon_set_attr(L4_BASE_LOG_CAP, &a);
}

int main(void)
{
	char c;

	printf("keys, please\n");
	for (;;) {
		while (l4_vcon_read(L4_BASE_LOG_CAP, &c, 1) < 1)
			l4_ipc_sleep((l4_timeout_t){ TIMEOUT_1MS });
		switch (c) {
		case 'r':
			attributes(0, 0);
			break;
		case 'd':
			attributes(L4_VCON_ICRNL, L4_VCON_ECHO);
			break;
		case 'q':
			printf("bye\n");
			return 0;
		}
		printf("<%x>", (unsigned char)c);
	}
}
