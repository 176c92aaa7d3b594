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

#define TRANSPORT_QUEUES_MAX 4U

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
};

struct transport {
	const struct transport_device *device;
	struct device_hello hello;
	struct l4virtio_config *page;
	struct dma dma;
	struct queue queue[TRANSPORT_QUEUES_MAX];
	uint64_t features; /* negotiated */
	uint32_t status;
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

/* For transport_run() and tests: makes the page that of a device, going on where another left. */
void transport_open(struct transport *t);

/* For transport_run() and tests: the queues as another process left them. */
void transport_take_over(struct transport *t);

/* For transport_run() and tests: executes a command, if there is one. */
void transport_command(struct transport *t);

/* For transport_run() and tests: serves what is in the queues; true: there may be more. */
bool transport_serve(struct transport *t);

#endif
