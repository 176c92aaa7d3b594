// SPDX-License-Identifier: MIT
/* Virtqueues: good ones, and every way in which a driver can make a mess of one. */
#include "devices/queue.h"
#include "guest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define NUM 8U
#define NEXT VRING_DESC_F_NEXT
#define WRITE VRING_DESC_F_WRITE
#define INDIRECT VRING_DESC_F_INDIRECT
#define RW (DEVICE_R | DEVICE_W)

static struct guest g;
static struct queue q;
static struct queue_request r;

static int setup(void **state)
{
	(void)state;
	guest_open(&g);
	q = (struct queue){ .dma = &g.dma,
			    .num = NUM,
			    .indirect = true,
			    .desc = RING_DESC,
			    .avail = RING_AVAIL,
			    .used = RING_USED };
	assert_true(queue_start(&q));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	guest_close(&g);
	return 0;
}

static void desc(unsigned i, uint64_t addr, uint32_t len, uint16_t flags, uint16_t next)
{
	*guest_desc(&g, i) = (struct vring_desc){ addr, len, flags, next };
}

static void indirect(unsigned i, uint64_t addr, uint32_t len, uint16_t flags, uint16_t next)
{
	((struct vring_desc *)(g.memory + RING_INDIRECT))[i] = (struct vring_desc){ addr, len,
										    flags, next };
}

/* Offers descriptor 0 and says what becomes of it. */
static enum queue_result offer(void)
{
	guest_offer(&g, NUM, 0);
	return queue_next(&q, &r);
}

static void test_good(void **state)
{
	(void)state;
	assert_int_equal(queue_next(&q, &r), QUEUE_EMPTY);
	desc(0, BUFFERS, 16, NEXT, 3);
	desc(3, BUFFERS + 0x1000, 512, NEXT | WRITE, 1);
	desc(1, BUFFERS + 0x2000, 1, WRITE, 0);
	assert_int_equal(offer(), QUEUE_REQUEST);
	assert_int_equal(r.out, 1);
	assert_int_equal(r.in, 2);
	assert_int_equal(r.out_len, 16);
	assert_int_equal(r.in_len, 513);
	assert_ptr_equal(r.buffer[1].iov_base, g.dma.window + BUFFERS + 0x1000);
	assert_int_equal(queue_next(&q, &r), QUEUE_EMPTY);
	assert_true(guest_finish(&q, r.head, 513));
	assert_int_equal(guest_used(&g)->idx, 1);
	assert_int_equal(guest_used(&g)->ring[0].len, 513);
	/* the index runs on over the end of the ring, and of 16 bits */
	for (unsigned i = 0; i < 0x10010; i++) {
		assert_int_equal(offer(), QUEUE_REQUEST);
		assert_true(guest_finish(&q, r.head, 0));
	}
}

static void test_indirect(void **state)
{
	(void)state;
	for (unsigned i = 0; i < QUEUE_BUFFERS_MAX; i++)
		indirect(i, BUFFERS + i, 1, i == QUEUE_BUFFERS_MAX - 1 ? WRITE : NEXT, i + 1);
	desc(0, RING_INDIRECT, QUEUE_BUFFERS_MAX * 16, INDIRECT, 0);
	assert_int_equal(offer(), QUEUE_REQUEST);
	assert_int_equal(r.out + r.in, QUEUE_BUFFERS_MAX);
}

static void test_bad_chain(void **state)
{
	static const struct {
		const char *what;
		struct vring_desc d;
	} bad[] = {
		{ "circle", { BUFFERS, 16, NEXT, 0 } },
		{ "next behind the table", { BUFFERS, 16, NEXT, NUM } },
		{ "next far behind the table", { BUFFERS, 16, NEXT, 0xffff } },
		{ "nothing", { BUFFERS, 0, 0, 0 } },
		{ "behind what we see", { GUEST_SEEN, 1, 0, 0 } },
		{ "over the end of what we see", { GUEST_SEEN - 8, 16, 0, 0 } },
		{ "over the end of the address space", { UINT64_MAX - 8, 16, 0, 0 } },
		{ "outside of the window", { 1UL << 40, 16, 0, 0 } },
		{ "too long", { BUFFERS, UINT32_MAX, 0, 0 } },
		{ "indirect outside", { GUEST_SEEN, 32, INDIRECT, 0 } },
		{ "indirect of no whole descriptors", { RING_INDIRECT, 24, INDIRECT, 0 } },
		{ "indirect of none", { RING_INDIRECT, 0, INDIRECT, 0 } },
		{ "indirect of too many", { RING_INDIRECT, 0x4000, INDIRECT, 0 } },
		{ "indirect with more", { RING_INDIRECT, 32, INDIRECT | NEXT, 1 } },
	};

	(void)state;
	indirect(0, BUFFERS, 16, 0, 0);
	desc(1, BUFFERS, 16, 0, 0);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		*guest_desc(&g, 0) = bad[i].d;
		if (offer() != QUEUE_BAD_REQUEST)
			fail_msg("accepted: %s", bad[i].what);
		assert_int_equal(r.head, 0);
		assert_true(guest_finish(&q, r.head, 0));
	}
}

static void test_bad_tables(void **state)
{
	(void)state;
	desc(0, RING_INDIRECT, 32, INDIRECT, 0);
	indirect(0, RING_INDIRECT, 32, INDIRECT, 0); /* in itself */
	assert_int_equal(offer(), QUEUE_BAD_REQUEST);
	indirect(0, RING_DESC, 32, INDIRECT, 0); /* back to the queue's own */
	assert_int_equal(offer(), QUEUE_BAD_REQUEST);
	indirect(0, BUFFERS, 16, NEXT, 2); /* beyond its end, but within the queue's size */
	assert_int_equal(offer(), QUEUE_BAD_REQUEST);
	indirect(0, BUFFERS, 16, NEXT, 1);
	indirect(1, BUFFERS, 16, NEXT, 0);
	assert_int_equal(offer(), QUEUE_BAD_REQUEST);
	q.indirect = false;
	indirect(0, BUFFERS, 16, 0, 0);
	assert_int_equal(offer(), QUEUE_BAD_REQUEST);
}

static void test_order_and_rights(void **state)
{
	(void)state;
	desc(0, BUFFERS, 16, NEXT | WRITE, 1);
	desc(1, BUFFERS, 16, 0, 0); /* to be read, behind what is to be written */
	assert_int_equal(offer(), QUEUE_BAD_REQUEST);
	guest_map(&g, BUFFERS, 0x1000, DEVICE_R);
	desc(0, BUFFERS, 16, 0, 0);
	assert_int_equal(offer(), QUEUE_REQUEST);
	desc(0, BUFFERS, 16, WRITE, 0);
	assert_int_equal(offer(), QUEUE_BAD_REQUEST);
	guest_map(&g, BUFFERS, 0x1000, 0);
	desc(0, BUFFERS, 16, 0, 0);
	assert_int_equal(offer(), QUEUE_BAD_REQUEST);
}

static void test_broken(void **state)
{
	(void)state;
	guest_offer(&g, NUM, NUM); /* no such descriptor */
	assert_int_equal(queue_next(&q, &r), QUEUE_BROKEN);
	guest_avail(&g)->idx = q.next + NUM + 1;
	assert_int_equal(queue_next(&q, &r), QUEUE_BROKEN);
	guest_avail(&g)->idx = q.next - 1;
	assert_int_equal(queue_next(&q, &r), QUEUE_BROKEN);
}

static void test_ring_taken_away(void **state)
{
	(void)state;
	desc(0, BUFFERS, 16, 0, 0);
	assert_int_equal(offer(), QUEUE_REQUEST);
	guest_map(&g, RING_USED, 0x1000, DEVICE_R);
	assert_false(guest_finish(&q, r.head, 0));
	guest_map(&g, RING_USED, 0x1000, 0);
	assert_false(guest_finish(&q, r.head, 0));
	assert_false(queue_sleep(&q));
	queue_awake(&q);
	guest_map(&g, RING_DESC, 0x1000, 0);
	assert_int_equal(offer(), QUEUE_BAD_REQUEST);
	guest_map(&g, RING_AVAIL, 0x1000, 0);
	assert_int_equal(queue_next(&q, &r), QUEUE_BROKEN);
	assert_false(queue_interrupt_wanted(&q));
}

static void test_start_refused(void **state)
{
	struct queue bad[] = { q, q, q, q, q, q, q, q, q };

	(void)state;
	bad[0].num = 0;
	bad[1].num = 6;
	bad[2].num = 2 * QUEUE_NUM_MAX;
	bad[3].desc += 8;
	bad[4].avail += 1;
	bad[5].used += 2;
	bad[6].desc = GUEST_SEEN - 16;
	bad[7].used = GUEST_SEEN - 64;
	bad[8].avail = UINT64_MAX - 1;
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (queue_start(&bad[i]))
			fail_msg("queue %u started", i);
	guest_map(&g, RING_USED, 0x1000, DEVICE_R);
	assert_false(queue_start(&q));
}

static void test_take_over(void **state)
{
	struct queue second = q;

	(void)state;
	desc(0, BUFFERS, 16, 0, 0);
	assert_int_equal(offer(), QUEUE_REQUEST);
	assert_true(guest_finish(&q, 0, 0));
	assert_int_equal(offer(), QUEUE_REQUEST); /* begun, never finished */
	assert_true(queue_start(&second));
	assert_int_equal(queue_next(&second, &r), QUEUE_REQUEST);
	assert_int_equal(queue_next(&second, &r), QUEUE_EMPTY);
	assert_true(guest_finish(&second, 0, 0));
	assert_int_equal(guest_used(&g)->idx, 2);
}

static void test_interrupts(void **state)
{
	(void)state;
	desc(0, BUFFERS, 16, 0, 0);
	assert_false(queue_interrupt_wanted(&q));
	offer();
	guest_finish(&q, 0, 0);
	assert_true(queue_interrupt_wanted(&q));
	assert_false(queue_interrupt_wanted(&q));
	guest_avail(&g)->flags = VRING_AVAIL_F_NO_INTERRUPT;
	offer();
	guest_finish(&q, 0, 0);
	assert_false(queue_interrupt_wanted(&q));

	q.event_idx = true;
	guest_avail(&g)->ring[NUM] = 3; /* an interrupt when 3 becomes 4 */
	for (unsigned i = 2; i < 6; i++) {
		offer();
		guest_finish(&q, 0, 0);
		assert_int_equal(queue_interrupt_wanted(&q), i == 3);
	}
}

static void test_bell(void **state)
{
	struct vring_used *u = guest_used(&g);

	(void)state;
	desc(0, BUFFERS, 16, 0, 0);
	queue_awake(&q);
	assert_int_equal(u->flags, VRING_USED_F_NO_NOTIFY);
	assert_false(queue_sleep(&q));
	assert_int_equal(u->flags, 0);
	guest_offer(&g, NUM, 0);
	assert_true(queue_sleep(&q)); /* it came before we asked for the bell */
	q.event_idx = true;
	queue_next(&q, &r);
	assert_false(queue_sleep(&q));
	assert_int_equal(u->ring[NUM].id & 0xffff, q.next); /* behind the last entry */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_good),
		TEST(test_indirect),
		TEST(test_bad_chain),
		TEST(test_bad_tables),
		TEST(test_order_and_rights),
		TEST(test_broken),
		TEST(test_ring_taken_away),
		TEST(test_start_refused),
		TEST(test_take_over),
		TEST(test_interrupts),
		TEST(test_bell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
