/* SPDX-License-Identifier: MIT */
/*
 * --serial=N:stdio | pty[,link=PATH] | file:PATH | unix:PATH | null. Line N is the guest's
 * /dev/hvcN.
 */
#ifndef CLI_SERIAL_H
#define CLI_SERIAL_H

#include "../ux-kernel/host/device.h"

/*
 * Fills in @plan for line @number, the next one, for the rest of the program's life; cuts @option
 * into words, which must live as long. Links and sockets it makes are removed at the program's
 * end. 0, or an exit status after a report.
 */
int serial_add(struct device_plan *plan, char *option, unsigned number);

#endif
