// SPDX-License-Identifier: MIT
/* A request is a message and room for its answer. */
#include "share.h"

#include "p9_wire.h"
#include "sheet.h"

#include <errno.h>
#include <linux/virtio_9p.h>
#include <stdlib.h>
#include <string.h>

static uint32_t serve(struct transport *t, unsigned queue, struct queue_request *r)
{
	struct share *s = (struct share *)t;
	bool faulty = sheet_any();
	size_t room = r->in_len < P9_MSIZE_MAX ? r->in_len : P9_MSIZE_MAX, len;

	s->p9.position = t->queue[queue].next;
	len = r->out_len <= P9_MSIZE_MAX ? queue_read(r, 0, s->message, P9_MSIZE_MAX) : 0;
	if (faulty && share_fault_waits(s, len))
		return TRANSPORT_LATER;
	len = faulty ? share_fault_answer(s, len, room)
		     : p9_answer(&s->p9, s->message, len, s->answer, room);
	if (!len)
		transport_bad_request(t);
	return queue_write(r, 0, s->answer, len);
}

int share_init(struct share *s, int root, int self, struct p9_keep *keep)
{
	s->device = (struct transport_device){
		.id = L4VIRTIO_ID_9P,
		.queues = 1,
		.features = 1ULL << VIRTIO_9P_MOUNT_TAG,
		.serve = serve,
	};
	s->message = malloc(P9_MSIZE_MAX);
	s->answer = malloc(P9_MSIZE_MAX);
	if (!s->message || !s->answer)
		return -ENOMEM;
	return p9_init(&s->p9, root, self, keep);
}

void share_configure(struct share *s, const char *tag)
{
	struct virtio_9p_config *c = (struct virtio_9p_config *)((char *)s->transport.page +
								 L4VIRTIO_CONFIG_OFFSET);
	uint16_t len = strnlen(tag, SHARE_TAG_MAX);

	memcpy(&c->tag_len, &len, sizeof(len));
	memcpy(c->tag, tag, len);
}
