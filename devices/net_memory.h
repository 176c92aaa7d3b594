/* SPDX-License-Identifier: MIT */
/*
 * What a user network remembers of its guest when its process is another one, after a death or in a
 * system that was restored. libslirp's own state has the leases of its DHCP server; we add which
 * addresses the guest has, so that it need not be asked, and its TCP connections. Those are gone
 * with the sockets of the host, and the guest is made to notice: a segment that asks for a
 * connection makes it say (RFC 5961, 4.2) where in the old one it is, and libslirp answers that
 * with a reset, since it knows of no such connection.
 */
#ifndef DEVICES_NET_MEMORY_H
#define DEVICES_NET_MEMORY_H

#include "net_keep.h"

#include <stdbool.h>
#include <stddef.h>

#define NET_PROBE_BYTES 54U  /* Ethernet, IP and TCP without options */
#define NET_NOTICE_BYTES 42U /* Ethernet and ARP */

/* A frame of the guest, or for it. */
void net_memory_note(struct net_keep *k, bool from_guest, const uint8_t *frame, size_t len);

/* The frame with which the guest would tell its address @n (ARP). false: there is none. */
bool net_memory_notice(const struct net_keep *k, unsigned n, uint8_t frame[NET_NOTICE_BYTES]);

/* The segment that ends connection @n, for the guest. false: there is none. */
bool net_memory_probe(const struct net_keep *k, unsigned n, uint8_t frame[NET_PROBE_BYTES]);

#endif
