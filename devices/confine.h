/* SPDX-License-Identifier: MIT */
/*
 * The cage of a device process: from here on the only host calls are those of its loop, on the
 * descriptors it was started with. Anything else kills it.
 */
#ifndef DEVICES_CONFINE_H
#define DEVICES_CONFINE_H

/* 0 or negative errno. */
int confine(void);

#endif
