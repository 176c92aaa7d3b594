// SPDX-License-Identifier: MIT
/*
 * Frames that wait for buffers of the guest: a ring of records, each padded to 8 bytes. When it is
 * empty it begins anew, so that it uses little memory as long as little waits.
 */
#include "net.h"
#include "net_keep.h"

#include <linux/virtio_net.h>
#include <string.h>

struct record {
	uint32_t len;
	struct virtio_net_hdr_v1 header;
};

_Static_assert(sizeof(struct record) == 16, "record");

#define PADDED(len) (((len) + 7U) & ~7U)

static uint32_t used(const struct net_keep *k)
{
	return k->head - k->tail;
}

static void clear(struct net_keep *k)
{
	/* In between it makes no sense, and is found to be empty, too. */
	k->head = 0;
	k->tail = 0;
}

static void put(struct net_keep *k, uint32_t at, const void *from, uint32_t len)
{
	uint32_t first = NET_WAITING_BYTES - at % NET_WAITING_BYTES;

	first = first < len ? first : len;
	memcpy(k->waiting + at % NET_WAITING_BYTES, from, first);
	memcpy(k->waiting, (const char *)from + first, len - first);
}

static void get(const struct net_keep *k, uint32_t at, void *to, uint32_t len)
{
	uint32_t first = NET_WAITING_BYTES - at % NET_WAITING_BYTES;

	first = first < len ? first : len;
	memcpy(to, k->waiting + at % NET_WAITING_BYTES, first);
	memcpy((char *)to + first, k->waiting, len - first);
}

bool net_waiting_put(struct net_keep *k, const struct virtio_net_hdr_v1 *h, const uint8_t *frame,
		     size_t len)
{
	const struct record r = { len, *h };
	uint32_t size = PADDED(sizeof(r) + len);

	if (used(k) > NET_WAITING_BYTES)
		clear(k);
	if (size > NET_WAITING_BYTES - used(k))
		return false;
	put(k, k->head, &r, sizeof(r));
	put(k, k->head + sizeof(r), frame, len);
	k->head += size;
	return true;
}

const uint8_t *net_waiting_first(struct net_keep *k, struct virtio_net_hdr_v1 *h, size_t *len)
{
	static uint8_t whole[NET_FRAME_MAX];
	struct record r = { 0 };
	uint32_t there = used(k), at;

	if (there >= sizeof(r) && there <= NET_WAITING_BYTES)
		get(k, k->tail, &r, sizeof(r));
	if (r.len < NET_FRAME_MIN || r.len > NET_FRAME_MAX || PADDED(sizeof(r) + r.len) > there) {
		clear(k);
		return NULL;
	}
	*h = r.header;
	*len = r.len;
	at = (k->tail + sizeof(r)) % NET_WAITING_BYTES;
	if (r.len <= NET_WAITING_BYTES - at)
		return k->waiting + at;
	get(k, at, whole, r.len);
	return whole;
}

void net_waiting_drop(struct net_keep *k, size_t len)
{
	k->tail += PADDED(sizeof(struct record) + len);
	if (k->tail == k->head)
		clear(k);
}

bool net_waiting_any(const struct net_keep *k)
{
	return used(k);
}

bool net_welcome(const struct net *n)
{
	return used(n->keep) < NET_WAITING_BYTES / 2;
}
