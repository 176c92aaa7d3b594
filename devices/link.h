/* SPDX-License-Identifier: MIT */
/* A device process' descriptors to the kernel: control socket, doorbell, interrupt. */
#ifndef DEVICES_LINK_H
#define DEVICES_LINK_H

#include "device_wire.h"
#include "dma.h"

#include <poll.h>
#include <stdbool.h>

struct l4virtio_config;

#define LINK_OWN 2U /* what link_watch() itself waits for */

/* Receives the hello and maps our configuration page. 0 or negative errno. */
int link_open(struct device_hello *hello, struct l4virtio_config **page);

/* Waits until the kernel has told all we see of memory. false: it ends us. */
bool link_first(struct dma *dma);

/*
 * Waits at most @timeout_ms (-1: for ever) for the kernel, the bell, or one of the device's own @n
 * descriptors, which are in @p behind LINK_OWN free ones; then does what the kernel says about
 * memory. false: the kernel ends us.
 */
bool link_watch(struct dma *dma, struct pollfd *p, unsigned n, int timeout_ms);

/* The same for the kernel and the bell alone; @sleep: for ever. */
bool link_wait(struct dma *dma, bool sleep);

/*
 * There is nothing left to do, which the kernel may be waiting for; the two above say it before
 * they sleep. false: the kernel ends us.
 */
bool link_settled(void);

/* Whether the bell has rung for something else than a packet, since the last time of asking. */
bool link_rung(void);

void link_interrupt(const struct device_hello *hello);

#endif
