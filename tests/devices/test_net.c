// SPDX-License-Identifier: MIT
/* Frames of the network device: what is taken from the guest, what is put into its buffers. */
#include "devices/net.h"
#include "guest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <linux/virtio_net.h>
#include <string.h>
#include <unistd.h>

#define HEADER sizeof(struct virtio_net_hdr_v1)
#define NUM 16U

static uint8_t frame[NET_FRAME_MAX], bytes[2 * NET_FRAME_MAX];

static size_t gather(const struct virtio_net_hdr_v1 *h, size_t len, size_t cut)
{
	struct queue_request r = { .out = 2, .out_len = HEADER + len };

	memcpy(bytes, h, HEADER);
	r.buffer[0] = (struct iovec){ bytes, cut };
	r.buffer[1] = (struct iovec){ bytes + cut, HEADER + len - cut };
	return net_frame_gather(&r, frame);
}

/* RFC 1071, section 3: the sum of 0001 f203 f4f5 f6f7 is ddf2. */
static void test_checksum(void **state)
{
	struct virtio_net_hdr_v1 h = { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM };

	(void)state;
	h.csum_start = 34;
	h.csum_offset = 8;
	memset(bytes, 0, 100);
	memcpy(bytes + HEADER + 34, (uint8_t[]){ 0, 1, 0xf2, 3, 0xf4, 0xf5, 0xf6, 0xf7 }, 8);
	assert_int_equal(gather(&h, 44, 5), 44); /* the header in two buffers */
	assert_int_equal(frame[42], 0x22);
	assert_int_equal(frame[43], 0x0d);
	/* An odd byte counts as the first of a word. */
	bytes[HEADER + 44] = 1;
	assert_int_equal(gather(&h, 45, HEADER), 45);
	assert_int_equal(frame[42], 0x21);
	assert_int_equal(frame[43], 0x0d);
	/* What would be 0 is written as ffff: 0 means "none". */
	memset(bytes + HEADER, 0, 100);
	bytes[HEADER + 34] = bytes[HEADER + 35] = 0xff;
	assert_int_equal(gather(&h, 44, HEADER), 44);
	assert_int_equal(frame[42], 0xff);
	assert_int_equal(frame[43], 0xff);
}

static void test_nonsense(void **state)
{
	struct virtio_net_hdr_v1 h = { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM };

	(void)state;
	h.csum_start = 60;
	assert_int_equal(gather(&h, 60, HEADER), 0);
	h.csum_start = 0xffff;
	h.csum_offset = 0xffff;
	assert_int_equal(gather(&h, 60, HEADER), 0);
	h.csum_start = 58;
	h.csum_offset = 1;
	assert_int_equal(gather(&h, 60, HEADER), 0);
	h = (struct virtio_net_hdr_v1){ .gso_type = VIRTIO_NET_HDR_GSO_TCPV4 };
	assert_int_equal(gather(&h, 60, HEADER), 0);
	h.gso_type = 0;
	assert_int_equal(gather(&h, NET_FRAME_MIN - 1, HEADER), 0);
	assert_int_equal(gather(&h, NET_FRAME_MAX + 1, HEADER), 0);
	assert_int_equal(gather(&h, NET_FRAME_MAX, HEADER), NET_FRAME_MAX);
}

static struct guest g;
static struct net n;
static const struct net_backend nobody;

/* A device whose receive queue has @buffers buffers of @len bytes. */
static void setup(uint64_t features, unsigned buffers, unsigned len)
{
	memset(&n, 0, sizeof(n));
	net_init(&n, &nobody);
	guest_drive(&g, &n.transport, features, NET_QUEUE_RECEIVE, NUM);
	for (unsigned i = 0; i < buffers; i++) {
		*guest_desc(&g, i) = (struct vring_desc){ BUFFERS + i * len, len,
							  VRING_DESC_F_WRITE, 0 };
		guest_offer(&g, NUM, i);
	}
}

#define MERGE (1ULL << VIRTIO_NET_F_MRG_RXBUF)

static void test_merged(void **state)
{
	struct virtio_net_hdr_v1 *h = (void *)(g.memory + BUFFERS);

	(void)state;
	memset(frame, 0x33, sizeof(frame));
	setup(MERGE, 4, 1000);
	net_send(&n, frame, 2500);
	assert_int_equal(guest_used(&g)->idx, 3);
	assert_int_equal(h->num_buffers, 3);
	assert_int_equal(guest_used(&g)->ring[0].len, 1000);
	assert_int_equal(guest_used(&g)->ring[2].len, 2500 + HEADER - 2000);
	assert_memory_equal(g.memory + BUFFERS + HEADER, frame, 2500);
	assert_int_equal(g.memory[BUFFERS + HEADER + 2500], 0);
}

/* Too few buffers: nothing is taken, and the frame comes when there are enough. */
static void test_waits(void **state)
{
	(void)state;
	memset(frame, 0x44, sizeof(frame));
	setup(MERGE, 2, 1000);
	net_send(&n, frame, 2500);
	net_send(&n, frame, 100);
	assert_int_equal(guest_used(&g)->idx, 0);
	for (unsigned i = 2; i < 4; i++) {
		*guest_desc(&g, i) = (struct vring_desc){ BUFFERS + i * 1000, 1000,
							  VRING_DESC_F_WRITE, 0 };
		guest_offer(&g, NUM, i);
	}
	net_deliver(&n);
	assert_int_equal(guest_used(&g)->idx, 4);
	assert_null(n.first);
	assert_int_equal(n.waiting, 0);
}

/* A frame that no buffer of a driver without merging can hold is dropped, the next one comes. */
static void test_too_large(void **state)
{
	(void)state;
	setup(0, 2, 1000);
	net_send(&n, frame, 1500);
	assert_int_equal(guest_used(&g)->idx, 0);
	assert_int_equal(n.dropped, 1);
	net_send(&n, frame, 100);
	assert_int_equal(guest_used(&g)->idx, 1);
	assert_int_equal(guest_used(&g)->ring[0].len, 100 + HEADER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_checksum),  cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_merged),    cmocka_unit_test(test_waits),
		cmocka_unit_test(test_too_large),
	};

	dup2(open("/dev/null", O_WRONLY), DEVICE_FD_IRQ);
	guest_open(&g);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
