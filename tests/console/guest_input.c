// SPDX-License-Identifier: MIT
/* A driver of the input device. */
#define _GNU_SOURCE
#include "guest_input.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EVENT(i) (BUFFERS + (i)*16UL)

static void attach(struct guest_input *g, struct l4virtio_config *page)
{
	memset(&g->input, 0, sizeof(g->input));
	g->input.page = &g->page;
	g->input.width = 640;
	g->input.height = 480;
	input_describe(&g->input);
	g->input.transport.device = &g->input.device;
	g->input.transport.page = page;
	g->input.transport.dma = g->guest.dma;
}

void guest_input_open(struct guest_input *g)
{
	struct l4virtio_config *page = calloc(1, 4096);

	memset(g, 0, sizeof(*g));
	guest_open(&g->guest);
	attach(g, page);
	/* interrupts go nowhere */
	if (!page || dup2(open("/dev/null", O_WRONLY), DEVICE_FD_IRQ) < 0)
		abort();
	transport_open(&g->input.transport);
}

void guest_input_close(struct guest_input *g)
{
	free(g->input.transport.page);
	guest_close(&g->guest);
}

static struct l4virtio_queue_config *queue_page(struct guest_input *g)
{
	return (void *)((char *)g->input.transport.page + 0x800);
}

void guest_input_command(struct guest_input *g, uint32_t command)
{
	g->input.transport.page->cmd = command;
	transport_command(&g->input.transport);
}

void guest_input_again(struct guest_input *g)
{
	attach(g, g->input.transport.page);
	transport_open(&g->input.transport);
	transport_take_over(&g->input.transport);
	input_start(&g->input);
}

bool guest_input_drive(struct guest_input *g)
{
	struct l4virtio_queue_config *q = queue_page(g);
	struct l4virtio_config *page = g->input.transport.page;

	guest_input_command(g, L4VIRTIO_CMD_SET_STATUS);
	transport_open(&g->input.transport);
	page->driver_features[0] = 0;
	page->driver_features[1] = 1;
	guest_input_command(g, L4VIRTIO_CMD_SET_STATUS | 3);
	guest_input_command(g, L4VIRTIO_CMD_SET_STATUS | 11);
	memset(guest_used(&g->guest), 0, 0x1000);
	memset(guest_avail(&g->guest), 0, 0x1000);
	g->seen = 0;
	for (unsigned i = 0; i < NUM; i++) {
		*guest_desc(&g->guest, i) = (struct vring_desc){ EVENT(i),
								 sizeof(struct console_event),
								 VRING_DESC_F_WRITE, 0 };
		guest_offer(&g->guest, NUM, i);
	}
	*q = (struct l4virtio_queue_config){
		.num_max = q->num_max,
		.num = NUM,
		.ready = 1,
		.desc = RING_DESC,
		.avail = RING_AVAIL,
		.used = RING_USED,
	};
	guest_input_command(g, L4VIRTIO_CMD_CFG_QUEUE);
	guest_input_command(g, L4VIRTIO_CMD_SET_STATUS | 15);
	return q->ready && page->status == 15 && input_taken(&g->input);
}

bool guest_input_next(struct guest_input *g, struct console_event *e)
{
	struct vring_used *u = guest_used(&g->guest);
	unsigned id;

	if (u->idx == g->seen)
		transport_serve(&g->input.transport);
	if (u->idx == g->seen)
		return false;
	id = u->ring[g->seen++ % NUM].id % NUM; /* a fuzzer may have written it */
	memcpy(e, g->guest.memory + EVENT(id), sizeof(*e));
	guest_offer(&g->guest, NUM, id);
	return true;
}
