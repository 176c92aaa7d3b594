/* SPDX-License-Identifier: MIT */
/*
 * Full-screen pictures, 60 in a second: "video FRAMES" tells each, "video FRAMES silent" tells
 * nothing, as a program for a plain frame buffer. Says how long it took.
 */
#include <l4/abi/consts.h>
#include <l4/sys/consts.h>
#include <l4/sys/ipc.h>
#include <l4/sys/kip.h>
#include <l4/ux/screen.h>
#include <stdio.h>
#include <stdlib.h>

#define PERIOD_US 16667UL

int main(int argc, char **argv)
{
	unsigned long frames = argc > 1 ? strtoul(argv[1], NULL, 10) : 60, start, now, due;
	struct l4_screen s;

	if (l4_screen_open(&s, 0) < 0 ||
	    (argc < 3 && l4_screen_tells(&s, L4_BASE_FIRST_FREE << L4_CAP_SHIFT) < 0))
		return printf("video: no screen\n"), EXIT_FAILURE;
	start = l4_kip_clock(l4_kip());
	for (unsigned long n = 0; n < frames; n++) {
		l4_screen_fill(&s, 0, 0, s.view.width, s.view.height,
			       l4_screen_pixel(&s, n * 0x010305 & 0xffffff));
		l4_screen_tell(&s, 0, 0, s.view.width, s.view.height);
		now = l4_kip_clock(l4_kip());
		due = start + (n + 1) * PERIOD_US;
		if (now < due)
			l4_ipc_sleep(
				l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_from_us(due - now)));
	}
	now = l4_kip_clock(l4_kip());
	printf("video: %lu frames in %lu ms\n", frames, (now - start) / 1000);
	return EXIT_SUCCESS;
}
