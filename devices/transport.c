// SPDX-License-Identifier: MIT
/* The configuration page: features, status, queues. */
#include "transport.h"

#include "../ux-kernel/host/report.h"
#include "link.h"
#include "sheet.h"

#include <string.h>

#define FEATURE(n) (1ULL << (n))
#define TRANSPORT_FEATURES \
	(FEATURE(L4VIRTIO_F_VERSION_1) | FEATURE(L4VIRTIO_F_INDIRECT_DESC) | \
	 FEATURE(L4VIRTIO_F_EVENT_IDX))
#define QUEUES_OFFSET 0x800
#define ROUND 64 /* requests between two looks at the control socket */

#define LOAD(p) __atomic_load_n(p, __ATOMIC_SEQ_CST)
#define STORE(p, v) __atomic_store_n(p, v, __ATOMIC_SEQ_CST)

static struct l4virtio_queue_config *queue_config(struct transport *t, unsigned n)
{
	return (struct l4virtio_queue_config *)((char *)t->page + QUEUES_OFFSET) + n;
}

static void set_status(struct transport *t, uint32_t status)
{
	t->status = status;
	STORE(&t->page->status, status);
}

static void interrupt(struct transport *t, uint32_t why)
{
	__atomic_or_fetch(&t->page->irq_status, why, __ATOMIC_SEQ_CST);
	link_interrupt(&t->hello);
}

/* One more of something a guest can do as often as it likes; true for the 1st, 2nd, 4th, ... */
static bool counts(unsigned long *n)
{
	++*n;
	return !(*n & (*n - 1));
}

/* The driver has made a mess of a queue: nothing more happens before it resets the device. */
static void needs_reset(struct transport *t, unsigned queue)
{
	if (counts(&t->broken_queues))
		report_error("device %s: queue %u makes no sense; the guest must reset the device "
			     "(%lu so far)",
			     t->hello.name, queue, t->broken_queues);
	t->queue[queue].ready = false;
	set_status(t, t->status | L4VIRTIO_STATUS_NEEDS_RESET);
	interrupt(t, L4VIRTIO_IRQ_CONFIG);
}

static bool negotiate(struct transport *t)
{
	uint64_t wanted = LOAD(&t->page->driver_features[0]) |
			  (uint64_t)LOAD(&t->page->driver_features[1]) << 32;

	t->features = wanted & (t->device->features | TRANSPORT_FEATURES);
	return t->features == wanted && wanted & FEATURE(L4VIRTIO_F_VERSION_1);
}

static void configure_queue(struct transport *t, unsigned n)
{
	struct l4virtio_queue_config *c = queue_config(t, n);
	struct queue *q = &t->queue[n];

	*q = (struct queue){
		.dma = &t->dma,
		.num = LOAD(&c->num),
		.desc = LOAD(&c->desc),
		.avail = LOAD(&c->avail),
		.used = LOAD(&c->used),
		.event_idx = t->features & FEATURE(L4VIRTIO_F_EVENT_IDX),
		.indirect = t->features & FEATURE(L4VIRTIO_F_INDIRECT_DESC),
	};
	if (LOAD(&c->ready) && !queue_start(q))
		STORE(&c->ready, 0);
}

static void reset(struct transport *t)
{
	memset(t->queue, 0, sizeof(t->queue));
	for (unsigned i = 0; i < t->device->queues; i++)
		STORE(&queue_config(t, i)->ready, 0);
	t->features = 0;
	t->failing = false;
	STORE(&t->page->irq_status, 0);
	set_status(t, 0);
}

static void change_status(struct transport *t, uint32_t status)
{
	status &= 0xff;
	if (!status) {
		reset(t);
		return;
	}
	if (status & ~t->status & L4VIRTIO_STATUS_FEATURES_OK && !negotiate(t))
		status &= ~L4VIRTIO_STATUS_FEATURES_OK;
	set_status(t, status | (t->status & L4VIRTIO_STATUS_NEEDS_RESET));
}

void transport_command(struct transport *t)
{
	uint32_t cmd = LOAD(&t->page->cmd), argument = cmd & ~L4VIRTIO_CMD_MASK;

	if (!cmd)
		return;
	if ((cmd & L4VIRTIO_CMD_MASK) == L4VIRTIO_CMD_SET_STATUS)
		change_status(t, argument);
	else if ((cmd & L4VIRTIO_CMD_MASK) == L4VIRTIO_CMD_CFG_QUEUE &&
		 argument < t->device->queues)
		configure_queue(t, argument);
	else if ((cmd & L4VIRTIO_CMD_MASK) == L4VIRTIO_CMD_CFG_CHANGED && t->device->configured)
		t->device->configured(t);
	STORE(&t->page->cmd, 0);
}

void transport_open(struct transport *t)
{
	struct l4virtio_config *p = t->page;
	uint64_t offered = t->device->features | TRANSPORT_FEATURES;

	p->version = L4VIRTIO_VERSION;
	p->device = t->device->id;
	p->vendor = 0;
	p->num_queues = t->device->queues;
	p->queues_offset = QUEUES_OFFSET;
	p->driver_notify_index = t->hello.irq;
	p->device_notify_index = t->hello.bell;
	p->dev_features[0] = offered;
	p->dev_features[1] = offered >> 32;
	p->dev_features[L4VIRTIO_F_CMD_CONFIG / 32] = 1U << L4VIRTIO_F_CMD_CONFIG % 32;
	for (unsigned i = 0; i < t->device->queues; i++)
		queue_config(t, i)->num_max = QUEUE_NUM_MAX;
	t->status = LOAD(&p->status);
	STORE(&p->magic, L4VIRTIO_MAGIC);
}

/* Queues another process has served: their memory must be known first. */
void transport_take_over(struct transport *t)
{
	if (!(t->status & L4VIRTIO_STATUS_FEATURES_OK))
		return;
	if (!negotiate(t)) {
		set_status(t, t->status | L4VIRTIO_STATUS_NEEDS_RESET);
		return;
	}
	for (unsigned i = 0; i < t->device->queues; i++)
		configure_queue(t, i);
	/* It may have died between giving something back and saying so. */
	if (!t->hello.settled)
		interrupt(t, L4VIRTIO_IRQ_VRING);
}

void transport_bad_request(struct transport *t)
{
	if (counts(&t->bad_requests))
		report_error("device %s: dropped a malformed request of the guest (%lu so far)",
			     t->hello.name, t->bad_requests);
}

void transport_config_changed(struct transport *t)
{
	__atomic_add_fetch(&t->page->generation, 1, __ATOMIC_SEQ_CST);
	if (t->status & L4VIRTIO_STATUS_DRIVER_OK)
		interrupt(t, L4VIRTIO_IRQ_CONFIG);
}

static uint32_t dispatch(struct transport *t, unsigned n, struct queue_request *r)
{
	if (!t->failing)
		return t->device->serve(t, n, r);
	return t->device->refuse ? t->device->refuse(t, n, r) : 0;
}

/* false: not now. */
static bool serve_request(struct transport *t, unsigned n, struct queue_request *r, bool good)
{
	struct queue *q = &t->queue[n];
	uint32_t written = 0;

	if (good)
		written = dispatch(t, n, r);
	else
		transport_bad_request(t);
	if (written == TRANSPORT_LATER)
		queue_untake(q, 1);
	else if (!queue_put(q, r->head, written) || !queue_publish(q))
		needs_reset(t, n);
	return written != TRANSPORT_LATER;
}

static void interrupt_if_wanted(struct transport *t, unsigned n)
{
	struct queue *q = &t->queue[n];

	if (q->ready && queue_interrupt_wanted(q))
		interrupt(t, L4VIRTIO_IRQ_VRING);
}

static bool is_ready(struct transport *t, unsigned n)
{
	return !t->device->ready || t->device->ready(t, n);
}

/* Serves up to ROUND requests of a queue; true: there is more that can be served. */
static bool serve_queue(struct transport *t, unsigned n)
{
	static struct queue_request r;
	struct queue *q = &t->queue[n];
	enum queue_result got = QUEUE_EMPTY;
	bool held = false;

	queue_awake(q);
	for (unsigned i = 0; i < ROUND && q->ready && !held; i++) {
		held = !is_ready(t, n);
		if (held)
			break;
		got = queue_next(q, &r);
		if (got == QUEUE_EMPTY)
			break;
		if (got == QUEUE_BROKEN)
			needs_reset(t, n);
		else
			held = !serve_request(t, n, &r, got == QUEUE_REQUEST);
	}
	interrupt_if_wanted(t, n);
	return !held && q->ready && (got != QUEUE_EMPTY || queue_sleep(q));
}

/* A malformed buffer behind some that were taken must wait: they are given back in order. */
static bool drop_next(struct transport *t, unsigned n, struct queue_request *r)
{
	struct queue *q = &t->queue[n];

	if ((uint16_t)(q->done + 1) != q->next) {
		queue_untake(q, 1);
		return false;
	}
	return serve_request(t, n, r, false);
}

bool transport_take(struct transport *t, unsigned n, struct queue_request *r)
{
	struct queue *q = &t->queue[n];

	while (t->status & L4VIRTIO_STATUS_DRIVER_OK && q->ready && !t->failing) {
		enum queue_result got = queue_next(q, r);

		if (got == QUEUE_REQUEST)
			return true;
		if (got == QUEUE_BROKEN)
			needs_reset(t, n);
		else if ((got == QUEUE_EMPTY && !queue_sleep(q)) ||
			 (got == QUEUE_BAD_REQUEST && !drop_next(t, n, r)))
			return false;
	}
	return false;
}

void transport_publish(struct transport *t, unsigned n)
{
	if (!queue_publish(&t->queue[n]))
		needs_reset(t, n);
	interrupt_if_wanted(t, n);
}

bool transport_serve(struct transport *t)
{
	bool more = false;

	if (!(t->status & L4VIRTIO_STATUS_DRIVER_OK))
		return false;
	for (unsigned i = 0; i < t->device->queues; i++)
		if (t->queue[i].ready && !(t->device->inbound & 1U << i))
			more |= serve_queue(t, i);
	return more;
}

int transport_init(struct transport *t, const struct transport_device *device)
{
	int e;

	t->device = device;
	e = link_open(&t->hello, &t->page);
	if (!e)
		e = dma_init(&t->dma, DEVICE_FD_RAM, L4_UX_DMA_END);
	if (!e)
		e = sheet_open();
	if (!e)
		t->failing = t->hello.failing;
	return e;
}

bool transport_begin(struct transport *t)
{
	transport_open(t);
	/* The memory first: a predecessor's queues are in it. */
	if (!link_first(&t->dma))
		return false;
	transport_take_over(t);
	return true;
}

bool transport_step(struct transport *t)
{
	transport_command(t);
	return transport_serve(t);
}

/* false: the kernel ends us. */
static bool wait(struct transport *t, bool sleep)
{
	static struct pollfd p[LINK_OWN + TRANSPORT_WATCH_MAX];
	int timeout_ms = -1;
	unsigned n = t->device->watch ? t->device->watch(t, p + LINK_OWN, &timeout_ms) : 0;

	if (!link_watch(&t->dma, p, n, sleep ? sheet_timeout(timeout_ms) : 0))
		return false;
	if (t->device->work)
		t->device->work(t, p + LINK_OWN, n);
	return true;
}

void transport_run(struct transport *t)
{
	bool more = true; /* at first it may be what a predecessor has left */

	if (!transport_begin(t))
		return;
	while (wait(t, !more))
		more = transport_step(t);
	report_suppressed();
}
