// SPDX-License-Identifier: MIT
/*
 * The IRQ emulator: waits for the timer and for console input and turns both into records in the
 * kernel's IRQ pipe. It also owns the terminal's mode: it puts the terminal into raw mode when
 * told to ("raw" as first argument), else into the modes the kernel asks for, and back when the
 * kernel process ends, however it ends.
 *
 * One thread, one poll loop, no signal handler. Whoever starts it has it ignore the signals of a
 * terminal that ends: they may come before main() does.
 */
#define _GNU_SOURCE
#include "instance_files.h"
#include "irq_wire.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#define CTRL_D 4

enum { P_KERNEL, P_TIMER, P_DOORBELL, P_INPUT, P_COUNT };

static struct irq_page *page;
static struct termios saved;
static bool raw;     /* a guest that does all of a terminal's work itself */
static bool changed; /* the terminal has other modes than saved */
static uint32_t modes;
static bool last_was_newline = true;

static void terminal_raw(void)
{
	struct termios t;

	if (tcgetattr(STDIN_FILENO, &saved) < 0)
		return;
	t = saved;
	cfmakeraw(&t);
	changed = !tcsetattr(STDIN_FILENO, TCSADRAIN, &t);
}

/*
 * Gives the terminal the modes of the log: a serial line, on which each key counts. Keys that
 * mean a signal stay, so that Ctrl-C still ends the command. In the background the terminal is
 * somebody else's.
 */
static void terminal_follow(void)
{
	uint32_t m = __atomic_load_n(&page->modes, __ATOMIC_ACQUIRE);
	struct termios t;

	if (raw || m == modes || tcgetpgrp(STDIN_FILENO) != getpgrp() ||
	    (!changed && tcgetattr(STDIN_FILENO, &saved) < 0))
		return;
	t = saved;
	t.c_iflag &= ~(tcflag_t)(INLCR | IGNCR | ICRNL | IXON);
	t.c_iflag |= (m & IRQ_MODE_INLCR ? INLCR : 0) | (m & IRQ_MODE_IGNCR ? IGNCR : 0) |
		     (m & IRQ_MODE_ICRNL ? ICRNL : 0);
	t.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
	t.c_lflag |= (m & IRQ_MODE_ICANON ? ICANON : 0) | (m & IRQ_MODE_ECHO ? ECHO : 0);
	if (!(m & IRQ_MODE_ICANON)) {
		t.c_cc[VMIN] = 1;
		t.c_cc[VTIME] = 0;
	}
	if (!tcsetattr(STDIN_FILENO, TCSADRAIN, &t)) {
		modes = m;
		changed = true;
	}
}

static void terminal_restore(void)
{
	if (changed)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &saved);
}

/* false: the kernel closed its end. */
static bool record_send(uint32_t line)
{
	struct irq_record r = { line, 1 };
	ssize_t n;

	do
		n = write(IRQ_FD_PIPE, &r, sizeof(r));
	while (n < 0 && errno == EINTR);
	return n == sizeof(r);
}

static uint32_t ring_room(void)
{
	return IRQ_CONSOLE_RING -
	       (page->console_head - __atomic_load_n(&page->console_tail, __ATOMIC_ACQUIRE));
}

static void ring_put(const uint8_t *buf, uint32_t len)
{
	uint32_t head = page->console_head;

	for (uint32_t i = 0; i < len; i++)
		page->console[(head + i) % IRQ_CONSOLE_RING] = buf[i];
	__atomic_store_n(&page->console_head, head + len, __ATOMIC_RELEASE);
}

/*
 * Reads what fits. For a guest with a terminal of its own the end of a file becomes Ctrl-D, twice
 * when it comes within a line: that is how a terminal says it. A serial line knows no end. false:
 * nothing more will come.
 */
static bool input_read(void)
{
	uint8_t buf[IRQ_CONSOLE_RING];
	uint32_t room = ring_room();
	ssize_t n;

	if (room < 2)
		return true;
	n = read(STDIN_FILENO, buf, room);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (n > 0) {
		last_was_newline = buf[n - 1] == '\n';
		ring_put(buf, n);
	} else if (raw && !n && !page->end_told) {
		static const uint8_t end[2] = { CTRL_D, CTRL_D };

		ring_put(end, last_was_newline ? 1 : 2);
	}
	if (n <= 0)
		__atomic_store_n(&page->ended, 1, __ATOMIC_RELEASE);
	return record_send(IRQ_LINE_CONSOLE) && n > 0;
}

static void timer_fired(void)
{
	uint64_t count;

	if (read(IRQ_FD_TIMER, &count, sizeof(count)) == sizeof(count))
		record_send(IRQ_LINE_TIMER);
}

/* Input is polled only while there is room; want_room asks the kernel for the doorbell. */
static bool input_wanted(void)
{
	if (ring_room() >= 2)
		return true;
	__atomic_store_n(&page->want_room, 1, __ATOMIC_SEQ_CST);
	return ring_room() >= 2;
}

static void serve(void)
{
	struct pollfd p[P_COUNT] = {
		[P_KERNEL] = { IRQ_FD_KERNEL, POLLIN, 0 },
		[P_TIMER] = { IRQ_FD_TIMER, POLLIN, 0 },
		[P_DOORBELL] = { IRQ_FD_DOORBELL, POLLIN, 0 },
		[P_INPUT] = { STDIN_FILENO, POLLIN, 0 },
	};
	bool input = true;

	for (;;) {
		uint64_t bell;

		p[P_INPUT].fd = input && input_wanted() ? STDIN_FILENO : -1;
		if (poll(p, P_COUNT, -1) < 0) {
			if (errno == EINTR)
				continue;
			return;
		}
		if (p[P_KERNEL].revents)
			return;
		if (p[P_TIMER].revents)
			timer_fired();
		if (p[P_DOORBELL].revents && read(IRQ_FD_DOORBELL, &bell, sizeof(bell)) < 0 &&
		    errno != EAGAIN)
			return;
		if (p[P_DOORBELL].revents)
			terminal_follow();
		if (p[P_INPUT].revents)
			input = input_read();
	}
}

/* The kernel process died: its descriptors are closed one after the other, the lock's soon. */
static void instance_clean(void)
{
	page->instance[sizeof(page->instance) - 1] = 0;
	for (unsigned i = 0; i < 200 && *page->instance; i++) {
		if (!instance_files_clean(page->instance))
			return;
		usleep(10000);
	}
}

int main(int argc, char **argv)
{
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, IRQ_FD_PAGE, 0);
	if (page == MAP_FAILED || page->version != IRQ_WIRE_VERSION)
		return 1;
	signal(SIGTTOU, SIG_IGN);
	signal(SIGTTIN, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	raw = argc > 1 && !strcmp(argv[1], "raw");
	if (raw)
		terminal_raw();
	record_send(IRQ_LINE_TIMER); /* says that we are up */
	serve();
	terminal_restore();
	instance_clean();
	return 0;
}
