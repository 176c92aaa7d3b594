// SPDX-License-Identifier: MIT
/* What a snapshot file has of a device: there and back, and what makes no sense. */
#define _GNU_SOURCE
#include "snapshot/out.h"
#include "snapshot/records.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096U
#define KEEP (5 * PAGE + 100)
#define OPTION "2:pty,link=x"

static char file[16 * PAGE]; /* behind the header */

/* A record, its option and the runs of @memory; how long they are. */
static size_t write_record(int memory)
{
	struct snapshot_out o = { .fd = memfd_create("file", MFD_CLOEXEC) };
	struct snapshot_device d = { .kind = "serial",
				     .option_size = sizeof(OPTION),
				     .keep = KEEP };
	void *p = mmap(NULL, KEEP, PROT_READ, MAP_SHARED, memory, 0);
	ssize_t n;

	assert_true(p != MAP_FAILED);
	checksum_start(&o.sum);
	out_put(&o, &d, sizeof(d));
	out_put(&o, OPTION, sizeof(OPTION));
	assert_int_equal(out_runs(&o, memory, p, KEEP), 2);
	out_put(&o, &(struct snapshot_run){ 0 }, sizeof(struct snapshot_run));
	assert_int_equal(o.error, 0);
	n = pread(o.fd, file, sizeof(file), 0);
	assert_int_equal(n, o.h.length);
	munmap(p, KEEP);
	close(o.fd);
	return n;
}

static int keep_file(const char *first, const char *last)
{
	int fd = memfd_create("keep", MFD_CLOEXEC);

	assert_return_code(ftruncate(fd, KEEP), errno);
	assert_int_equal(pwrite(fd, first, strlen(first), 10), strlen(first));
	assert_int_equal(pwrite(fd, last, strlen(last), KEEP - strlen(last)), strlen(last));
	return fd;
}

/* What @len bytes of the file come to. */
static int read_record(size_t len, int memory)
{
	struct snapshot s = { .at = (void *)file, .end = (void *)(file + len) };
	struct snapshot_device d;
	const char *option;

	if (!records_next(&s, &d, &option))
		return -EINVAL;
	assert_string_equal(d.kind, "serial");
	assert_string_equal(option, OPTION);
	return records_fill(&s, &d, memory);
}

static void there_and_back(void **state)
{
	int from = keep_file("some", "all"), to = memfd_create("keep", MFD_CLOEXEC);
	static char expected[KEEP], got[KEEP];
	size_t len = write_record(from);

	(void)state;
	assert_return_code(ftruncate(to, KEEP), errno);
	assert_int_equal(read_record(len, to), 0);
	assert_int_equal(lseek(to, 0, SEEK_END), KEEP);
	assert_int_equal(pread(from, expected, KEEP, 0), KEEP);
	assert_int_equal(pread(to, got, KEEP, 0), KEEP);
	assert_memory_equal(got, expected, KEEP);
	close(from);
	close(to);
}

static void cut(void **state)
{
	int from = keep_file("some", "all"), to = memfd_create("keep", MFD_CLOEXEC);
	size_t len = write_record(from);

	(void)state;
	for (size_t n = 0; n < len; n += 8)
		assert_int_equal(read_record(n, to), -EINVAL);
	close(from);
	close(to);
}

/* Each number that says what comes where, with others in its place. */
static void bent(void **state)
{
	int from = keep_file("some", "all"), to = memfd_create("keep", MFD_CLOEXEC);
	size_t len = write_record(from), option = offsetof(struct snapshot_device, option_size);
	size_t keep = offsetof(struct snapshot_device, keep);
	size_t run = sizeof(struct snapshot_device) + SNAPSHOT_PADDED(sizeof(OPTION));

	(void)state;
	memcpy(file + option, &(uint32_t){ UINT32_MAX }, 4);
	assert_int_equal(read_record(len, to), -EINVAL);
	memcpy(file + option, &(uint32_t){ 0 }, 4);
	assert_int_equal(read_record(len, to), -EINVAL);
	memcpy(file + option, &(uint32_t){ sizeof(OPTION) - 1 }, 4); /* no end */
	assert_int_equal(read_record(len, to), -EINVAL);
	write_record(from);
	memcpy(file + keep, &(uint64_t){ KEEP - 1 }, 8);
	assert_int_equal(read_record(len, to), -EINVAL);
	write_record(from);
	memcpy(file + run, &(uint64_t){ UINT64_MAX - PAGE }, 8);
	assert_int_equal(read_record(len, to), -EINVAL);
	write_record(from);
	memcpy(file + run + 8, &(uint64_t){ UINT64_MAX }, 8);
	assert_int_equal(read_record(len, to), -EINVAL);
	write_record(from);
	memset(file, 'x', 16); /* a kind without an end */
	assert_int_equal(read_record(len, to), -EINVAL);
	close(from);
	close(to);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(cut),
		cmocka_unit_test(bent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
