/* SPDX-License-Identifier: MIT */
/* The console's input device with a driver in the same process, for tests. */
#ifndef TESTS_CONSOLE_GUEST_INPUT_H
#define TESTS_CONSOLE_GUEST_INPUT_H

#include "console/input.h"
#include "tests/devices/guest.h"

#define NUM 64U /* buffers of the driver */

struct guest_input {
	struct guest guest;
	struct console_page page;
	struct input input;
	uint16_t seen; /* by the driver, position in the used ring */
};

/* A device without a driver. */
void guest_input_open(struct guest_input *g);
void guest_input_close(struct guest_input *g);

/* Another process takes over the device. */
void guest_input_again(struct guest_input *g);

void guest_input_command(struct guest_input *g, uint32_t command);

/* An honest driver sets up its queue and offers all its buffers; false: it was refused. */
bool guest_input_drive(struct guest_input *g);

/* The device serves, then the driver takes an event and offers the buffer again. */
bool guest_input_next(struct guest_input *g, struct console_event *e);

#endif
