// SPDX-License-Identifier: MIT
/*
 * The conversation before a line is used: the guest is ready, is told of the one port, that it is a
 * console and that somebody is there; then it opens it.
 */
#include "serial.h"

#include <string.h>

static void tell(struct serial *s, uint16_t event)
{
	if (s->keep->controls < SERIAL_CONTROLS)
		s->keep->control[s->keep->controls++] = (struct virtio_console_control){
			.event = event, .value = 1
		};
}

void serial_control(struct serial *s, const struct queue_request *r)
{
	struct virtio_console_control c;

	if (queue_read(r, 0, &c, sizeof(c)) != sizeof(c) ||
	    (c.id && c.event != VIRTIO_CONSOLE_DEVICE_READY)) {
		transport_bad_request(&s->transport);
		return;
	}
	switch (c.event) {
	case VIRTIO_CONSOLE_DEVICE_READY:
		s->keep->open = false;
		s->keep->controls = 0;
		tell(s, VIRTIO_CONSOLE_PORT_ADD);
		break;
	case VIRTIO_CONSOLE_PORT_READY:
		tell(s, VIRTIO_CONSOLE_CONSOLE_PORT);
		tell(s, VIRTIO_CONSOLE_PORT_OPEN);
		break;
	case VIRTIO_CONSOLE_PORT_OPEN:
		s->keep->open = c.value;
		break;
	}
	serial_control_deliver(s);
}

void serial_control_deliver(struct serial *s)
{
	static struct queue_request r;
	unsigned done = 0;

	while (done < s->keep->controls &&
	       transport_take(&s->transport, SERIAL_CONTROL_RECEIVE, &r)) {
		size_t n = queue_write(&r, 0, &s->keep->control[done++],
				       sizeof(s->keep->control[0]));

		queue_put(&s->transport.queue[SERIAL_CONTROL_RECEIVE], r.head, n);
		transport_publish(&s->transport, SERIAL_CONTROL_RECEIVE);
	}
	s->keep->controls -= done;
	memmove(s->keep->control, s->keep->control + done,
		s->keep->controls * sizeof(s->keep->control[0]));
}

void serial_configure(struct serial *s)
{
	struct virtio_console_config c = { .max_nr_ports = 1 };

	memcpy((char *)s->transport.page + L4VIRTIO_CONFIG_OFFSET, &c, sizeof(c));
}
