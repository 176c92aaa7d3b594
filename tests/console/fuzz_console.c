// SPDX-License-Identifier: MIT
/*
 * A malicious guest against the console: fuzz-console SEED SECONDS
 *
 * Rings of screen changes, the configuration page, its own queue: everything is overwritten with
 * noise while the console works. It must survive (with sanitizers), show nothing outside the
 * screen, write nothing of guest memory that it was not shown, and stay usable: after each round an
 * honest driver gets the events that were put, in order.
 */
#define _GNU_SOURCE
#include "front.h"
#include "guest_input.h"

#include <linux/input.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define W 320U
#define H 200U
#define PITCH (W * 2)
#define RING 0x1000U
#define PIXELS 0x2000U
#define BYTES (PIXELS + PITCH * H)
#define SECRET 0x5a

static struct guest_input g;
static struct screen screen;
static char *io;
static uint64_t state;
static unsigned long malformed; /* requests, of devices that another has taken over from */

static uint64_t noise(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static uint64_t below(uint64_t n)
{
	return noise() % n;
}

static void die(const char *why)
{
	fprintf(stderr, "FAIL %s\n", why);
	exit(1);
}

static char before[PITCH * H];
static int io_fd;

static void open_screen(void)
{
	io_fd = memfd_create("io", 0);
	if (ftruncate(io_fd, BYTES) < 0)
		die("no memory");
	io = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, io_fd, 0);
	g.page.views = 1;
	g.page.view[0] = (struct console_view){ PIXELS, RING, W, H, PITCH, 16 };
	if (screen_open(&screen, &g.page, io_fd, before) < 0)
		die("no screen");
}

static void bend(void *memory, size_t bytes)
{
	for (unsigned n = below(20); n; n--) {
		uint8_t *at = (uint8_t *)memory + below(bytes - 8);
		uint64_t value = below(4) ? below(300) : noise();

		memcpy(at, &value, 1U << below(4));
	}
}

/* Another console takes over; what it finds in the page somebody evil may have written. */
static void take_over(void)
{
	struct console_page *p = &g.page;

	malformed += g.input.transport.bad_requests;
	if (below(2))
		bend(&p->event_head, offsetof(struct console_page, event) -
					     offsetof(struct console_page, event_head));
	munmap((void *)screen.view[0].pixels, PITCH * H);
	munmap(screen.view[0].ring, 4096);
	screen = (struct screen){ .frames = screen.frames, .view[0].bad = screen.view[0].bad };
	if (screen_open(&screen, p, io_fd, below(2) ? before : NULL) < 0)
		die("no screen");
	p->frame_at = p->late_until = 0; /* or nothing would be shown any more */
	guest_input_again(&g);
}

static void step_screen(uint64_t *now)
{
	struct l4_ux_screen_ring *r = (void *)(io + RING);

	bend(r, sizeof(*r));
	bend(io + PIXELS, PITCH * H);
	if (below(2))
		r->head = r->tail + below(L4_UX_SCREEN_RECTS + 2);
	g.page.watch = 0;
	*now += below(40000);
	screen_step(&screen, NULL, *now);
	for (unsigned i = 0; i < shown.view[0].count; i++) {
		const struct rect *k = &shown.view[0].rect[i];

		if (k->x >= W || k->w > W - k->x || k->y >= H || k->h > H - k->y)
			die("something outside the screen was shown");
	}
}

/* Descriptors and rings as no driver would write them: loops, no memory, indices out of range. */
static void bend_queue(void)
{
	struct guest *m = &g.guest;

	for (unsigned n = below(4); n; n--)
		*guest_desc(m, below(NUM)) = (struct vring_desc){
			.addr = below(2) ? noise() : below(GUEST_BYTES),
			.len = below(4) ? below(64) : noise(),
			.flags = below(8) ? below(8) : noise(),
			.next = below(2) ? below(NUM) : noise(),
		};
	if (below(16) == 0)
		guest_used(m)->idx = noise();
	if (below(16) == 0)
		guest_avail(m)->idx = noise();
	if (below(4) == 0)
		guest_avail(m)->ring[below(NUM)] = below(8) ? below(NUM) : noise();
}

/* Most of what follows is for a queue that works, so it is often set up again. */
static void set_up_again(void)
{
	memset(g.input.transport.page, 0, 4096);
	if (!guest_input_drive(&g))
		die("an honest driver was refused");
}

static void step_input(void)
{
	struct console_event e;

	if (input_room(&g.input)) {
		input_key(&g.input, below(800), below(2));
		input_move(&g.input, noise(), noise(), below(2));
	}
	if (below(8) == 0)
		set_up_again();
	bend_queue();
	if (below(2))
		bend(g.guest.memory, BUFFERS + 0x1000);
	if (below(2))
		bend(g.input.transport.page, 4096);
	if (below(6) == 0)
		guest_input_command(&g, noise());
	if (below(50) == 0)
		take_over();
	transport_step(&g.input.transport);
	if (below(4) == 0)
		guest_input_next(&g, &e);
}

/* What is put now comes out, behind what was left over. */
static void honest_round(void)
{
	struct console_event e;
	unsigned want = below(600);

	set_up_again();
	while (guest_input_next(&g, &e))
		;
	memset(g.page.down, 0, sizeof(g.page.down));
	for (unsigned i = 0; i < want; i++)
		input_key(&g.input, 1 + i % 200, i / 200 % 2 == 0);
	for (unsigned i = 0; i < 2 * want; i++)
		if (!guest_input_next(&g, &e) || e.type != (i % 2 ? EV_SYN : EV_KEY) ||
		    (e.type == EV_KEY && e.code != 1 + i / 2 % 200))
			die("an honest driver did not get its events");
}

int main(int argc, char **argv)
{
	unsigned long rounds = 0;
	uint64_t now = 1000000;
	time_t end;

	if (argc != 3)
		die("usage: fuzz-console SEED SECONDS");
	state = strtoull(argv[1], NULL, 10) * 2654435761 + 1;
	end = time(NULL) + strtoul(argv[2], NULL, 10);
	guest_input_open(&g);
	open_screen();
	memset(g.guest.memory + GUEST_SEEN, SECRET, GUEST_BYTES - GUEST_SEEN);
	for (; time(NULL) < end; rounds++) {
		for (unsigned i = 0; i < 200; i++) {
			step_screen(&now);
			step_input();
		}
		honest_round();
		for (size_t i = GUEST_SEEN; i < GUEST_BYTES; i++)
			if (g.guest.memory[i] != SECRET)
				die("memory was written that the device does not see");
	}
	printf("%lu rounds, %lu frames, %lu rings and %lu requests made no sense\n", rounds,
	       screen.frames, (unsigned long)screen.view[0].bad, malformed);
	return rounds && malformed ? 0 : 1;
}
