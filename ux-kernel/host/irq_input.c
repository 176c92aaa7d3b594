// SPDX-License-Identifier: MIT
/* IRQ pipe, timer, console input. */
#define _GNU_SOURCE
#include "irq_input.h"

#include "../../devices/irq_wire.h"
#include "../core/arch.h"
#include "../core/event.h"
#include "../core/platform.h"
#include "../core/timer.h"
#include "../engine/run.h"
#include "device_irq.h"
#include "fork.h"
#include "report.h"
#include "screen.h"
#include "spawn.h"
#include "vtime.h"

#include <errno.h>
#include <fcntl.h>
#include <l4/abi/ops.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <unistd.h>

#define INPUT_PATIENCE_S 1 /* with a pipe that says nothing */

static volatile sig_atomic_t pending;
static int pipe_fd = -1, record_fd = -1, timer_fd = -1, bell_fd = -1, alive_fd = -1;
static struct irq_page *page;
static uint64_t armed = ARCH_TIMER_NEVER;
static uint64_t held;     /* simulated time: devices whose interrupt waits, a bit for each */
static uint32_t released; /* simulated time: behind the input the guest may see */
static bool live;         /* simulated time: input comes when it comes */
static struct spawn starting;
static pid_t emulator;
static struct termios terminal;
static bool terminal_saved;

static void on_sigio(int sig)
{
	(void)sig;
	pending = 1;
	engine_interrupt();
}

void irq_input_wake(void)
{
	pending = 1;
	engine_interrupt();
}

bool irq_input_pending(void)
{
	return pending || device_irq_marked();
}

static const struct irq_input_state *begin;

void irq_input_restore(const struct irq_input_state *s)
{
	begin = s;
}

void irq_input_save(struct irq_input_state *s)
{
	*s = (struct irq_input_state){ .modes = page->modes,
				       .len = released - page->console_tail,
				       .ended = page->ended && released == page->console_head };
	for (uint32_t i = 0; i < s->len; i++)
		s->unread[i] = page->console[(page->console_tail + i) % IRQ_CONSOLE_RING];
}

static int page_create(void)
{
	int fd = memfd_create("l4ux-irq", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, 4096) < 0)
		return -errno;
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED)
		return -errno;
	page->version = IRQ_WIRE_VERSION;
	return fd;
}

static int async_enable(int fd)
{
	/* No SA_RESTART: a wait for a process that was killed from outside must look around. */
	struct sigaction sa = { .sa_handler = on_sigio };

	sigaction(SIGIO, &sa, NULL);
	if (fcntl(fd, F_SETOWN, getpid()) < 0 ||
	    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_ASYNC | O_NONBLOCK) < 0)
		return -errno;
	return 0;
}

int irq_input_init(const char *program, bool raw)
{
	int irq[2], alive[2], page_fd = page_create(), e;

	timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	bell_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (page_fd < 0 || timer_fd < 0 || bell_fd < 0 || pipe2(irq, O_CLOEXEC) < 0 ||
	    pipe2(alive, O_CLOEXEC) < 0) {
		e = -errno;
		report_error("cannot create the IRQ pipe: %s", report_errno(-e));
		return e;
	}
	held = 0;
	released = begin ? begin->len : 0;
	if (begin && page_fd >= 0) {
		memcpy(page->console, begin->unread, begin->len);
		page->console_head = begin->len;
		page->modes = begin->modes;
		page->end_told = begin->ended;
	}
	terminal_saved = live = !tcgetattr(STDIN_FILENO, &terminal);
	report_set_raw(raw && terminal_saved);
	/* The emulator's descriptors in the order of IRQ_FD_*. */
	e = spawn_begin(&starting, program, raw ? "raw" : NULL,
			(int[]){ irq[1], page_fd, timer_fd, bell_fd, alive[0] }, 5, SPAWN_EMULATOR);
	record_fd = irq[1];
	close(alive[0]);
	close(page_fd);
	pipe_fd = irq[0];
	alive_fd = alive[1];
	if (e)
		return e;
	emulator = starting.pid;
	return async_enable(pipe_fd);
}

int irq_input_started(void)
{
	pid_t pid = spawn_end(&starting);

	if (pid > 0)
		return 0;
	emulator = 0;
	return pid;
}

void irq_input_tell_instance(const char *path)
{
	snprintf(page->instance, sizeof(page->instance), "%s",
		 strlen(path) < sizeof(page->instance) ? path : "");
}

void irq_input_exit(void)
{
	int status;

	if (!emulator || (starting.report >= 0 && irq_input_started() < 0))
		return;
	irq_input_tell_instance("");
	close(alive_fd);
	status = fork_wait(emulator);
	emulator = 0;
	if (terminal_saved && status) /* it could not restore the terminal itself */
		tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal);
	report_set_raw(false);
}

void irq_input_mark(struct irq_input_mark *m)
{
	*m = (struct irq_input_mark){ page->modes, page->console_tail, released, live };
}

void irq_input_return(const struct irq_input_mark *m)
{
	page->modes = m->modes;
	__atomic_store_n(&page->console_tail, m->tail, __ATOMIC_SEQ_CST);
	released = m->released;
	live = m->live;
	held = 0;
	arch_timer_set(ARCH_TIMER_NEVER);
}

static void raise_devices(uint64_t marks)
{
	for (; marks; marks &= marks - 1) {
		unsigned n = __builtin_ctzl(marks);

		event(EVENT_LINE, 0, IRQ_LINE_DEVICE + n, 0);
		icu_raise(n);
	}
}

/* The record of a device has woken us, and that is all. */
static void raise_line(uint32_t line)
{
	if (line >= IRQ_LINE_DEVICE || (vtime_on() && line != IRQ_LINE_CONSOLE_REQUEST))
		return;
	event(EVENT_LINE, 0, line, 0);
	switch (line) {
	case IRQ_LINE_TIMER:
		armed = ARCH_TIMER_NEVER;
		timer_expire(arch_now());
		break;
	case IRQ_LINE_CONSOLE:
		log_input();
		break;
	case IRQ_LINE_CONSOLE_REQUEST:
		screen_request();
		break;
	}
}

void irq_input_drain(void)
{
	struct irq_record r[64];
	ssize_t n = pending ? sizeof(r) : 0;

	for (pending = 0; n == sizeof(r);) {
		n = read(pipe_fd, r, sizeof(r));
		for (ssize_t i = 0; i < n / (ssize_t)sizeof(r[0]); i++)
			raise_line(r[i].line);
	}
	if (vtime_on())
		held |= device_irq_take();
	else
		raise_devices(device_irq_take());
}

bool irq_input_is_emulator(pid_t pid)
{
	return pid == emulator;
}

int irq_input_record_fd(void)
{
	return record_fd;
}

/* @patience NULL: for ever. false: nothing came. */
static bool wait_for_record(const struct timespec *patience)
{
	struct pollfd p = { pipe_fd, POLLIN, 0 };
	sigset_t block, old;
	int n = 1;

	if (irq_input_pending())
		return true;
	/* Blocked signals cannot slip in between the look at the flag and the wait. */
	sigfillset(&block);
	sigprocmask(SIG_BLOCK, &block, &old);
	device_irq_awake(false);
	if (!irq_input_pending()) {
		screen_guest_idle(true);
		n = ppoll(&p, 1, patience, &old);
		screen_guest_idle(false);
	}
	device_irq_awake(true);
	sigprocmask(SIG_SETMASK, &old, NULL);
	pending = 1;
	return n != 0;
}

void irq_input_wait(void)
{
	wait_for_record(NULL);
}

bool irq_input_deliver(void)
{
	uint64_t lines;

	irq_input_drain();
	lines = held;
	held = 0;
	raise_devices(lines);
	return lines;
}

/* A file is always ready; a pipe may be silent for ever, and then nobody shall wait for it. */
static bool input_expected(void)
{
	struct stat st;

	return !fstat(STDIN_FILENO, &st) && S_ISREG(st.st_mode);
}

/* Waits for the rest of a line. */
static enum input input_wait(void)
{
	const struct timespec patience = { INPUT_PATIENCE_S, 0 };

	if (wait_for_record(input_expected() ? NULL : &patience))
		return INPUT_COMING;
	live = true;
	report_info("standard input is open but silent: it is not waited for any more, so another "
		    "run may see what comes at another time");
	return INPUT_OPEN;
}

enum input irq_input_release(void)
{
	bool ended = __atomic_load_n(&page->ended, __ATOMIC_ACQUIRE);
	uint32_t head = __atomic_load_n(&page->console_head, __ATOMIC_ACQUIRE), at = released;
	bool whole = live || ended || head - page->console_tail + 1 >= IRQ_CONSOLE_RING;

	if (!live && released != page->console_tail)
		return INPUT_ENDED; /* while it does not read there is nothing more for it */
	if (at == head && ended)
		return INPUT_ENDED;
	while (at != head &&
	       (live || at == released || page->console[(at - 1) % IRQ_CONSOLE_RING] != '\n'))
		at++;
	if (at == released || (!whole && page->console[(at - 1) % IRQ_CONSOLE_RING] != '\n'))
		return live ? INPUT_OPEN : input_wait();
	released = at;
	return INPUT_RELEASED;
}

void arch_timer_set(uint64_t deadline)
{
	struct itimerspec t = { 0 };

	if (deadline == armed || vtime_on())
		return;
	armed = deadline;
	if (deadline != ARCH_TIMER_NEVER) {
		uint64_t now = arch_now(), us = deadline > now ? deadline - now : 0;

		/* One microsecond more than needed: firing early would mean firing twice. */
		us++;
		if (us > 1000000000ULL * 1000)
			us = 1000000000ULL * 1000;
		t.it_value.tv_sec = us / 1000000;
		t.it_value.tv_nsec = us % 1000000 * 1000;
	}
	timerfd_settime(timer_fd, 0, &t, NULL);
}

void irq_input_timer_by(uint64_t deadline)
{
	if (deadline < armed)
		arch_timer_set(deadline);
}

static void bell_ring(void)
{
	uint64_t one = 1;

	if (write(bell_fd, &one, sizeof(one)) < 0)
		report_error("cannot ring the IRQ emulator: %s", report_errno(errno));
}

void arch_console_modes(uint64_t input, uint64_t local)
{
	uint32_t m = IRQ_MODE_SET;

	m |= (input & L4_VCON_INLCR ? IRQ_MODE_INLCR : 0) |
	     (input & L4_VCON_IGNCR ? IRQ_MODE_IGNCR : 0) |
	     (input & L4_VCON_ICRNL ? IRQ_MODE_ICRNL : 0);
	m |= (local & L4_VCON_ICANON ? IRQ_MODE_ICANON : 0) |
	     (local & L4_VCON_ECHO ? IRQ_MODE_ECHO : 0);
	__atomic_store_n(&page->modes, m, __ATOMIC_RELEASE);
	bell_ring();
}

size_t arch_console_read(char *buf, size_t len, bool *more)
{
	uint32_t head = vtime_on() ? released
				   : __atomic_load_n(&page->console_head, __ATOMIC_ACQUIRE);
	uint32_t tail = page->console_tail, n = 0;

	/* The emulator could be confused: never trust more than a ring's worth. */
	if (head - tail > IRQ_CONSOLE_RING)
		tail = head - IRQ_CONSOLE_RING;
	while (n < len && tail != head)
		buf[n++] = page->console[tail++ % IRQ_CONSOLE_RING];
	*more = tail != head;
	__atomic_store_n(&page->console_tail, tail, __ATOMIC_SEQ_CST);
	if (n && __atomic_exchange_n(&page->want_room, 0, __ATOMIC_SEQ_CST))
		bell_ring();
	return n;
}
