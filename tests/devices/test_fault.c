// SPDX-License-Identifier: MIT
/* Faults of devices: which event is struck, when, and what a disk without power forgets. */
#define _GNU_SOURCE
#include "devices/block.h"
#include "devices/power.h"
#include "devices/sheet.h"

#include <linux/virtio_blk.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define SECTORS 64U
#define SECTOR 512U

static struct device_sheet sheet;

static uint32_t point(enum fault_effect effect)
{
	for (uint32_t i = 0; i < FAULT_POINTS; i++)
		if (fault_points[i].effect == effect)
			return i;
	return FAULT_POINTS;
}

static struct device_fault *arm(enum fault_effect effect, uint64_t first, uint64_t last)
{
	memset(&sheet, 0, sizeof(sheet));
	sheet.version = DEVICE_SHEET_VERSION;
	sheet.wake_us = DEVICE_SHEET_NEVER;
	strcpy(sheet.device, "test");
	sheet.fault[0] = (struct device_fault){ .point = point(effect),
						.ways = DEVICE_WAY_IN | DEVICE_WAY_OUT,
						.first = first,
						.last = last };
	sheet.count = 1;
	sheet_use(&sheet);
	return &sheet.fault[0];
}

static bool strikes(enum fault_event event, unsigned way)
{
	unsigned i = 0;
	bool any = false;

	while (sheet_next(&i, event, way))
		any = true;
	return any;
}

static void which_event(void **state)
{
	struct device_fault *f = arm(FAULT_NET_DROP, 3, 4);

	(void)state;
	assert_true(sheet_any());
	assert_false(strikes(FAULT_EVENT_DISK, 0));
	assert_int_equal(f->seen, 0);
	for (unsigned i = 1; i < 7; i++)
		assert_int_equal(strikes(FAULT_EVENT_FRAME, DEVICE_WAY_IN), i == 3 || i == 4);
	assert_int_equal(f->seen, 6);
	/* one way only; none before a time; only counted */
	f = arm(FAULT_NET_DROP, 1, UINT64_MAX);
	f->ways = DEVICE_WAY_OUT;
	assert_false(strikes(FAULT_EVENT_FRAME, DEVICE_WAY_IN));
	assert_true(strikes(FAULT_EVENT_FRAME, DEVICE_WAY_OUT));
	f->not_before = 1000;
	sheet.now_us = 999;
	assert_false(strikes(FAULT_EVENT_FRAME, DEVICE_WAY_OUT));
	sheet.now_us = 1000;
	assert_true(strikes(FAULT_EVENT_FRAME, DEVICE_WAY_OUT));
	f->last = 0;
	assert_false(strikes(FAULT_EVENT_FRAME, DEVICE_WAY_OUT));
	assert_int_equal(f->seen, 3);
}

static void when_to_wake(void **state)
{
	(void)state;
	arm(FAULT_DISK_LATE, 1, 1);
	sheet.now_us = 50;
	assert_int_equal(sheet_timeout(-1), -1);
	sheet_wake(2000);
	sheet_wake(3000);
	assert_int_equal(sheet.wake_us, 2000);
	assert_int_equal(sheet_timeout(-1), -1); /* simulated time: the kernel rings */
	sheet.now_us = 2000;
	assert_int_equal(sheet_timeout(-1), 0);
	assert_int_equal(sheet.wake_us, DEVICE_SHEET_NEVER);
	/* real time: we wake ourselves */
	sheet.now_us = DEVICE_SHEET_NEVER;
	sheet.begin_us = 0;
	sheet_wake(sheet_now() + 5000000);
	assert_in_range(sheet_timeout(-1), 1000, 5001);
	assert_int_equal(sheet_timeout(7), 7);
}

static void fill(struct disk *d, struct power *p, unsigned sector, unsigned n, uint8_t with)
{
	uint8_t data[SECTORS * SECTOR];
	struct iovec v = { data, n * SECTOR };

	memset(data, with, sizeof(data));
	assert_int_equal(power_before_write(p, d, sector * SECTOR, n * SECTOR), 0);
	assert_int_equal(disk_transfer(d, true, sector * SECTOR, &v, 1), 0);
}

/* What each sector holds, -1: not one value. */
static void look(struct disk *d, int *value)
{
	uint8_t data[SECTORS * SECTOR];
	struct iovec v = { data, sizeof(data) };

	assert_int_equal(disk_transfer(d, false, 0, &v, 1), 0);
	for (unsigned i = 0; i < SECTORS; i++) {
		const uint8_t *s = data + i * SECTOR;

		value[i] = memcmp(s, s + 1, SECTOR - 1) ? -1 : *s;
	}
}

static void power_cuts(void **state)
{
	int fd = memfd_create("disk", MFD_CLOEXEC), value[SECTORS], lost = 0;
	struct power p;
	struct disk d;

	(void)state;
	assert_int_equal(ftruncate(fd, SECTORS * SECTOR), 0);
	assert_int_equal(disk_open(&d, fd, 0), 0);
	assert_int_equal(power_open(&p, &d), 0);
	fill(&d, &p, 0, SECTORS, 1);
	power_flushed(&p);
	fill(&d, &p, 10, 40, 2);
	fill(&d, &p, 20, 10, 3); /* again, before a flush */
	assert_int_equal(p.count, 40);
	assert_in_range(power_cut(&p, &d, 7), 5, 35);
	look(&d, value);
	for (unsigned i = 0; i < SECTORS; i++) {
		bool written = i >= 10 && i < 50;

		lost += written && value[i] == 1;
		/* sectors of one physical block share their fate */
		if (i % 8 && i != 10 && i != 50)
			assert_int_equal(value[i] == 1, value[i - 1] == 1);
		assert_true(value[i] == 1 || (written && value[i] == (i >= 20 && i < 30 ? 3 : 2)));
	}
	assert_in_range(lost, 5, 35);
	/* nothing is left to lose, and a flush makes safe */
	assert_int_equal(power_cut(&p, &d, 8), 0);
	fill(&d, &p, 0, SECTORS, 4);
	power_flushed(&p);
	assert_int_equal(power_cut(&p, &d, 9), 0);
	look(&d, value);
	for (unsigned i = 0; i < SECTORS; i++)
		assert_int_equal(value[i], 4);
	close(fd);
}

/* A request for sector 0 with data in both directions; its status. */
static uint8_t request(struct block *b, uint32_t type, struct iovec out, struct iovec in)
{
	static struct queue_request r;
	struct virtio_blk_outhdr h = { .type = type };
	uint8_t status = 0xff;

	r = (struct queue_request){ .out = 1, .in = 1 };
	r.buffer[0] = (struct iovec){ &h, sizeof(h) };
	if (out.iov_len)
		r.buffer[r.out++] = out;
	if (in.iov_len)
		r.buffer[r.out + r.in++ - 1] = in;
	r.buffer[r.out + r.in - 1] = (struct iovec){ &status, 1 };
	r.out_len = sizeof(h) + out.iov_len;
	r.in_len = in.iov_len + 1;
	b->device.serve(&b->transport, 0, &r);
	return status;
}

/* What a request of a strange driver has besides its data is not what a fault is about. */
static void other_way(void **state)
{
	static struct block b;
	int fd = memfd_create("disk", MFD_CLOEXEC);
	char data[2 * SECTOR], in[SECTOR];
	char *only_read = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_ptr_not_equal(only_read, MAP_FAILED);
	assert_int_equal(ftruncate(fd, SECTORS * SECTOR), 0);
	assert_int_equal(disk_open(&b.disk, fd, 0), 0);
	assert_int_equal(power_open(&b.power, &b.disk), 0);
	block_describe(&b);
	b.transport.features = 1ULL << VIRTIO_BLK_F_FLUSH;
	arm(FAULT_DISK_FLIP, 1, UINT64_MAX);
	assert_int_equal(request(&b, VIRTIO_BLK_T_IN, (struct iovec){ only_read, SECTOR },
				 (struct iovec){ 0 }),
			 VIRTIO_BLK_S_OK);
	memset(data, 1, sizeof(data));
	arm(FAULT_DISK_TORN, 1, 1)->arg = 1;
	assert_int_equal(request(&b, VIRTIO_BLK_T_OUT, (struct iovec){ data, sizeof(data) },
				 (struct iovec){ in, sizeof(in) }),
			 VIRTIO_BLK_S_OK);
	assert_int_equal(pread(fd, data, sizeof(data), 0), sizeof(data));
	assert_int_equal(data[SECTOR - 1], 1);
	assert_int_equal(data[SECTOR], 0);
	munmap(only_read, 4096);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(which_event),
		cmocka_unit_test(when_to_wake),
		cmocka_unit_test(power_cuts),
		cmocka_unit_test(other_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
