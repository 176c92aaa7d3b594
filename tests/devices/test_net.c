// SPDX-License-Identifier: MIT
/* Frames of the network device: what is taken from the guest, what is put into its buffers. */
#include "devices/net.h"
#include "devices/net_memory.h"
#include "guest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <fcntl.h>
#include <linux/virtio_net.h>
#include <netinet/if_ether.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
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
static struct net_keep keep;
static const struct net_backend nobody;

/* A device whose receive queue has @buffers buffers of @len bytes. */
static void setup(uint64_t features, unsigned buffers, unsigned len)
{
	memset(&n, 0, sizeof(n));
	memset(&keep, 0, sizeof(keep));
	n.keep = &keep;
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
	assert_false(net_waiting_any(&keep));
	assert_int_equal(keep.head, 0);
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

/* A process dies while frames wait, in a ring that has gone round; the next one hands them over. */
static void test_outlives(void **state)
{
	(void)state;
	setup(MERGE, 0, 1000);
	keep.head = keep.tail = 0U - 1000;
	for (unsigned i = 0; i < 3; i++) {
		memset(frame, 0x50 + i, 2000);
		net_send(&n, frame, 2000);
	}
	memset(&n, 0, sizeof(n));
	n.keep = &keep;
	net_init(&n, &nobody);
	guest_drive(&g, &n.transport, MERGE, NET_QUEUE_RECEIVE, NUM);
	for (unsigned i = 0; i < 3; i++) {
		*guest_desc(&g, i) = (struct vring_desc){ BUFFERS + i * 3000, 3000,
							  VRING_DESC_F_WRITE, 0 };
		guest_offer(&g, NUM, i);
	}
	net_deliver(&n);
	assert_int_equal(guest_used(&g)->idx, 3);
	for (unsigned i = 0; i < 3; i++) {
		memset(frame, 0x50 + i, 2000);
		assert_memory_equal(g.memory + BUFFERS + i * 3000 + HEADER, frame, 2000);
	}
	assert_false(net_waiting_any(&keep));
}

static void test_full(void **state)
{
	unsigned taken = 0;

	(void)state;
	setup(MERGE, 0, 1000);
	memset(frame, 0x60, sizeof(frame));
	for (; !n.dropped; taken++)
		net_send(&n, frame, NET_FRAME_MAX);
	assert_in_range(taken, NET_WAITING_BYTES / NET_FRAME_MAX - 1,
			NET_WAITING_BYTES / NET_FRAME_MAX + 1);
	assert_false(net_welcome(&n));
}

/* Half written, or out of a damaged snapshot. */
static void test_waiting_nonsense(void **state)
{
	static const uint32_t heads[] = { 8, 0x100, NET_WAITING_BYTES, NET_WAITING_BYTES + 8,
					  UINT32_MAX };

	(void)state;
	for (unsigned i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		setup(MERGE, 1, 1000);
		memset(keep.waiting, 0xff, 64);
		keep.head = heads[i];
		net_deliver(&n);
		assert_false(net_waiting_any(&keep));
		net_send(&n, frame, 100);
		assert_int_equal(guest_used(&g)->idx, 1);
	}
}

static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 9 };

/* A segment 10.0.2.15:@port -> 192.0.2.1:80 of the guest, or the other way. */
static void note_segment(bool from_guest, uint16_t port, bool syn, bool ack, bool rst)
{
	struct iphdr ip = { .version = 4, .ihl = 5, .protocol = IPPROTO_TCP };
	struct tcphdr tcp = { .doff = 5, .syn = syn, .ack = ack, .rst = rst };
	uint8_t f[NET_PROBE_BYTES] = { [12] = 8 };

	memcpy(f + 6, mac, 6);
	ip.saddr = htonl(from_guest ? 0x0a00020f : 0xc0000201);
	ip.daddr = htonl(from_guest ? 0xc0000201 : 0x0a00020f);
	tcp.source = htons(from_guest ? port : 80);
	tcp.dest = htons(from_guest ? 80 : port);
	memcpy(f + 14, &ip, sizeof(ip));
	memcpy(f + 34, &tcp, sizeof(tcp));
	net_memory_note(&keep, from_guest, f, sizeof(f));
}

static unsigned probes(void)
{
	unsigned count = 0;

	for (unsigned i = 0; i < NET_CONNECTIONS; i++)
		count += net_memory_probe(&keep, i, frame);
	return count;
}

static void test_connections(void **state)
{
	uint32_t sum = 0;

	(void)state;
	memset(&keep, 0, sizeof(keep));
	note_segment(true, 4000, true, false, false);
	assert_int_equal(probes(), 0); /* it will ask again by itself */
	note_segment(true, 4000, false, true, false);
	note_segment(true, 4000, false, true, false);
	assert_int_equal(probes(), 1);
	for (unsigned i = 0; !net_memory_probe(&keep, i, frame);)
		i++;
	assert_memory_equal(frame, mac, 6);
	for (unsigned i = 14; i < 34; i += 2)
		sum += frame[i] << 8 | frame[i + 1];
	assert_int_equal((sum & 0xffff) + (sum >> 16), 0xffff);
	sum = 6 + 20; /* protocol and length; the addresses, then the segment */
	for (unsigned i = 26; i < 54; i += 2)
		sum += frame[i] << 8 | frame[i + 1];
	assert_int_equal((sum & 0xffff) + (sum >> 16), 0xffff);
	assert_int_equal(frame[47], 2); /* SYN, and nothing else */
	note_segment(false, 4001, false, true, true);
	assert_int_equal(probes(), 1);
	note_segment(false, 4000, false, true, true);
	assert_int_equal(probes(), 0);
	for (unsigned i = 0; i < 5000; i++) /* more than there is room for */
		note_segment(true, i, false, true, false);
	assert_in_range(probes(), NET_CONNECTIONS / 2, NET_CONNECTIONS);
}

static void test_addresses(void **state)
{
	uint8_t f[NET_NOTICE_BYTES] = { 0 };
	struct ether_arp arp = { 0 };

	(void)state;
	memset(&keep, 0, sizeof(keep));
	assert_false(net_memory_notice(&keep, 0, frame));
	net_memory_note(&keep, true, f, sizeof(f));
	f[12] = 8;
	f[13] = 6;
	memcpy(arp.arp_sha, mac, 6);
	memcpy(f + 14, &arp, sizeof(arp));
	net_memory_note(&keep, true, f,
			sizeof(f)); /* it asks whether an address is free: has none */
	assert_false(net_memory_notice(&keep, 0, frame));
	memcpy(arp.arp_spa, (uint8_t[]){ 10, 0, 2, 15 }, 4);
	memcpy(f + 14, &arp, sizeof(arp));
	net_memory_note(&keep, false, f, sizeof(f));
	assert_false(net_memory_notice(&keep, 0, frame)); /* not the guest's */
	net_memory_note(&keep, true, f, sizeof(f));
	note_segment(true, 1, true, false, false); /* it has that address, too */
	assert_true(net_memory_notice(&keep, 0, frame));
	assert_false(net_memory_notice(&keep, 1, frame));
	memcpy(&arp, frame + 14, sizeof(arp));
	assert_memory_equal(arp.arp_sha, mac, 6);
	assert_int_equal(arp.ea_hdr.ar_op, htons(ARPOP_REPLY));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_checksum),    cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_merged),      cmocka_unit_test(test_waits),
		cmocka_unit_test(test_too_large),   cmocka_unit_test(test_outlives),
		cmocka_unit_test(test_full),        cmocka_unit_test(test_waiting_nonsense),
		cmocka_unit_test(test_connections), cmocka_unit_test(test_addresses),
	};

	dup2(open("/dev/null", O_WRONLY), DEVICE_FD_IRQ);
	guest_open(&g);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
