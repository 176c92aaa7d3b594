/* SPDX-License-Identifier: MIT */
/*
 * Between a switch and its ports: a packet socket per port, in which a packet is a frame. The
 * socket's name is in the abstract name space, so that it goes away with the switch, and has the
 * user's number in it; each side makes sure that the other one is the same user's.
 */
#ifndef DEVICES_SWITCH_WIRE_H
#define DEVICES_SWITCH_WIRE_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

#define SWITCH_SOCKET_BUFFER (1 << 20)

/* The address of the switch @name; its length. */
socklen_t switch_address(struct sockaddr_un *a, const char *name);

/* Whether the other end belongs to the user we run as. */
bool switch_same_user(int fd);

/*
 * The process of the switch @name. Every port has one. They compete for the name; who has it is the
 * switch, the others wait until theirs is told, by a byte in @control, to try again. Ends with
 * @control.
 */
void switch_main(const char *name, int control);

#endif
