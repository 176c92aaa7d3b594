// SPDX-License-Identifier: MIT
/* Packets that tell devices what they see. */
#define _GNU_SOURCE
#include "dma.h"

#include "../../devices/device_wire.h"
#include "../core/arch.h"
#include "../core/space.h"
#include "device.h"
#include "memory.h"
#include "report.h"

#include <errno.h>
#include <l4/abi/virtio.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#define PATIENCE_S 10 /* a device may be in the middle of a slow transfer */

#define CHANGES_MAX 16U

static struct changes {
	unsigned count;
	struct interval {
		uint64_t start, end;
	} range[CHANGES_MAX];
} changes[L4_UX_DEVICES_MAX];

static struct device_packet packet[L4_UX_DEVICES_MAX];
static bool unanswered;

static uint64_t seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/* Waits for room or for an answer; false when the device had to be killed. */
static bool wait_for(struct device *d, short events, uint64_t deadline)
{
	struct pollfd p = { d->control, events, 0 };

	while (poll(&p, 1, 1000) <= 0)
		if (seconds() >= deadline) {
			device_fail(d, "does not answer");
			return false;
		}
	return true;
}

/* A device that is gone is told everything when it is back. */
static void send_packet(struct device *d, unsigned flags)
{
	struct device_packet *p = &packet[d->number];
	size_t len = offsetof(struct device_packet, range) + p->count * sizeof(p->range[0]);
	uint64_t deadline = seconds() + PATIENCE_S;

	if (!p->count && !(flags & DEVICE_SETTLE))
		return;
	p->sequence = d->control < 0 ? d->sent : ++d->sent;
	p->flags = flags;
	if (d->control >= 0)
		device_announce(d);
	while (d->control >= 0 && send(d->control, p, len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		if ((errno != EAGAIN && errno != EINTR) || !wait_for(d, POLLOUT, deadline))
			break;
	p->count = 0;
}

static void add(struct device *d, const struct device_range *r)
{
	struct device_packet *p = &packet[d->number];
	struct device_range *last = p->count ? &p->range[p->count - 1] : NULL;

	if (last && last->rights == r->rights && last->va + last->len == r->va &&
	    (!r->rights || last->offset + last->len == r->offset)) {
		last->len += r->len;
		return;
	}
	if (p->count == DEVICE_RANGES)
		send_packet(d, DEVICE_MORE);
	p->range[p->count++] = *r;
}

/* What is in [@va, @end) now, from nothing: one packet, so that the device sees no gap. */
static void tell(struct device *d, uint64_t va, uint64_t end)
{
	struct device_range r = { va, end - va, 0, 0 };
	struct mapping *m;

	add(d, &r);
	for (; d->space && (m = space_next(d->space, va, end)); va = r.va + r.len) {
		uint64_t behind = m->va + order_size(m->order);

		r.va = m->va < va ? va : m->va;
		r.len = (behind < end ? behind : end) - r.va;
		r.offset = m->pa + (r.va - m->va);
		r.rights = (m->rights & L4_FPAGE_R ? DEVICE_R : 0) |
			   (m->rights & L4_FPAGE_W ? DEVICE_W : 0);
		/* Only memory: other devices' configuration is none of its business. */
		if (r.offset < memory_ram_end())
			add(d, &r);
	}
}

/* A range to be told of. Too many become one. */
static void note(struct changes *c, uint64_t va, uint64_t end)
{
	struct interval *last = &c->range[c->count - 1];

	if (end > L4_UX_DMA_END)
		end = L4_UX_DMA_END;
	if (va >= end)
		return;
	if (c->count && va <= last->end && end >= last->start) {
		last->start = va < last->start ? va : last->start;
		last->end = end > last->end ? end : last->end;
	} else if (c->count == CHANGES_MAX) {
		c->range[0] = (struct interval){ 0, L4_UX_DMA_END };
		c->count = 1;
	} else {
		c->range[c->count++] = (struct interval){ va, end };
	}
	unanswered = true;
}

void dma_changed(struct space *s, uint64_t va, uint64_t len)
{
	struct device *d;

	for (unsigned i = 0; (d = device_get(i)); i++)
		if (d->space == s)
			note(&changes[i], va, va + len);
}

void dma_tell_all(struct device *d)
{
	note(&changes[d->number], 0, L4_UX_DMA_END);
}

void dma_forget(void)
{
	for (unsigned i = 0; i < L4_UX_DEVICES_MAX; i++)
		changes[i].count = packet[i].count = 0;
	unanswered = false;
}

void arch_dma_bind(unsigned device, struct space *s)
{
	struct device *d = device_get(device);

	if (!d)
		return;
	d->space = s;
	dma_tell_all(d);
}

static void take_answer(struct device *d)
{
	struct device_answer a;
	ssize_t n = recv(d->control, &a, sizeof(a), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	d->answered = d->sent;
	if (n != sizeof(a)) { /* it is dead, which proc_check() will find */
		d->gone = true;
		return;
	}
	d->answered = a.sequence;
	if (a.error)
		report_error("device %s: cannot map guest memory: %s; its transfers there fail",
			     d->plan->name, report_errno(-a.error));
}

static void await_answer(struct device *d)
{
	uint64_t deadline = seconds() + PATIENCE_S;

	while (d->control >= 0 && d->answered != d->sent)
		if (wait_for(d, POLLIN, deadline))
			take_answer(d);
}

void dma_settle(struct device *d)
{
	send_packet(d, DEVICE_SETTLE);
	await_answer(d);
}

void dma_hold(struct device *d)
{
	send_packet(d, DEVICE_SETTLE | DEVICE_HOLD);
	await_answer(d);
}

void dma_sync(void)
{
	struct device *d;

	if (!unanswered)
		return;
	for (unsigned i = 0; (d = device_get(i)); i++) {
		for (unsigned k = 0; k < changes[i].count; k++)
			tell(d, changes[i].range[k].start, changes[i].range[k].end);
		changes[i].count = 0;
		send_packet(d, 0);
	}
	for (unsigned i = 0; (d = device_get(i)); i++)
		await_answer(d);
	unanswered = false;
}
