// SPDX-License-Identifier: MIT
/*
 * Disks, one file and with overlay, against a model in memory: random transfers, flushes, device
 * processes that die and are replaced, crashes that lose everything but what was flushed.
 */
#define _GNU_SOURCE
#include "devices/disk.h"
#include "devices/overlay_format.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define SIZE (1024UL * 1024 + 512) /* the last block of an overlay is not whole */
#define FIRST_FD 100

static unsigned seed;
static uint8_t base[SIZE], model[SIZE], flushed[SIZE];

static unsigned below(unsigned n)
{
	return rand_r(&seed) % n;
}

static void noise(uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		p[i] = rand_r(&seed);
}

/* Files live under fixed numbers, as in a device process. */
static void file_make(int fd, size_t size)
{
	int f = memfd_create("disk", MFD_CLOEXEC);

	assert_true(f >= 0 && ftruncate(f, size) == 0 && dup2(f, fd) == fd);
	close(f);
}

static void put(int fd, const void *p, size_t len, off_t at)
{
	assert_int_equal(pwrite(fd, p, len, at), len);
}

static void overlay_make(void)
{
	struct overlay_header h = { .magic = OVERLAY_MAGIC, .size = SIZE };

	h.data_offset = OVERLAY_MAP_OFFSET + overlay_map_bytes(SIZE);
	file_make(FIRST_FD + 1, h.data_offset + SIZE);
	put(FIRST_FD + 1, &h, sizeof(h), 0);
}

/* disk_open() closes its descriptor of the kept memory once it is mapped: keep another. */
static void reopen(struct disk *d, unsigned flags, int keep)
{
	if (d->keep)
		munmap(d->keep, overlay_keep_bytes(SIZE));
	if (keep >= 0)
		assert_int_equal(dup2(keep, FIRST_FD + 2), FIRST_FD + 2);
	assert_int_equal(disk_open(d, FIRST_FD, flags), 0);
	assert_int_equal(d->size, SIZE);
}

static int transfer(struct disk *d, bool write, uint64_t at, uint8_t *p, uint64_t len)
{
	struct iovec v[8];
	unsigned n = 0;

	while (len) {
		uint64_t part = n == 7 || len <= 512 ? len : 1 + below(len);

		v[n++] = (struct iovec){ p, part };
		p += part;
		len -= part;
	}
	return disk_transfer(d, write, at, v, n);
}

static void check_all(struct disk *d, const uint8_t *want)
{
	static uint8_t got[SIZE];

	assert_int_equal(transfer(d, false, 0, got, SIZE), 0);
	for (size_t i = 0; i < SIZE; i++)
		if (got[i] != want[i])
			fail_msg("byte %zu is 0x%x, not 0x%x", i, got[i], want[i]);
}

static void one_operation(struct disk *d)
{
	static uint8_t buffer[SIZE];
	unsigned sectors = SIZE / 512, at = below(sectors), n = 1 + below(below(4) ? 24 : 400);
	uint64_t start = at * 512UL, len;

	if (n > sectors - at)
		n = sectors - at;
	len = n * 512UL;
	switch (below(8)) {
	case 0:
		assert_int_equal(disk_zero(d, start, len, below(2)), 0);
		memset(model + start, 0, len);
		break;
	case 1:
		assert_int_equal(disk_flush(d), 0);
		memcpy(flushed, model, SIZE);
		break;
	case 2:
	case 3:
	case 4:
		assert_int_equal(transfer(d, false, start, buffer, len), 0);
		assert_memory_equal(buffer, model + start, len);
		break;
	default:
		noise(buffer, len);
		memcpy(model + start, buffer, len);
		assert_int_equal(transfer(d, true, start, buffer, len), 0);
	}
}

static void start(void)
{
	noise(base, SIZE);
	memcpy(model, base, SIZE);
	memcpy(flushed, base, SIZE);
	file_make(FIRST_FD, SIZE);
	put(FIRST_FD, base, SIZE, 0);
}

static void test_file(void **state)
{
	struct disk d = { 0 };

	(void)state;
	seed = 1;
	start();
	reopen(&d, 0, -1);
	for (unsigned i = 0; i < 2000; i++)
		one_operation(&d);
	check_all(&d, model);
}

static int keep_make(void)
{
	int keep = memfd_create("keep", MFD_CLOEXEC);

	assert_true(keep >= 0 && ftruncate(keep, overlay_keep_bytes(SIZE)) == 0);
	return keep;
}

static void test_overlay(void **state)
{
	static uint8_t untouched[SIZE];
	struct disk d = { 0 };
	int keep = keep_make();

	(void)state;
	seed = 2;
	start();
	overlay_make();
	reopen(&d, DISK_OVERLAY, keep);
	for (unsigned i = 0; i < 4000; i++) {
		one_operation(&d);
		if (below(64) == 0) /* another process takes over: nothing may be lost */
			reopen(&d, DISK_OVERLAY, keep);
	}
	check_all(&d, model);
	assert_int_equal(pread(FIRST_FD, untouched, SIZE, 0), SIZE);
	assert_memory_equal(untouched, base, SIZE);
	close(keep);
}

/*
 * The whole system is killed: what was flushed is there. What was written over it since may be
 * there or not, but nothing else: each block is as it was flushed, or as it was last.
 */
static void check_after_crash(struct disk *d)
{
	static uint8_t got[SIZE];

	assert_int_equal(transfer(d, false, 0, got, SIZE), 0);
	for (size_t i = 0; i < SIZE; i += 512)
		if (memcmp(got + i, flushed + i, 512) != 0 && memcmp(got + i, model + i, 512) != 0)
			fail_msg("sector %zu is neither as flushed nor as written", i / 512);
	memcpy(model, got, SIZE);
	memcpy(flushed, got, SIZE);
}

static void test_crash(void **state)
{
	struct disk d = { 0 };

	(void)state;
	seed = 3;
	start();
	overlay_make();
	for (unsigned crash = 0; crash < 60; crash++) {
		int keep = keep_make();

		reopen(&d, DISK_OVERLAY, keep);
		close(keep);
		if (crash)
			check_after_crash(&d);
		for (unsigned i = below(60); i; i--)
			one_operation(&d);
	}
}

static void test_errors(void **state)
{
	struct disk d = { 0 };
	static uint8_t buffer[512];
	int keep = keep_make();

	(void)state;
	start();
	reopen(&d, 0, -1);
	assert_int_equal(ftruncate(FIRST_FD, 4096), 0); /* somebody cuts the file */
	assert_true(transfer(&d, false, 8192, buffer, 512) < 0);
	file_make(FIRST_FD + 1, 1 << 20); /* no overlay */
	file_make(FIRST_FD, SIZE);
	assert_int_equal(dup2(keep, FIRST_FD + 2), FIRST_FD + 2);
	assert_true(disk_open(&d, FIRST_FD, DISK_OVERLAY) < 0);
	overlay_make();
	file_make(FIRST_FD, SIZE + 512); /* one for another disk */
	assert_true(disk_open(&d, FIRST_FD, DISK_OVERLAY) < 0);
	close(keep);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_overlay),
		cmocka_unit_test(test_crash),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
