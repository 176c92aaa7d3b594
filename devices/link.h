/* SPDX-License-Identifier: MIT */
/* A device process' descriptors to the kernel: control socket, doorbell, interrupt. */
#ifndef DEVICES_LINK_H
#define DEVICES_LINK_H

#include "device_wire.h"
#include "dma.h"

#include <stdbool.h>

struct l4virtio_config;

/* Receives the hello and maps our configuration page. 0 or negative errno. */
int link_open(struct device_hello *hello, struct l4virtio_config **page);

/* Waits until the kernel has told all we see of memory. false: it ends us. */
bool link_first(struct dma *dma);

/*
 * Does what the kernel says about memory; @sleep: waits for it or for the bell. false: the kernel
 * ends us.
 */
bool link_wait(struct dma *dma, bool sleep);

/*
 * There is nothing left to do, which the kernel may be waiting for; link_wait() says it before it
 * sleeps. false: the kernel ends us.
 */
bool link_settled(void);

void link_interrupt(const struct device_hello *hello);

#endif
