/* SPDX-License-Identifier: MIT */
/* Ports of the host that lead into the guest: tcp|udp:[HOSTADDR]:PORT-[GUESTADDR]:PORT. */
#ifndef CLI_NET_FORWARD_H
#define CLI_NET_FORWARD_H

#include <stdbool.h>

struct net_forward;

/* false: not understood. Cuts @s into words. */
bool net_forward_parse(struct net_forward *f, char *s);

/*
 * Tries the port, and chooses one for port 0, which it reports. The device takes it later: who was
 * first in between is told then. 0, or an exit status after a report.
 */
int net_forward_check(struct net_forward *f);

#endif
