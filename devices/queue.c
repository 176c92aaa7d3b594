// SPDX-License-Identifier: MIT
/* Split virtqueues, nothing of them trusted. */
#include "queue.h"

#include <linux/virtio_ring.h>
#include <stddef.h>
#include <string.h>

#define LOAD(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define STORE(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

/* Rings are looked up at each use: memory can be taken back at any time between two of them. */
static struct vring_avail *avail_ring(const struct queue *q)
{
	return dma_ptr(q->dma, q->avail,
		       sizeof(struct vring_avail) + (q->num + 1) * sizeof(uint16_t), DEVICE_R);
}

static struct vring_used *used_ring(const struct queue *q)
{
	return dma_ptr(q->dma, q->used,
		       sizeof(struct vring_used) + q->num * sizeof(struct vring_used_elem) +
			       sizeof(uint16_t),
		       DEVICE_R | DEVICE_W);
}

/* Behind the ring's entries: the other side's wish for events. */
static uint16_t *used_event(const struct queue *q, struct vring_avail *a)
{
	return &a->ring[q->num];
}

static uint16_t *avail_event(const struct queue *q, struct vring_used *u)
{
	return (uint16_t *)&u->ring[q->num];
}

bool queue_start(struct queue *q)
{
	struct vring_used *u;

	if (!q->num || q->num > QUEUE_NUM_MAX || q->num & (q->num - 1) || q->desc & 15 ||
	    q->avail & 1 || q->used & 3)
		return false;
	u = used_ring(q);
	if (!u || !avail_ring(q) ||
	    !dma_ptr(q->dma, q->desc, q->num * sizeof(struct vring_desc), DEVICE_R))
		return false;
	q->done = q->signalled = q->next = LOAD(&u->idx);
	q->ready = true;
	return true;
}

/* A table of descriptors: the queue's own, or one a descriptor points to. */
struct table {
	uint64_t at;
	unsigned num;
};

static bool read_desc(const struct queue *q, const struct table *t, unsigned i,
		      struct vring_desc *d)
{
	const struct vring_desc *p;

	if (i >= t->num)
		return false;
	p = dma_ptr(q->dma, t->at + i * sizeof(*p), sizeof(*p), DEVICE_R);
	if (!p)
		return false;
	memcpy(d, p, sizeof(*d));
	__atomic_signal_fence(__ATOMIC_SEQ_CST); /* what was checked is not read again */
	return true;
}

static bool add_buffer(const struct queue *q, struct queue_request *r, const struct vring_desc *d)
{
	bool in = d->flags & VRING_DESC_F_WRITE;
	void *p = dma_ptr(q->dma, d->addr, d->len, in ? DEVICE_W : DEVICE_R);

	/* What is written comes last, so that a request is two streams of bytes. */
	if (!p || r->out + r->in == QUEUE_BUFFERS_MAX || (!in && r->in))
		return false;
	r->buffer[r->out + r->in] = (struct iovec){ p, d->len };
	if (in) {
		r->in++;
		r->in_len += d->len;
	} else {
		r->out++;
		r->out_len += d->len;
	}
	return true;
}

/* Enters the table a descriptor points to: once, and instead of the rest of the chain. */
static bool enter_indirect(const struct queue *q, const struct vring_desc *d, struct table *t)
{
	if (!q->indirect || t->at != q->desc || d->len % sizeof(*d) || !d->len ||
	    d->len / sizeof(*d) > QUEUE_BUFFERS_MAX || d->flags & VRING_DESC_F_NEXT)
		return false;
	*t = (struct table){ d->addr, d->len / sizeof(*d) };
	return true;
}

static bool collect(const struct queue *q, struct queue_request *r)
{
	struct table t = { q->desc, q->num };
	unsigned i = r->head, left = t.num; /* a longer chain goes in a circle */
	bool inside = false;
	struct vring_desc d;

	while (left--) {
		if (!read_desc(q, &t, i, &d))
			return false;
		if (d.flags & VRING_DESC_F_INDIRECT) {
			if (inside || !enter_indirect(q, &d, &t))
				return false;
			inside = true;
			i = 0;
			left = t.num;
			continue;
		}
		if (!add_buffer(q, r, &d))
			return false;
		if (!(d.flags & VRING_DESC_F_NEXT))
			return true;
		i = d.next;
	}
	return false;
}

enum queue_result queue_next(struct queue *q, struct queue_request *r)
{
	struct vring_avail *a = avail_ring(q);
	uint16_t waiting;

	if (!a)
		return QUEUE_BROKEN;
	waiting = LOAD(&a->idx) - q->next;
	if (!waiting)
		return QUEUE_EMPTY;
	if (waiting > q->num)
		return QUEUE_BROKEN;
	r->head = LOAD(&a->ring[q->next % q->num]);
	r->out = r->in = 0;
	r->out_len = r->in_len = 0;
	if (r->head >= q->num)
		return QUEUE_BROKEN;
	q->next++;
	return collect(q, r) ? QUEUE_REQUEST : QUEUE_BAD_REQUEST;
}

void queue_untake(struct queue *q, unsigned n)
{
	q->next -= n;
}

bool queue_put(struct queue *q, uint16_t head, uint32_t len)
{
	struct vring_used *u = used_ring(q);
	struct vring_used_elem *e;

	if (!u)
		return false;
	e = &u->ring[q->done++ % q->num];
	e->id = head;
	e->len = len;
	return true;
}

bool queue_publish(struct queue *q)
{
	struct vring_used *u = used_ring(q);

	if (u)
		STORE(&u->idx, q->done);
	return u;
}

bool queue_interrupt_wanted(struct queue *q)
{
	struct vring_avail *a = avail_ring(q);
	uint16_t before = q->signalled;

	if (!a || before == q->done)
		return false;
	q->signalled = q->done;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (q->event_idx)
		return vring_need_event(LOAD(used_event(q, a)), q->done, before);
	return !(LOAD(&a->flags) & VRING_AVAIL_F_NO_INTERRUPT);
}

void queue_awake(struct queue *q)
{
	struct vring_used *u = used_ring(q);

	if (u && !q->event_idx)
		STORE(&u->flags, VRING_USED_F_NO_NOTIFY);
}

bool queue_sleep(struct queue *q)
{
	struct vring_used *u = used_ring(q);
	struct vring_avail *a = avail_ring(q);

	if (!u || !a)
		return false;
	if (q->event_idx)
		STORE(avail_event(q, u), q->next);
	else
		STORE(&u->flags, 0);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return LOAD(&a->idx) != q->next;
}
