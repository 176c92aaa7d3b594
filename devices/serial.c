// SPDX-License-Identifier: MIT
/* Bytes to and from a serial line. */
#define _GNU_SOURCE
#include "serial.h"
#include "sheet.h"

#include "../ux-kernel/host/report.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHUNK 4096U /* what a pipe that is ready takes without waiting */
#define PATIENCE_MS 5000

enum { P_IN, P_OUT, P_WAKE, P_COUNT };

/* The other side is gone: on a stream for ever, else until the next one comes. */
static void hang_up(struct serial *s)
{
	if (s->kind == SERIAL_LISTEN)
		close(s->in);
	s->in = -1;
	if (s->kind != SERIAL_STREAM)
		s->out = -1;
	s->keep->tail = s->out < 0 ? s->keep->head : s->keep->tail;
}

static void output_failed(struct serial *s, int e)
{
	if (s->kind == SERIAL_STREAM && !s->failed)
		report_error("serial line %s: cannot write: %s; what the guest writes is lost",
			     s->transport.hello.name, report_errno(e));
	s->failed = true;
	if (s->kind == SERIAL_STREAM)
		s->out = -1;
	else
		hang_up(s);
	s->keep->tail = s->keep->head;
}

static void flush(struct serial *s)
{
	while (s->out >= 0 && s->keep->tail != s->keep->head) {
		unsigned at = s->keep->tail % SERIAL_OUTPUT, len = s->keep->head - s->keep->tail;
		ssize_t n;

		len = len < SERIAL_OUTPUT - at ? len : SERIAL_OUTPUT - at;
		n = write(s->out, s->keep->output + at, len < CHUNK ? len : CHUNK);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			output_failed(s, n ? errno : ENOSPC);
		} else {
			s->keep->tail += n;
			s->keep->written += n;
		}
		if (s->kind == SERIAL_STREAM) /* it may not be ready for more */
			return;
	}
}

/*
 * What a fault makes of @len bytes: true: they are lost. *@flip: 1 + a bit of them that flips, 0:
 * none.
 */
static bool faulty(unsigned way, size_t len, uint64_t *flip)
{
	struct device_fault *f;
	bool lost = false;
	unsigned i = 0;

	*flip = 0;
	while (sheet_any() && len && (f = sheet_next(&i, FAULT_EVENT_SERIAL, way))) {
		lost |= sheet_effect(f) == FAULT_SERIAL_LOST;
		if (sheet_effect(f) == FAULT_SERIAL_CORRUPT)
			*flip = 1 + f->arg % (len * 8);
		sheet_struck(f, "%zu bytes %s", len,
			     way == DEVICE_WAY_OUT ? "from the guest" : "to the guest");
	}
	return lost;
}

static uint32_t serve(struct transport *t, unsigned queue, struct queue_request *r)
{
	struct serial *s = (struct serial *)t;
	unsigned at = s->keep->head % SERIAL_OUTPUT, first;
	uint64_t flip;

	if (queue == SERIAL_CONTROL_SEND)
		serial_control(s, r);
	if (queue != SERIAL_SEND || s->out < 0)
		return 0;
	if (r->out_len > SERIAL_OUTPUT) {
		transport_bad_request(t);
		return 0;
	}
	if (r->out_len > SERIAL_OUTPUT - (s->keep->head - s->keep->tail))
		return TRANSPORT_LATER;
	if (faulty(DEVICE_WAY_OUT, r->out_len, &flip))
		return 0;
	first = SERIAL_OUTPUT - at < r->out_len ? SERIAL_OUTPUT - at : r->out_len;
	queue_read(r, 0, s->keep->output + at, first);
	queue_read(r, first, s->keep->output, r->out_len - first);
	if (flip)
		s->keep->output[(at + (flip - 1) / 8) % SERIAL_OUTPUT] ^= 1U << (flip - 1) % 8;
	s->keep->head += r->out_len;
	s->eager = true;
	return 0;
}

static void deliver(struct serial *s)
{
	static struct queue_request r;
	unsigned done = 0;

	if (!(s->transport.features & 1ULL << VIRTIO_CONSOLE_F_MULTIPORT))
		s->keep->open = true; /* a driver that says nothing about it */
	while (s->keep->open && done < s->keep->input &&
	       transport_take(&s->transport, SERIAL_RECEIVE, &r)) {
		size_t n = queue_write(&r, 0, s->keep->pending + done, s->keep->input - done);

		queue_put(&s->transport.queue[SERIAL_RECEIVE], r.head, n);
		transport_publish(&s->transport, SERIAL_RECEIVE);
		done += n;
	}
	s->keep->input -= done;
	memmove(s->keep->pending, s->keep->pending + done, s->keep->input);
}

/* Nothing is read before the guest has taken what was read last. */
static void receive(struct serial *s)
{
	ssize_t n = read(s->in, s->keep->pending, sizeof(s->keep->pending));
	uint64_t flip = 0;

	if (n > 0)
		s->keep->input = faulty(DEVICE_WAY_IN, n, &flip) ? 0 : n;
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		hang_up(s);
	if (flip)
		s->keep->pending[(flip - 1) / 8] ^= 1U << (flip - 1) % 8;
}

static void pick_up(struct serial *s)
{
	char events[4096];

	if (s->kind == SERIAL_LISTEN) {
		s->in = s->out = accept4(s->wake, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		return;
	}
	while (read(s->wake, events, sizeof(events)) > 0)
		;
	s->in = s->out = DEVICE_FD_OWN;
}

static unsigned watch(struct transport *t, struct pollfd *p, int *timeout_ms)
{
	struct serial *s = (struct serial *)t;
	bool away = s->in < 0 && s->kind != SERIAL_STREAM;

	/* What can be handed over now is not left to wait. */
	if (s->eager && s->out >= 0 && s->keep->tail != s->keep->head)
		*timeout_ms = 0;
	p[P_IN] = (struct pollfd){ s->keep->input ? -1 : s->in, POLLIN, 0 };
	p[P_OUT] = (struct pollfd){ s->keep->tail != s->keep->head ? s->out : -1, POLLOUT, 0 };
	p[P_WAKE] = (struct pollfd){ away ? s->wake : -1, POLLIN, 0 };
	return P_COUNT;
}

static void work(struct transport *t, const struct pollfd *p, unsigned n)
{
	struct serial *s = (struct serial *)t;

	(void)n;
	if (p[P_WAKE].revents)
		pick_up(s);
	if (p[P_OUT].revents)
		flush(s);
	s->eager = p[P_OUT].revents;
	deliver(s);
	if (p[P_IN].revents && s->in >= 0 && !s->keep->input)
		receive(s);
	deliver(s);
	serial_control_deliver(s);
}

/* Nobody has opened the other end of a terminal; else its opening was told to a predecessor. */
static bool is_away(int fd)
{
	struct pollfd p = { fd, POLLIN, 0 };

	return poll(&p, 1, 0) < 0 || p.revents & POLLHUP;
}

void serial_init(struct serial *s, enum serial_kind kind, int fd, struct serial_keep *keep)
{
	s->kind = kind;
	s->keep = keep;
	s->in = s->out = s->wake = -1;
	if (kind == SERIAL_STREAM) {
		s->in = fd;
		s->out = fd + 1;
	} else if (kind == SERIAL_PTY) {
		s->in = s->out = is_away(fd) ? -1 : fd;
		s->wake = fd + 1;
	} else if (kind == SERIAL_LISTEN) {
		s->wake = fd;
	}
	s->eager = true;
	s->device = (struct transport_device){
		.id = L4VIRTIO_ID_CONSOLE,
		.queues = SERIAL_QUEUES,
		.features = 1ULL << VIRTIO_CONSOLE_F_MULTIPORT,
		.serve = serve,
		.inbound = 1U << SERIAL_RECEIVE | 1U << SERIAL_CONTROL_RECEIVE,
		.watch = watch,
		.work = work,
	};
	s->transport.device = &s->device;
}

/* Damaged, or somebody else's. */
static bool is_nonsense(const struct serial_keep *k)
{
	return k->head - k->tail > SERIAL_OUTPUT || k->input > SERIAL_INPUT ||
	       k->controls > SERIAL_CONTROLS;
}

/* The file has what it had when this was its state; a new one has nothing yet. */
static int truncate_file(struct serial *s)
{
	off_t size = lseek(s->out, 0, SEEK_END);

	if (size > 0 && (uint64_t)size > s->keep->written)
		return ftruncate(s->out, s->keep->written) < 0 ? -errno : 0;
	s->keep->written = size > 0 ? size : 0;
	return 0;
}

int serial_open(struct serial *s, uint32_t flags, int fd, bool settled)
{
	static const unsigned fds[] = {
		[SERIAL_STREAM] = 2, [SERIAL_PTY] = 2, [SERIAL_LISTEN] = 1
	};
	enum serial_kind kind = flags & SERIAL_KIND;
	struct serial_keep *keep;

	if (kind >= sizeof(fds) / sizeof(fds[0]))
		return -EPROTO;
	keep = mmap(NULL, sizeof(*keep), PROT_READ | PROT_WRITE, MAP_SHARED, fd + fds[kind], 0);
	if (keep == MAP_FAILED)
		return -errno;
	if (is_nonsense(keep))
		return -EPROTO;
	serial_init(s, kind, fd, keep);
	return settled && flags & SERIAL_FILE ? truncate_file(s) : 0;
}

void serial_drain(struct serial *s)
{
	while (s->out >= 0 && s->keep->tail != s->keep->head) {
		struct pollfd p = { s->out, POLLOUT, 0 };

		if (poll(&p, 1, PATIENCE_MS) <= 0)
			return;
		flush(s);
	}
}
