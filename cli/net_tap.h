/* SPDX-License-Identifier: MIT */
/* Tap devices of the host. */
#ifndef CLI_NET_TAP_H
#define CLI_NET_TAP_H

#include <stdint.h>

/* Attaches to it; its descriptor, or the negative of an exit status after a report. */
int net_tap_attach(const char *name, uint16_t *mtu);

#endif
