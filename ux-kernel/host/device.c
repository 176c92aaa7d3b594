// SPDX-License-Identifier: MIT
/* Life of device processes. */
#define _GNU_SOURCE
#include "device.h"

#include "../../devices/device_wire.h"
#include "../../devices/irq_wire.h"
#include "../core/arch.h"
#include "../core/platform.h"
#include "clock.h"
#include "device_fault.h"
#include "dma.h"
#include "fork.h"
#include "irq_input.h"
#include "memory.h"
#include "report.h"
#include "screen.h"
#include "spawn.h"
#include "stop.h"

#include <errno.h>
#include <l4/abi/virtio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DEATHS_MAX 5           /* in a row, each within ...; one more as a failing device */
#define LIFE_SHORT_US 10000000 /* ... this time after the start */
#define SAVE_PATIENCE_MS 30000

static struct device device[L4_UX_DEVICES_MAX];
static unsigned devices;

struct device *device_get(unsigned number)
{
	return number < devices ? &device[number] : NULL;
}

static struct l4virtio_config *config(const struct device *d)
{
	return memory_io_page(d->number);
}

static void say_hello(struct device *d)
{
	struct device_hello h = {
		.version = DEVICE_WIRE_VERSION,
		.number = d->number,
		.irq = icu_interrupt(d->number),
		.bell = icu_doorbell(d->number),
		.flags = d->plan->flags,
		.raw = strcmp(report_line_end(), "\n") != 0,
		.failing = d->deaths >= DEATHS_MAX,
		.settled = d->settled,
	};

	snprintf(h.name, sizeof(h.name), "%s", d->plan->name);
	send(d->control, &h, sizeof(h), MSG_NOSIGNAL);
}

/* It counts 64 bits: there is always room. */
static void ring(struct device *d, uint64_t rings)
{
	if (write(d->bell, &rings, sizeof(rings)) < 0)
		report_error("cannot ring device %s: %s", d->plan->name, report_errno(errno));
}

/* What has rung was for a process that is no more. */
static void silence(struct device *d)
{
	uint64_t rings;

	ring(d, 1); /* with nothing to read one would wait */
	if (read(d->bell, &rings, sizeof(rings)) < 0)
		report_error("cannot read the bell of device %s: %s", d->plan->name,
			     report_errno(errno));
}

static int start(struct device *d)
{
	int fds[DEVICE_FD_OWN - DEVICE_FD_CONTROL + DEVICE_OWN_FDS + 1], pair[2];
	unsigned n = 0;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	silence(d);
	device_fault_begin(d);
	screen_console_begins();
	fds[n++] = pair[1];
	fds[n++] = d->bell;
	fds[n++] = irq_input_record_fd();
	fds[n++] = memory_io_fd();
	fds[n++] = memory_ram_fd();
	fds[n++] = d->sheet_fd;
	for (unsigned i = 0; i < d->plan->fds; i++)
		fds[n++] = d->plan->fd[i];
	if (d->plan->keep)
		fds[n++] = d->keep;
	d->pid = spawn_process(d->plan->program, d->plan->name, fds, n,
			       d->plan->apart ? SPAWN_APART : SPAWN_DEVICE);
	close(pair[1]);
	if (d->pid < 0) {
		int e = d->pid;

		d->pid = 0;
		close(pair[0]);
		return e;
	}
	d->control = pair[0];
	d->answered = d->sent;
	d->started = clock_host_us();
	d->gone = false;
	d->rung = true;
	device_fault_bell(d);
	say_hello(d);
	d->settled = false;
	dma_tell_all(d);
	return 0;
}

int device_keep_copy(int from, int to)
{
	off_t at = 0, end;

	while ((at = lseek(from, at, SEEK_DATA)) >= 0) {
		end = lseek(from, at, SEEK_HOLE);
		if (end < 0 || lseek(to, at, SEEK_SET) < 0)
			return -errno;
		while (at < end) {
			ssize_t n = sendfile(to, from, &at, end - at);

			if (!n)
				return -EIO;
			if (n < 0 && errno != EINTR)
				return -errno;
		}
	}
	return errno == ENXIO ? 0 : -errno;
}

int device_keep_file(uint64_t bytes)
{
	int fd = memfd_create("l4ux-keep", MFD_CLOEXEC), e;

	if (fd >= 0 && ftruncate(fd, bytes) == 0)
		return fd;
	e = -errno;
	if (fd >= 0)
		close(fd);
	return e;
}

static int prepare(struct device *d, const struct device_plan *plan)
{
	int e;

	d->plan = plan;
	d->control = d->keep = -1;
	d->bell = eventfd(0, EFD_CLOEXEC);
	if (d->bell < 0)
		return -errno;
	e = device_fault_prepare(d);
	if (e)
		return e;
	d->keep = plan->memory ? plan->memory : -1;
	if (!plan->keep || plan->memory)
		return 0;
	d->keep = device_keep_file(plan->keep);
	if (d->keep < 0)
		return d->keep;
	return plan->kept ? device_keep_copy(plan->kept, d->keep) : 0;
}

int device_init(const struct device_plan *plan, unsigned count, bool settled)
{
	int e = 0;

	for (; !e && devices < count; devices++) {
		struct device *d = &device[devices];

		d->number = devices;
		e = prepare(d, &plan[devices]);
		d->settled = settled;
		if (!e)
			e = start(d);
		if (e)
			report_error("cannot start the device %s: %s", plan[devices].name,
				     report_errno(-e));
	}
	return e;
}

void device_announce(struct device *d)
{
	ring(d, DEVICE_BELL_CONTROL);
}

void device_fail(struct device *d, const char *why)
{
	report_error("device %s %s; killed", d->plan->name, why);
	d->answered = d->sent;
	d->gone = true;
	kill(d->pid, SIGKILL);
}

static void give_up(struct device *d)
{
	struct l4virtio_config *c = config(d);

	report_error("device %s has ended %u times in a row; it stays silent until the guest "
		     "resets it",
		     d->plan->name, d->deaths);
	__atomic_or_fetch(&c->status, L4VIRTIO_STATUS_NEEDS_RESET, __ATOMIC_SEQ_CST);
	__atomic_or_fetch(&c->irq_status, L4VIRTIO_IRQ_CONFIG, __ATOMIC_SEQ_CST);
	icu_raise(d->number);
}

static void revive(struct device *d)
{
	if (start(d) < 0)
		give_up(d);
	else
		arch_doorbell(d->number); /* what came while it was not there */
}

void device_ended(pid_t pid)
{
	struct device *d;
	char how[64];
	int status = 0;
	bool short_life;

	waitpid(pid, &status, WNOHANG);
	for (unsigned i = 0; (d = device_get(i)) && d->pid != pid;)
		i++;
	if (!d)
		return;
	close(d->control);
	d->control = -1;
	d->pid = 0;
	short_life = clock_host_us() - d->started < LIFE_SHORT_US;
	if (WIFEXITED(status) && WEXITSTATUS(status) == DEVICE_EXIT_UNUSABLE) {
		if (short_life && !d->lived)
			arch_shutdown(STOP_UNAVAILABLE);
		else
			report_error("the guest goes on without %s", d->plan->name);
		return;
	}
	d->lived = true;
	d->deaths = short_life ? d->deaths + 1 : 1;
	if (WIFSIGNALED(status))
		snprintf(how, sizeof(how), "was killed by signal %d", WTERMSIG(status));
	else
		snprintf(how, sizeof(how), "ended with status %d", WEXITSTATUS(status));
	if (d->deaths > DEATHS_MAX) {
		give_up(d);
		return;
	}
	if (d->deaths == DEATHS_MAX)
		report_error("the process of device %s %s, %u times in a row; its requests fail "
			     "until the guest resets it",
			     d->plan->name, how, DEATHS_MAX);
	else
		report_error("the process of device %s %s; started again, %s", d->plan->name, how,
			     d->plan->loss);
	revive(d);
}

void arch_doorbell(unsigned number)
{
	struct device *d = device_get(number);

	if (!d)
		return;
	if (!d->pid &&
	    __atomic_load_n(&config(d)->cmd, __ATOMIC_SEQ_CST) == L4VIRTIO_CMD_SET_STATUS) {
		d->deaths = 0;
		start(d);
	}
	d->rung = true;
	device_fault_bell(d);
	ring(d, 1);
}

bool device_settle(void)
{
	bool any = false;

	for (unsigned i = 0; i < devices; i++) {
		any |= device[i].rung;
		if (device[i].rung) {
			dma_settle(&device[i]);
			device_fault_settled(&device[i]);
		}
		device[i].rung = false;
	}
	return any;
}

bool device_hold(void)
{
	bool all = true;

	for (unsigned i = 0; i < devices; i++) {
		dma_hold(&device[i]);
		timer_cancel(&device[i].wake); /* none of the timers that are saved is ours */
		all &= !device[i].pid || !device[i].gone; /* else nobody is left to hold */
	}
	return all;
}

void device_release(void)
{
	for (unsigned i = 0; i < devices; i++) {
		dma_settle(&device[i]);
		device_fault_settled(&device[i]);
	}
}

/* Waits for a device that has been told to end. */
static void wait_end(struct device *d)
{
	const struct timespec ms = { 0, 1000000 };

	for (unsigned i = 0; i < SAVE_PATIENCE_MS; i++) {
		if (waitpid(d->pid, NULL, WNOHANG))
			return;
		nanosleep(&ms, NULL);
	}
	report_error("device %s does not end; killed, it may not have saved everything",
		     d->plan->name);
	kill(d->pid, SIGKILL);
	fork_wait(d->pid);
}

void device_exit(void)
{
	for (unsigned i = 0; i < devices; i++)
		if (device[i].pid) {
			device_announce(&device[i]);
			close(device[i].control);
		}
	for (unsigned i = 0; i < devices; i++)
		if (device[i].pid)
			wait_end(&device[i]);
	devices = 0;
}

void device_halt(void)
{
	for (unsigned i = 0; i < devices; i++)
		if (device[i].pid)
			kill(device[i].pid, SIGKILL);
	for (unsigned i = 0; i < devices; i++) {
		struct device *d = &device[i];

		if (d->pid) {
			fork_wait(d->pid); /* from here on it writes nowhere */
			close(d->control);
		}
		d->pid = 0;
		d->control = -1;
		timer_cancel(&d->wake);
	}
	dma_forget();
}

int device_go_on(void)
{
	int e = 0;

	for (unsigned i = 0; !e && i < devices; i++) {
		device[i].settled = true;
		device[i].deaths = 0;
		e = start(&device[i]);
	}
	return e;
}
