/* SPDX-License-Identifier: MIT */
/*
 * --net=user[,hostfwd=tcp|udp:[HOSTADDR]:PORT-[GUESTADDR]:PORT]...[,net=ADDR/BITS][,restrict]
 * --net=switch:NAME
 * --net=tap:NAME
 * and for all [,mac=ADDR][,pcap=FILE]. The first one is the guest's eth0.
 */
#ifndef CLI_NET_H
#define CLI_NET_H

#include "../ux-kernel/host/device.h"

/*
 * Fills in @plan for network @index, for the rest of the program's life; cuts @option into words,
 * which must live as long. *@dhcp: there will be a DHCP server. 0, or an exit status after a
 * report.
 */
int net_add(struct device_plan *plan, char *option, unsigned index, bool *dhcp);

#endif
