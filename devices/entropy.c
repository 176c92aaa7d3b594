// SPDX-License-Identifier: MIT
/* The entropy device (virtio 1.2, section 5.4): random bytes of the host. */
#include "entropy.h"

#include <sys/random.h>

static uint32_t serve(struct transport *t, unsigned queue, struct queue_request *r)
{
	uint32_t written = 0;

	(void)t;
	(void)queue;
	for (unsigned i = r->out; i < r->out + r->in && written < ENTROPY_AT_ONCE; i++) {
		size_t room = ENTROPY_AT_ONCE - written;
		ssize_t n = getrandom(r->buffer[i].iov_base,
				      r->buffer[i].iov_len < room ? r->buffer[i].iov_len : room, 0);

		if (n <= 0)
			break;
		written += n;
	}
	return written;
}

const struct transport_device entropy_device = {
	.id = L4VIRTIO_ID_RNG,
	.queues = 1,
	.serve = serve,
};
