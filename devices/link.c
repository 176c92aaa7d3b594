// SPDX-License-Identifier: MIT
/* The kernel's side of a device process. */
#define _GNU_SOURCE
#include "link.h"

#include "irq_wire.h"
#include "sheet.h"

#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

int link_open(struct device_hello *hello, struct l4virtio_config **page)
{
	ssize_t n = recv(DEVICE_FD_CONTROL, hello, sizeof(*hello), 0);
	void *p;

	if (n != sizeof(*hello) || hello->version != DEVICE_WIRE_VERSION)
		return -EPROTO;
	hello->name[sizeof(hello->name) - 1] = 0;
	p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, DEVICE_FD_IO,
		 hello->number * 4096UL);
	if (p == MAP_FAILED)
		return -errno;
	close(DEVICE_FD_IO); /* the pages of other devices */
	*page = p;
	return 0;
}

void link_interrupt(const struct device_hello *hello)
{
	struct irq_record r = { IRQ_LINE_DEVICE + hello->number, 1 };

	while (sheet_raise() && write(DEVICE_FD_IRQ, &r, sizeof(r)) < 0 && errno == EINTR)
		;
}

/* The answer to DEVICE_SETTLE: given when there is nothing left to do. */
static struct device_answer owed;
static bool owes;

static bool held; /* once that is given */

static bool answer_send(const struct device_answer *a)
{
	return send(DEVICE_FD_CONTROL, a, sizeof(*a), MSG_NOSIGNAL) == sizeof(*a);
}

/* One packet, and its answer. */
enum packet { PACKET_NONE, PACKET_LAST, PACKET_MORE, PACKET_END };

static enum packet packet_take(struct dma *dma)
{
	struct device_packet p;
	struct device_answer a = { 0 };
	ssize_t n = recv(DEVICE_FD_CONTROL, &p, sizeof(p), 0);

	if (n < 0 && errno == EINTR)
		return PACKET_NONE;
	if (n < (ssize_t)offsetof(struct device_packet, range) || p.count > DEVICE_RANGES)
		return PACKET_END;
	for (uint32_t i = 0; i < p.count; i++) {
		int e = dma_set(dma, &p.range[i]);

		if (e)
			a.error = e;
	}
	a.sequence = p.sequence;
	held = p.flags & DEVICE_HOLD;
	if (p.flags & DEVICE_SETTLE) {
		owed = a;
		owes = true;
	} else if (!answer_send(&a)) {
		return PACKET_END;
	}
	return p.flags & DEVICE_MORE ? PACKET_MORE : PACKET_LAST;
}

/* Packets whose ring was heard and that were not taken; somebody else has rung. */
static uint64_t due;
static bool rung;

/* Sleeps until the bell has rung. */
static bool hear(void)
{
	uint64_t rings;

	if (read(DEVICE_FD_BELL, &rings, sizeof(rings)) < 0)
		return errno == EINTR;
	due += rings / DEVICE_BELL_CONTROL;
	rung |= rings % DEVICE_BELL_CONTROL;
	return true;
}

/* They come, if they are not there yet. false: the kernel ends us. */
static bool packets_take(struct dma *dma)
{
	enum packet p = PACKET_NONE;

	while (due && p != PACKET_END) {
		p = packet_take(dma);
		due -= p != PACKET_NONE;
	}
	return p != PACKET_END;
}

bool link_rung(void)
{
	bool was = rung;

	rung = false;
	return was;
}

bool link_first(struct dma *dma)
{
	enum packet p;

	do {
		while (!due)
			if (!hear())
				return false;
		p = packet_take(dma);
		due -= p != PACKET_NONE;
	} while (p == PACKET_NONE || p == PACKET_MORE);
	return p == PACKET_LAST;
}

bool link_settled(void)
{
	bool owed_one = owes;

	owes = false;
	return !owed_one || answer_send(&owed);
}

/* Until the kernel lets us go on; true: what has happened meanwhile must be looked at. */
static bool stay(struct dma *dma)
{
	while (held)
		if (!hear() || !packets_take(dma))
			return false;
	return true;
}

bool link_watch(struct dma *dma, struct pollfd *p, unsigned n, int timeout_ms)
{
	if (timeout_ms && !link_settled())
		return false;
	if (held && !owes) {
		for (unsigned i = 0; i < n; i++)
			p[LINK_OWN + i].revents = 0;
		return stay(dma);
	}
	if (!n && timeout_ms < 0) /* one host call for what is most often waited for */
		return (due || hear()) && packets_take(dma);
	p[0] = (struct pollfd){ DEVICE_FD_CONTROL, POLLIN, 0 };
	p[1] = (struct pollfd){ DEVICE_FD_BELL, POLLIN, 0 };
	if (poll(p, LINK_OWN + n, timeout_ms) < 0) {
		for (unsigned i = 0; i < n; i++)
			p[LINK_OWN + i].revents = 0;
		return errno == EINTR;
	}
	if (p[1].revents && !hear())
		return false;
	if (p[0].revents && !due)
		due = 1; /* nobody has rung: the kernel process is gone */
	return packets_take(dma);
}

bool link_wait(struct dma *dma, bool sleep)
{
	struct pollfd p[LINK_OWN];

	return link_watch(dma, p, 0, sleep ? -1 : 0);
}
