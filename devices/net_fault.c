// SPDX-License-Identifier: MIT
/*
 * What faults make of frames: gone, twice, changed, late, behind the next one; and no link at all.
 * A frame that a fault has struck is handed on as on a real network: who cannot take it then has
 * lost it.
 */
#include "net.h"
#include "net_keep.h"
#include "sheet.h"

#include <linux/virtio_net.h>
#include <stdlib.h>
#include <string.h>

#define BEHIND_US 100000U /* as long a frame waits for the next one, which it is to follow */

/* A frame that is held back. */
struct net_held {
	struct net_held *next;
	unsigned way;
	uint64_t due;
	bool behind; /* until the next one has passed */
	size_t len;
	uint8_t frame[];
};

static void hold(struct net *n, unsigned way, const uint8_t *frame, size_t len, uint64_t us,
		 bool behind)
{
	struct net_held *h = malloc(sizeof(*h) + len), **last = &n->held;

	if (!h)
		return; /* lost */
	*h = (struct net_held){ .way = way, .due = sheet_now() + us, .behind = behind, .len = len };
	memcpy(h->frame, frame, len);
	while (*last)
		last = &(*last)->next;
	*last = h;
	sheet_wake(h->due);
}

/* Passes on what has waited long enough, or, with @way, for a frame that went this way. */
static void release(struct net *n, unsigned way)
{
	struct net_held **at = &n->held, *h;
	uint64_t now = sheet_now();

	while ((h = *at)) {
		if (h->due > now && !(h->behind && h->way == way)) {
			at = &h->next;
			continue;
		}
		*at = h->next;
		net_pass(n, h->way, h->frame, h->len);
		free(h);
		at = &n->held; /* passing may have held another one */
	}
	for (h = n->held; h; h = h->next)
		sheet_wake(h->due);
}

static void set_link(struct net *n, bool up)
{
	struct virtio_net_config *c = (void *)((char *)n->transport.page + L4VIRTIO_CONFIG_OFFSET);

	__atomic_store_n(&c->status, up ? VIRTIO_NET_S_LINK_UP : 0, __ATOMIC_SEQ_CST);
	transport_config_changed(&n->transport);
}

static void lose_link(struct net *n, uint64_t us)
{
	if (!n->keep->link_back)
		set_link(n, false);
	n->keep->link_back = us ? sheet_now() + us : UINT64_MAX;
	if (us)
		sheet_wake(n->keep->link_back);
}

static void pass_changed(struct net *n, unsigned way, const uint8_t *frame, size_t len,
			 uint64_t bit)
{
	uint8_t *copy = malloc(len);

	if (!copy)
		return;
	memcpy(copy, frame, len);
	copy[bit / 8] ^= 1U << bit % 8;
	n->keep->spoilt = true;
	net_pass(n, way, copy, len);
	free(copy);
}

static void strike(struct net *n, struct device_fault *f, unsigned way, const uint8_t *frame,
		   size_t len)
{
	const char *which = way == DEVICE_WAY_OUT ? "to the network" : "to the guest";
	uint64_t bit = f->arg % (len * 8);

	switch (sheet_effect(f)) {
	case FAULT_NET_DOUBLE:
		sheet_struck(f, "%zu bytes %s", len, which);
		net_pass(n, way, frame, len);
		net_pass(n, way, frame, len);
		break;
	case FAULT_NET_REORDER:
		sheet_struck(f, "%zu bytes %s", len, which);
		hold(n, way, frame, len, BEHIND_US, true);
		break;
	case FAULT_NET_LATE:
		sheet_struck(f, "%zu bytes %s, by %lu us", len, which, (unsigned long)f->arg);
		hold(n, way, frame, len, f->arg, false);
		break;
	case FAULT_NET_CORRUPT:
		sheet_struck(f, "bit %lu of %zu bytes %s", (unsigned long)bit, len, which);
		pass_changed(n, way, frame, len, bit);
		break;
	case FAULT_NET_DOWN:
		sheet_struck(f, "for %lu us", (unsigned long)f->arg);
		lose_link(n, f->arg);
		break;
	default:
		sheet_struck(f, "%zu bytes %s", len, which);
	}
}

bool net_faulty(struct net *n, unsigned way, const uint8_t *frame, size_t len)
{
	struct device_fault *f, *first = NULL;
	unsigned i = 0;

	bool again = way == DEVICE_WAY_OUT && n->asked;

	while (!again && (f = sheet_next(&i, FAULT_EVENT_FRAME, way)))
		first = first ? first : f;
	if (again)
		n->asked = false;
	if (first) {
		strike(n, first, way, frame, len);
		return true;
	}
	if (n->keep->link_back)
		return true;
	if (!net_pass(n, way, frame, len)) {
		n->asked = true; /* it will be presented again */
		return false;
	}
	release(n, way);
	return true;
}

void net_fault_work(struct net *n)
{
	if (n->keep->link_back && n->keep->link_back <= sheet_now()) {
		n->keep->link_back = 0;
		set_link(n, true);
	}
	release(n, 0);
}
