// SPDX-License-Identifier: MIT
/* The entropy device (virtio 1.2, section 5.4). */
#include "entropy.h"

#include "sheet.h"

#include <string.h>
#include <sys/random.h>

/* A generator that has failed and does not notice. */
static void zero(const struct queue_request *r, uint32_t left)
{
	for (unsigned i = r->out; left; i++) {
		uint32_t n = r->buffer[i].iov_len < left ? r->buffer[i].iov_len : left;

		memset(r->buffer[i].iov_base, 0, n);
		left -= n;
	}
}

static void fault(const struct queue_request *r, uint32_t written)
{
	struct device_fault *f;
	unsigned i = 0;

	while ((f = sheet_next(&i, FAULT_EVENT_ENTROPY, 0))) {
		sheet_struck(f, "%u bytes", written);
		zero(r, written);
	}
}

static ssize_t fill(struct entropy *e, void *to, size_t len)
{
	if (!e->keep->seeded)
		return getrandom(to, len, 0);
	seed_fill(&e->keep->seed, to, len);
	return (ssize_t)len;
}

static uint32_t serve(struct transport *t, unsigned queue, struct queue_request *r)
{
	uint32_t written = 0;

	(void)queue;
	for (unsigned i = r->out; i < r->out + r->in && written < ENTROPY_AT_ONCE; i++) {
		size_t room = ENTROPY_AT_ONCE - written;
		ssize_t n = fill((struct entropy *)t, r->buffer[i].iov_base,
				 r->buffer[i].iov_len < room ? r->buffer[i].iov_len : room);

		if (n <= 0)
			break;
		written += n;
	}
	if (sheet_any())
		fault(r, written);
	return written;
}

const struct transport_device entropy_device = {
	.id = L4VIRTIO_ID_RNG,
	.queues = 1,
	.serve = serve,
};
