/* SPDX-License-Identifier: MIT */
/*
 * The network device (virtio 1.2, section 5.1): frames between two queues of the guest and a
 * backend. The backend is one of net_user.c, net_switch.c and net_tap.c.
 *
 * What the guest has no buffers for waits here, up to a limit; above half of it the backend is not
 * asked for more, so that nothing need be dropped.
 */
#ifndef DEVICES_NET_H
#define DEVICES_NET_H

#include "sheet.h"
#include "transport.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#define NET_MTU 65520U
#define NET_FRAME_MIN 14U
#define NET_FRAME_MAX (65535U + 18U) /* the longest IP packet, and a VLAN tag */

enum net_queue { NET_QUEUE_RECEIVE, NET_QUEUE_SEND, NET_QUEUES };

struct net;
struct net_config;
struct virtio_net_hdr_v1;

struct net_backend {
	bool checked; /* frames for the guest have right checksums */
	/* A frame of the guest. false: not now, again after the next work(). */
	bool (*input)(struct net *n, const uint8_t *frame, size_t len);
	/*
	 * Features (large segments) it has itself, and then, with these, a request as it is: the
	 * header in front of a frame, of sane length. 0 and NULL: none.
	 */
	uint64_t offload;
	bool (*pass)(struct net *n, const struct queue_request *r);
	/* As in struct transport_device; @receive: frames for the guest are welcome. */
	unsigned (*watch)(struct net *n, struct pollfd *p, int *timeout_ms, bool receive);
	void (*work)(struct net *n, const struct pollfd *p, unsigned count);
};

struct net_keep; /* net_keep.h */
struct net_held; /* a frame that a fault holds back */

struct net {
	struct transport transport; /* first: what serve() is called with */
	struct transport_device device;
	const struct net_backend *backend;
	bool offload; /* what it has itself is offered */
	void *own;    /* of the backend */
	int capture;  /* file; -1: none */
	struct net_keep *keep;
	unsigned long dropped; /* frames the guest had no room for */
	struct net_held *held;
	bool asked; /* the next frame of the guest was not taken: it has been counted */
};

/* Its keep is there. */
void net_init(struct net *n, const struct net_backend *backend);

/* Each frame is to be looked at: nothing of what the backend has itself is offered. */
void net_plain(struct net *n);

/* Its part of the configuration page. */
void net_configure(struct net *n, const uint8_t mac[6], uint16_t mtu);

/* For backends: a frame for the guest; the same with what its header says of it. */
void net_send(struct net *n, const uint8_t *frame, size_t len);
void net_send_with(struct net *n, const struct virtio_net_hdr_v1 *h, const uint8_t *frame,
		   size_t len);

/* For backends: whether frames for the guest are welcome. */
bool net_welcome(const struct net *n);

/* On its way (DEVICE_WAY_OUT, DEVICE_WAY_IN). false: not now, present it again. */
bool net_pass(struct net *n, unsigned way, const uint8_t *frame, size_t len);

/* net_fault.c: the same when there are faults; and what those hold back, when its time has come. */
bool net_faulty(struct net *n, unsigned way, const uint8_t *frame, size_t len);
void net_fault_work(struct net *n);

/* What waits for the guest, as far as it has buffers now. */
void net_deliver(struct net *n);

/* net_user.c, net_switch.c, net_tap.c: set the backend. 0, or negative errno after a report. */
int net_user_open(struct net *n, const struct net_config *c);

/*
 * In place of a process that is no more, which the guest may have taken over: libslirp reads what
 * that has left, so only in the cage.
 */
void net_user_remember(struct net *n);
int net_switch_open(struct net *n, const struct net_config *c);
int net_tap_open(struct net *n, const struct net_config *c, int fd);

/* The end: nothing of a switch is left. */
void net_switch_close(void);

/*
 * net_waiting.c: frames that wait for the guest. put: false: there is no room. first: the first
 * one, where it lies if that is one piece, until the next call; NULL: there is none; drop: it has
 * gone.
 */
bool net_waiting_put(struct net_keep *k, const struct virtio_net_hdr_v1 *h, const uint8_t *frame,
		     size_t len);
const uint8_t *net_waiting_first(struct net_keep *k, struct virtio_net_hdr_v1 *h, size_t *len);
void net_waiting_drop(struct net_keep *k, size_t len);
bool net_waiting_any(const struct net_keep *k);

/* net_frame.c: whether a request is a header and a frame of a length that can be. */
bool net_frame_sane(const struct queue_request *r);

/* net_frame.c: the frame in the buffers of a request; its length, 0: makes no sense. */
size_t net_frame_gather(const struct queue_request *r, uint8_t frame[NET_FRAME_MAX]);

/* net_capture.c: the capture file, begun or gone on with; a frame into it, if there is one. */
void net_capture_open(struct net *n, int fd);
void net_capture(struct net *n, const uint8_t *frame, size_t len);

#endif
