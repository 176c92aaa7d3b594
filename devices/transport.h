/* SPDX-License-Identifier: MIT */
/*
 * What all device processes have in common: configuration page, commands, doorbell, interrupt and
 * the kernel's control socket (l4/abi/virtio.h, device_wire.h). A device gives its features, its
 * queues and a function that serves a request.
 */
#ifndef DEVICES_TRANSPORT_H
#define DEVICES_TRANSPORT_H

#include "dma.h"
#include "queue.h"

#include <l4/abi/virtio.h>
#include <poll.h>

#define TRANSPORT_QUEUES_MAX 4U
#define TRANSPORT_WATCH_MAX 1024U

/* Of serve(): not now. The request stays where it is and is served again after the next work(). */
#define TRANSPORT_LATER UINT32_MAX

struct transport;

struct transport_device {
	enum l4virtio_device_id id;
	unsigned queues;
	uint64_t features; /* those of its kind; the transport adds its own */
	/* Serves one request and returns how many bytes were written into it. */
	uint32_t (*serve)(struct transport *t, unsigned queue, struct queue_request *r);
	/* Whether it can serve a request of that queue now; NULL: always. */
	bool (*ready)(struct transport *t, unsigned queue);
	/* The driver has written into the device's own configuration; NULL: it has no say there. */
	void (*configured)(struct transport *t);
	/* The same for a device that has failed (device_wire.h); NULL: 0 bytes are written. */
	uint32_t (*refuse)(struct transport *t, unsigned queue, struct queue_request *r);
	/*
	 * Bits: queues of buffers that wait for something to come from outside. They are not
	 * served; the device takes one when it has something for it.
	 */
	uint32_t inbound;
	/*
	 * What else to wait for, up to TRANSPORT_WATCH_MAX descriptors and a time that may be made
	 * shorter (-1: for ever), and what to do afterwards. NULL: nothing.
	 */
	unsigned (*watch)(struct transport *t, struct pollfd *p, int *timeout_ms);
	void (*work)(struct transport *t, const struct pollfd *p, unsigned n);
};

struct transport {
	const struct transport_device *device;
	struct device_hello hello;
	struct l4virtio_config *page;
	struct dma dma;
	struct queue queue[TRANSPORT_QUEUES_MAX];
	uint64_t features; /* negotiated */
	uint32_t status;
	bool failing; /* every request is refused until the driver resets the device */
	unsigned long bad_requests, broken_queues;
};

/*
 * Takes the kernel's hello from the descriptors a device is started with. 0 or negative errno.
 * The device fills in its own configuration behind L4VIRTIO_CONFIG_OFFSET before it runs.
 */
int transport_init(struct transport *t, const struct transport_device *device);

/* Serves until the kernel ends it. */
void transport_run(struct transport *t);

/*
 * What transport_run() does, for devices that wait for other things, too. begin: false when the
 * kernel ends it at once. step: serves what there is; true: there may be more. After a step comes
 * link_wait().
 */
bool transport_begin(struct transport *t);
bool transport_step(struct transport *t);

/* The next buffer of an inbound queue; false: none now, and the driver will tell of new ones. */
bool transport_take(struct transport *t, unsigned queue, struct queue_request *r);

/* Gives buffers of an inbound queue back: queue_put() each, then this. */
void transport_publish(struct transport *t, unsigned queue);

/* A request makes no sense: counted, and reported, not too often. */
void transport_bad_request(struct transport *t);

/* The configuration at L4VIRTIO_CONFIG_OFFSET has changed: tells the driver. */
void transport_config_changed(struct transport *t);

/* For transport_run() and tests: makes the page that of a device, going on where another left. */
void transport_open(struct transport *t);

/* For transport_run() and tests: the queues as another process left them. */
void transport_take_over(struct transport *t);

/* For transport_run() and tests: executes a command, if there is one. */
void transport_command(struct transport *t);

/* For transport_run() and tests: serves what is in the queues; true: there may be more. */
bool transport_serve(struct transport *t);

#endif
