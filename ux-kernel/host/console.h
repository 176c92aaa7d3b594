/* SPDX-License-Identifier: MIT */
/* Output: the Log object to stdout, the debugger's text to stderr. */
#ifndef HOST_CONSOLE_H
#define HOST_CONSOLE_H

/* Completes a started debugger line. */
void console_exit(void);

#endif
