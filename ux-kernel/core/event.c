// SPDX-License-Identifier: MIT
/* The ring of events. */
#include "event.h"

struct event event_ring[EVENT_RING];
uint64_t event_count;
