/* SPDX-License-Identifier: MIT */
/* The cages of the processes of a network. Each: 0 or negative errno. */
#ifndef DEVICES_NET_CONFINE_H
#define DEVICES_NET_CONFINE_H

/* With sockets of the host; of its files only the one with the name servers, only to read. */
int net_confine_user(void);

/* A port of a switch, and the switch: Unix sockets. */
int net_confine_port(void);
int net_confine_tap(void);
int net_confine_switch(void);

#endif
