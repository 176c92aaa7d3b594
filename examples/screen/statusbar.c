/* SPDX-License-Identifier: MIT */
/*
 * A program beside Linux that shares the screen with it. The screen is cut in two views with a
 * frame buffer each: Linux has the upper one and knows nothing of the lower one, we have the lower
 * one and could not reach the upper one's memory without asking for it. We tell nobody what we
 * draw: the console compares, as it does for programs that were written for a plain VESA frame
 * buffer.
 *
 *	l4ux linux --gui=1280x800,strip=32 --beside=build/examples/statusbar
 *
 * shows how long the system has been up, and how busy the processor was in the last minutes: only
 * the microkernel can tell that, Linux does not see what others use.
 */
#include "common/peer.h"

#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/ipc.h>
#include <l4/sys/kip.h>
#include <l4/sys/scheduler.h>
#include <l4/ux/screen.h>
#include <stdio.h>

#define SCALE 4U
#define MARGIN 4U
#define CLOCK_CHARACTERS 8U
#define COLUMN 3U /* pixels of a second in the graph */

#define BACKGROUND 0x202840
#define FOREGROUND 0xe0e0e0
#define BUSY 0xf0a030
#define FREE 0x304060

static struct l4_screen screen;

/* Five rows of three bits for each digit, and the colon. */
static const unsigned short glyphs[] = { 0x7b6f, 0x2c97, 0x73e7, 0x73cf, 0x5bc9, 0x79cf,
					 0x79ef, 0x7249, 0x7bef, 0x7bcf, 0x0410 };

static unsigned color(unsigned rgb)
{
	return l4_screen_pixel(&screen, rgb);
}

static void glyph(unsigned x, unsigned n)
{
	for (unsigned bit = 0; bit < 15; bit++)
		l4_screen_fill(&screen, x + bit % 3 * SCALE, MARGIN + bit / 3 * SCALE, SCALE, SCALE,
			       color(glyphs[n] >> (14 - bit) & 1 ? FOREGROUND : BACKGROUND));
}

static void clock(unsigned seconds)
{
	unsigned fields[] = { seconds / 3600 % 100, seconds / 60 % 60, seconds % 60 };

	for (unsigned i = 0, x = MARGIN; i < 3; i++) {
		glyph(x, fields[i] / 10);
		glyph(x + 4 * SCALE, fields[i] % 10);
		if (i < 2)
			glyph(x + 8 * SCALE, 10);
		x += 12 * SCALE;
	}
}

/* One column of the graph; it begins again at the left when it is full. */
static void column(unsigned n, unsigned percent)
{
	unsigned left = MARGIN + (CLOCK_CHARACTERS + 1) * 4 * SCALE, height = screen.view.height;
	unsigned columns, used = height * percent / 100;

	if (screen.view.width < left + 2 * COLUMN)
		return;
	columns = (screen.view.width - left) / COLUMN;
	left += n % columns * COLUMN;
	l4_screen_fill(&screen, left, 0, COLUMN, height - used, color(FREE));
	l4_screen_fill(&screen, left, height - used, COLUMN, used, color(BUSY));
	l4_screen_fill(&screen, left + COLUMN, 0, COLUMN, height, color(FOREGROUND));
}

static unsigned long idle_time(void)
{
	l4_sched_cpu_set_t cpus = l4_sched_cpu_set(0, 0, 1);
	l4_kernel_clock_t us = 0;

	must(l4_error(l4_scheduler_idle_time(L4_BASE_SCHEDULER_CAP, &cpus, &us)),
	     "ask for idle time");
	return us;
}

int main(void)
{
	unsigned long start = l4_kip_clock(l4_kip()), now = start, before, idle;

	must(l4_screen_open(&screen, 1), "open the second view (l4ux linux --gui=...,strip=32)");
	l4_screen_fill(&screen, 0, 0, screen.view.width, screen.view.height, color(BACKGROUND));
	printf("statusbar: %ux%u\n", screen.view.width, screen.view.height);
	for (unsigned n = 0;; n++) {
		clock((now - start) / 1000000);
		before = now;
		idle = idle_time();
		l4_ipc_sleep(l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_from_us(1000000)));
		now = l4_kip_clock(l4_kip());
		idle = idle_time() - idle;
		column(n, idle < now - before ? 100 - idle * 100 / (now - before) : 0);
	}
}
