// SPDX-License-Identifier: MIT
/* Frames to and from the guest. */
#include "net.h"
#include "net_keep.h"

#include "../ux-kernel/host/report.h"

#include <linux/virtio_net.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FEATURE(n) (1ULL << (n))
#define HEADER sizeof(struct virtio_net_hdr_v1)
#define BUFFERS_MAX 64U /* one frame may be spread over */

/* Buffers that were taken for one frame; the first holds the header. */
struct spread {
	struct queue_request first;
	uint16_t head[BUFFERS_MAX];
	uint32_t written[BUFFERS_MAX];
	unsigned count;
	uint64_t room;
};

/* Takes buffers until the frame is in them. false: there are not enough now. */
static bool fill(struct net *n, struct spread *s, const uint8_t *frame, size_t len)
{
	static struct queue_request more;
	size_t done = 0;

	for (s->count = 0; done < len || !s->count; s->count++) {
		struct queue_request *r = s->count ? &more : &s->first;
		size_t skip = s->count ? 0 : HEADER, part;

		if (s->count == BUFFERS_MAX || !transport_take(&n->transport, NET_QUEUE_RECEIVE, r))
			return false;
		part = queue_write(r, skip, frame + done, len - done);
		done += part;
		s->head[s->count] = r->head;
		s->written[s->count] = r->in_len < skip ? r->in_len : skip + part;
	}
	return true;
}

static bool has(const struct net *n, unsigned feature)
{
	return n->transport.features & FEATURE(feature);
}

/* Whether the driver takes frames of that kind: it may be another one than when they came. */
static bool understood(const struct net *n, const struct virtio_net_hdr_v1 *h)
{
	if (h->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM && !has(n, VIRTIO_NET_F_GUEST_CSUM))
		return false;
	switch (h->gso_type) {
	case VIRTIO_NET_HDR_GSO_NONE:
		return true;
	case VIRTIO_NET_HDR_GSO_TCPV4:
		return has(n, VIRTIO_NET_F_GUEST_TSO4);
	case VIRTIO_NET_HDR_GSO_TCPV6:
		return has(n, VIRTIO_NET_F_GUEST_TSO6);
	default:
		return false;
	}
}

static void give_back(struct net *n, const struct virtio_net_hdr_v1 *header, const struct spread *s)
{
	struct queue *q = &n->transport.queue[NET_QUEUE_RECEIVE];
	struct virtio_net_hdr_v1 h = *header;

	h.num_buffers = s->count;
	if (n->backend->checked && !n->keep->spoilt &&
	    n->transport.features & FEATURE(VIRTIO_NET_F_GUEST_CSUM))
		h.flags = VIRTIO_NET_HDR_F_DATA_VALID;

	queue_write(&s->first, 0, &h, HEADER);
	for (unsigned i = 0; i < s->count; i++)
		queue_put(q, s->head[i], s->written[i]);
	transport_publish(&n->transport, NET_QUEUE_RECEIVE);
}

static void count_drop(struct net *n)
{
	n->dropped++;
	if (!(n->dropped & (n->dropped - 1)))
		report_info("network %s: the guest took no frames; dropped %lu so far",
			    n->transport.hello.name, n->dropped);
}

/* Into the guest's buffers, now. false: there are too few. */
static bool deliver(struct net *n, const struct virtio_net_hdr_v1 *h, const uint8_t *frame,
		    size_t len)
{
	static struct spread s;
	bool merge = has(n, VIRTIO_NET_F_MRG_RXBUF);

	if (!understood(n, h)) {
		count_drop(n);
		return true;
	}
	if (!fill(n, &s, frame, len)) {
		if (s.count)
			queue_untake(&n->transport.queue[NET_QUEUE_RECEIVE], s.count);
		/* Buffers that small that no frame ever fits are not worth waiting for. */
		if (s.count < BUFFERS_MAX)
			return false;
		count_drop(n);
		return true;
	}
	if (merge || s.count == 1) {
		give_back(n, h, &s);
	} else {
		queue_untake(&n->transport.queue[NET_QUEUE_RECEIVE], s.count);
		count_drop(n);
	}
	return true;
}

void net_deliver(struct net *n)
{
	struct virtio_net_hdr_v1 h;
	const uint8_t *frame;
	size_t len;

	while (net_waiting_any(n->keep) && (frame = net_waiting_first(n->keep, &h, &len)) &&
	       deliver(n, &h, frame, len))
		net_waiting_drop(n->keep, len);
}

static void receive(struct net *n, const struct virtio_net_hdr_v1 *h, const uint8_t *frame,
		    size_t len)
{
	net_capture(n, frame, len);
	if (!net_waiting_any(n->keep) && deliver(n, h, frame, len))
		return;
	if (!net_waiting_put(n->keep, h, frame, len))
		count_drop(n);
}

static const struct virtio_net_hdr_v1 nothing_to_say;

bool net_pass(struct net *n, unsigned way, const uint8_t *frame, size_t len)
{
	if (way == DEVICE_WAY_IN)
		receive(n, &nothing_to_say, frame, len);
	else if (n->backend->input(n, frame, len))
		net_capture(n, frame, len);
	else
		return false;
	return true;
}

/* One that is armed, or one whose work lasts. */
static bool net_any_fault(const struct net *n)
{
	return sheet_any() || n->keep->link_back;
}

void net_send(struct net *n, const uint8_t *frame, size_t len)
{
	if (len < NET_FRAME_MIN || len > NET_FRAME_MAX)
		return;
	if (net_any_fault(n))
		net_faulty(n, DEVICE_WAY_IN, frame, len);
	else
		receive(n, &nothing_to_say, frame, len);
}

void net_send_with(struct net *n, const struct virtio_net_hdr_v1 *h, const uint8_t *frame,
		   size_t len)
{
	if (!n->offload)
		net_send(n, frame, len);
	else if (len >= NET_FRAME_MIN && len <= NET_FRAME_MAX)
		receive(n, h, frame, len);
}

static uint32_t serve(struct transport *t, unsigned queue, struct queue_request *r)
{
	static uint8_t frame[NET_FRAME_MAX];
	struct net *n = (struct net *)t;
	size_t len;

	(void)queue;
	if (n->offload && net_frame_sane(r))
		return n->backend->pass(n, r) ? 0 : TRANSPORT_LATER;
	len = net_frame_gather(r, frame);
	if (!len)
		transport_bad_request(t);
	else if (!(net_any_fault(n) ? net_faulty : net_pass)(n, DEVICE_WAY_OUT, frame, len))
		return TRANSPORT_LATER;
	return 0;
}

static unsigned watch(struct transport *t, struct pollfd *p, int *timeout_ms)
{
	struct net *n = (struct net *)t;

	return n->backend->watch(n, p, timeout_ms, net_welcome(n));
}

static void work(struct transport *t, const struct pollfd *p, unsigned count)
{
	struct net *n = (struct net *)t;

	net_deliver(n);
	n->backend->work(n, p, count);
	if (net_any_fault(n))
		net_fault_work(n);
}

void net_init(struct net *n, const struct net_backend *backend)
{
	n->backend = backend;
	n->offload = backend->offload;
	n->capture = -1;
	n->device = (struct transport_device){
		.id = L4VIRTIO_ID_NET,
		.queues = NET_QUEUES,
		.features = FEATURE(VIRTIO_NET_F_MAC) | FEATURE(VIRTIO_NET_F_MTU) |
			    FEATURE(VIRTIO_NET_F_STATUS) | FEATURE(VIRTIO_NET_F_MRG_RXBUF) |
			    FEATURE(VIRTIO_NET_F_CSUM) | FEATURE(VIRTIO_NET_F_GUEST_CSUM) |
			    backend->offload,
		.serve = serve,
		.inbound = 1U << NET_QUEUE_RECEIVE,
		.watch = watch,
		.work = work,
	};
	n->transport.device = &n->device;
}

void net_plain(struct net *n)
{
	n->offload = false;
	n->device.features &= ~n->backend->offload;
}

void net_configure(struct net *n, const uint8_t mac[6], uint16_t mtu)
{
	struct virtio_net_config c = { .mtu = mtu };

	if (!n->keep->link_back)
		c.status = VIRTIO_NET_S_LINK_UP;
	else if (n->keep->link_back != UINT64_MAX)
		sheet_wake(n->keep->link_back);
	memcpy(c.mac, mac, sizeof(c.mac));
	memcpy((char *)n->transport.page + L4VIRTIO_CONFIG_OFFSET, &c, sizeof(c));
}
