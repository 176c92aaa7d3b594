/* SPDX-License-Identifier: MIT */
/* The entropy device. */
#ifndef DEVICES_ENTROPY_H
#define DEVICES_ENTROPY_H

#include "transport.h"

#define ENTROPY_AT_ONCE 65536U /* bytes in one request; a driver that wants more asks again */

extern const struct transport_device entropy_device;

#endif
