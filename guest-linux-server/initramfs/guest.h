/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of /init that have a file of their own; included once, by init.c. */
#ifndef GUEST_H
#define GUEST_H

#include "command.h"
#include "network.h"
#include "terminal.h"

#endif
