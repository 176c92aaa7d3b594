// SPDX-License-Identifier: MIT
/* The tap backend of the network device, with a socket in the tap device's place. */
#include "devices/net.h"
#include "devices/net_keep.h"
#include "devices/net_wire.h"
#include "guest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <linux/virtio_net.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEADER sizeof(struct virtio_net_hdr_v1)
#define NUM 16U
#define FEATURE(n) (1ULL << (n))
#define TSO4 FEATURE(VIRTIO_NET_F_GUEST_TSO4)

static struct guest g;
static struct net n;
static struct net_keep keep;
static int host[2]; /* ours, the device's */
static uint8_t packet[HEADER + 3000];

static void open_device(uint32_t flags)
{
	const struct net_config c = { .version = NET_WIRE_VERSION,
				      .kind = NET_TAP,
				      .flags = flags };

	memset(&n, 0, sizeof(n));
	memset(&keep, 0, sizeof(keep));
	n.keep = &keep;
	assert_int_equal(net_tap_open(&n, &c, host[1]), 0);
}

/* With queue @number ready, where the guest's rings are. */
static void setup(unsigned number, uint64_t features, uint32_t flags)
{
	open_device(flags);
	guest_drive(&g, &n.transport, features, number, NUM);
}

static void work(void)
{
	struct pollfd p;
	int timeout = 0;

	assert_int_equal(n.device.watch(&n.transport, &p, &timeout), 1);
	assert_true(poll(&p, 1, 0) >= 0);
	n.device.work(&n.transport, &p, 1);
}

/* A large segment, header included, in two buffers. */
static void offer_segment(void)
{
	struct virtio_net_hdr_v1 h = { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
				       .gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
				       .gso_size = 1448 };

	memset(packet, 0x31, sizeof(packet));
	memcpy(packet, &h, HEADER);
	memcpy(g.memory + BUFFERS, packet, sizeof(packet));
	*guest_desc(&g, 0) = (struct vring_desc){ BUFFERS, HEADER, VRING_DESC_F_NEXT, 1 };
	*guest_desc(&g, 1) = (struct vring_desc){ BUFFERS + HEADER, 3000, 0, 0 };
	guest_offer(&g, NUM, 0);
}

static void test_send(void **state)
{
	uint8_t got[sizeof(packet) + 1];

	(void)state;
	setup(NET_QUEUE_SEND, 0, 0);
	offer_segment();
	transport_serve(&n.transport);
	assert_int_equal(guest_used(&g)->idx, 1);
	assert_int_equal(recv(host[0], got, sizeof(got), MSG_DONTWAIT), sizeof(packet));
	assert_memory_equal(got, packet, sizeof(packet));
}

/* A host that takes nothing: the request stays, and goes out when there is room again. */
static void test_full(void **state)
{
	uint8_t got[sizeof(packet)];
	unsigned sent = 0;

	(void)state;
	setup(NET_QUEUE_SEND, 0, 0);
	memset(got, 0, sizeof(got));
	while (send(host[1], got, sizeof(got), MSG_DONTWAIT) > 0)
		sent++;
	offer_segment();
	transport_serve(&n.transport);
	assert_int_equal(guest_used(&g)->idx, 0);
	while (sent--)
		assert_int_equal(recv(host[0], got, sizeof(got), 0), sizeof(got));
	work();
	transport_serve(&n.transport);
	assert_int_equal(guest_used(&g)->idx, 1);
	assert_int_equal(recv(host[0], got, sizeof(got), MSG_DONTWAIT), sizeof(packet));
	assert_memory_equal(got, packet, sizeof(packet));
}

static void receive(uint64_t features)
{
	setup(NET_QUEUE_RECEIVE, features, 0);
	offer_segment(); /* for its bytes */
	memset(g.memory, 0, GUEST_SEEN);
	*guest_desc(&g, 0) = (struct vring_desc){ BUFFERS, 4096, VRING_DESC_F_WRITE, 0 };
	guest_offer(&g, NUM, 0);
	assert_int_equal(send(host[0], packet, sizeof(packet), 0), sizeof(packet));
	work();
}

static void test_receive(void **state)
{
	struct virtio_net_hdr_v1 *h = (void *)(g.memory + BUFFERS);

	(void)state;
	receive(TSO4 | FEATURE(VIRTIO_NET_F_GUEST_CSUM));
	assert_int_equal(guest_used(&g)->idx, 1);
	assert_int_equal(guest_used(&g)->ring[0].len, sizeof(packet));
	assert_int_equal(h->gso_type, VIRTIO_NET_HDR_GSO_TCPV4);
	assert_int_equal(h->gso_size, 1448);
	assert_int_equal(h->num_buffers, 1);
	assert_memory_equal(g.memory + BUFFERS + HEADER, packet + HEADER, 3000);
}

/* A driver that knows no large segments gets none, even if one was on its way before. */
static void test_not_understood(void **state)
{
	(void)state;
	receive(FEATURE(VIRTIO_NET_F_GUEST_CSUM));
	assert_int_equal(guest_used(&g)->idx, 0);
	assert_int_equal(n.dropped, 1);
	receive(TSO4);
	assert_int_equal(guest_used(&g)->idx, 0);
	assert_int_equal(n.dropped, 1);
}

/* Who wants to see each frame is not offered large ones. */
static void test_plain(void **state)
{
	(void)state;
	open_device(0);
	assert_true(n.device.features & TSO4);
	open_device(NET_CAPTURE);
	assert_false(n.device.features & TSO4);
	setup(NET_QUEUE_SEND, 0, NET_CAPTURE);
	offer_segment();
	transport_serve(&n.transport);
	assert_int_equal(n.transport.bad_requests, 1);
	assert_true(recv(host[0], packet, sizeof(packet), MSG_DONTWAIT) < 0);
}

/* Somebody has removed it: that is said once, and nobody waits for it any more. */
static void test_gone(void **state)
{
	struct pollfd p;
	int timeout = 0;

	(void)state;
	setup(NET_QUEUE_SEND, 0, 0);
	close(host[0]);
	work();
	n.device.watch(&n.transport, &p, &timeout);
	assert_int_equal(p.fd, -1);
	offer_segment();
	transport_serve(&n.transport);
	assert_int_equal(guest_used(&g)->idx, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_send),    cmocka_unit_test(test_full),
		cmocka_unit_test(test_receive), cmocka_unit_test(test_not_understood),
		cmocka_unit_test(test_plain),   cmocka_unit_test(test_gone),
	};

	dup2(open("/dev/null", O_WRONLY), DEVICE_FD_IRQ);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, host) < 0)
		return 1;
	guest_open(&g);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
