// SPDX-License-Identifier: MIT
/* The event ring, and the virtio input device that empties it (virtio 1.2, section 5.8). */
#include "input.h"

#include "../devices/sheet.h"

#include <linux/input.h>
#include <linux/virtio_input.h>
#include <string.h>

#define ROOM 128U /* events of one report at most: all that is held is let go */
#define COALESCE_FROM 64U
#define QUEUE_EVENTS 0U
#define QUEUES 2U /* the other one is for LEDs, which we do not have */

#define LOAD(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)

static struct virtio_input_config *config(struct input *in)
{
	return (struct virtio_input_config *)((char *)in->transport.page + L4VIRTIO_CONFIG_OFFSET);
}

static uint32_t waiting(const struct input *in)
{
	return in->page->event_head - in->page->event_tail;
}

bool input_taken(const struct input *in)
{
	return in->transport.status & L4VIRTIO_STATUS_DRIVER_OK &&
	       in->transport.queue[QUEUE_EVENTS].ready;
}

bool input_room(struct input *in)
{
	if (waiting(in) <= CONSOLE_EVENTS - ROOM)
		return true;
	in->waits++;
	return false;
}

static void put(struct input *in, unsigned type, unsigned code, uint32_t value)
{
	in->report.event[in->report.size++] = (struct console_event){ type, code, value };
}

void input_pass(struct input *in, const struct console_report *r)
{
	struct console_page *p = in->page;

	for (unsigned i = 0; i < r->size; i++)
		p->event[(p->event_head + i) % CONSOLE_EVENTS] = r->event[i];
	__atomic_store_n(&p->event_head, p->event_head + r->size, __ATOMIC_RELEASE);
	in->events += r->size;
}

static void report(struct input *in)
{
	put(in, EV_SYN, SYN_REPORT, 0);
	if (!sheet_any() || !input_faulty(in))
		input_pass(in, &in->report);
	in->report.size = 0;
}

void input_key(struct input *in, unsigned code, bool down)
{
	if (code >= CONSOLE_KEYS || !in->page->down[code] == !down)
		return;
	in->page->down[code] = down;
	put(in, EV_KEY, code, down);
	report(in);
}

/* The last report that waits, if it is a position and will not be taken while we change it. */
static struct console_event *last_position(struct input *in)
{
	struct console_page *p = in->page;
	struct console_event *x = &p->event[(p->event_head - 3) % CONSOLE_EVENTS];

	return waiting(in) >= COALESCE_FROM && x->type == EV_ABS && x->code == ABS_X ? x : NULL;
}

void input_move(struct input *in, uint32_t x, uint32_t y, bool coalesce)
{
	struct console_event *last = coalesce ? last_position(in) : NULL;

	x = x < in->width ? x : in->width - 1;
	y = y < in->height ? y : in->height - 1;
	if (last) {
		last->value = x;
		in->page->event[(in->page->event_head - 2) % CONSOLE_EVENTS].value = y;
		in->coalesced++;
		return;
	}
	put(in, EV_ABS, ABS_X, x);
	put(in, EV_ABS, ABS_Y, y);
	report(in);
}

void input_wheel(struct input *in, int vertical, int horizontal)
{
	if (vertical)
		put(in, EV_REL, REL_WHEEL, vertical);
	if (horizontal)
		put(in, EV_REL, REL_HWHEEL, horizontal);
	if (vertical || horizontal)
		report(in);
}

void input_release_all(struct input *in)
{
	for (unsigned code = 0; code < CONSOLE_KEYS; code++)
		if (in->page->down[code] && input_room(in))
			input_key(in, code, false);
}

/* The event at the tail has reached the driver. */
static void advance(struct input *in)
{
	in->page->event_taken = 0;
	in->page->event_tail++;
}

static bool ready(struct transport *t, unsigned queue)
{
	struct input *in = (struct input *)t;

	if (queue != QUEUE_EVENTS)
		return true;
	if (in->page->event_taken)
		advance(in);
	return waiting(in);
}

/*
 * One event into one buffer. It leaves the ring when the buffer has been given back: if we die in
 * between, our successor sees by the used ring whether that has happened.
 */
static uint32_t serve(struct transport *t, unsigned queue, struct queue_request *r)
{
	struct input *in = (struct input *)t;
	struct console_page *p = in->page;
	struct virtio_input_event e;

	if (queue != QUEUE_EVENTS || r->in_len < sizeof(e))
		return 0;
	memcpy(&e, &p->event[p->event_tail % CONSOLE_EVENTS], sizeof(e));
	queue_write(r, 0, &e, sizeof(e));
	p->event_done = t->queue[queue].done;
	__atomic_store_n(&p->event_taken, 1, __ATOMIC_RELEASE);
	return sizeof(e);
}

static void set_bit(struct virtio_input_config *c, unsigned bit)
{
	c->u.bitmap[bit / 8] |= 1U << bit % 8;
	if (c->size <= bit / 8)
		c->size = bit / 8 + 1;
}

static void describe_events(struct virtio_input_config *c, unsigned type)
{
	if (type == EV_KEY) {
		for (unsigned k = KEY_ESC; k <= KEY_MICMUTE; k++)
			set_bit(c, k);
		for (unsigned k = BTN_LEFT; k <= BTN_EXTRA; k++)
			set_bit(c, k);
	} else if (type == EV_REL) {
		set_bit(c, REL_HWHEEL);
		set_bit(c, REL_WHEEL);
	} else if (type == EV_ABS || type == EV_REP) {
		/* The numbers of x and y are those of delay and period: it repeats held keys. */
		set_bit(c, ABS_X);
		set_bit(c, ABS_Y);
	}
}

/* The driver has chosen what it wants to read. */
static void configured(struct transport *t)
{
	static const char name[] = "l4ux console";
	struct input *in = (struct input *)t;
	struct virtio_input_config *page = config(in), c = { 0 };

	c.select = LOAD(&page->select);
	c.subsel = LOAD(&page->subsel);
	switch (c.select) {
	case VIRTIO_INPUT_CFG_ID_NAME:
		c.size = sizeof(name) - 1;
		memcpy(c.u.string, name, c.size);
		break;
	case VIRTIO_INPUT_CFG_ID_DEVIDS:
		c.size = sizeof(c.u.ids);
		c.u.ids = (struct virtio_input_devids){ BUS_VIRTUAL, 0, 1, 1 };
		break;
	case VIRTIO_INPUT_CFG_EV_BITS:
		describe_events(&c, c.subsel);
		break;
	case VIRTIO_INPUT_CFG_ABS_INFO:
		c.size = c.subsel <= ABS_Y ? sizeof(c.u.abs) : 0;
		c.u.abs.max = (c.subsel == ABS_X ? in->width : in->height) - 1;
		break;
	}
	memcpy(page, &c, sizeof(c));
}

void input_describe(struct input *in)
{
	in->device = (struct transport_device){
		.id = L4VIRTIO_ID_INPUT,
		.queues = QUEUES,
		.serve = serve,
		.ready = ready,
		.configured = configured,
	};
}

void input_start(struct input *in)
{
	struct console_page *p = in->page;

	if (waiting(in) > CONSOLE_EVENTS)
		p->event_tail = p->event_head;
	for (unsigned i = 0; i < CONSOLE_HELD; i++)
		if (p->held[i].size > CONSOLE_REPORT)
			p->held[i].size = 0;
	if (!waiting(in))
		p->event_taken = 0;
	if (!p->event_taken)
		return;
	if (in->transport.queue[QUEUE_EVENTS].done != (uint16_t)p->event_done)
		advance(in);
	else
		p->event_taken = 0;
}
