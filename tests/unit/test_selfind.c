// SPDX-License-Identifier: MIT
/* Reads of cs and ss in code, and bytes that only look like one. */
#include "fake_system.h"

#include "engine/decode.h"
#include "engine/selfind.h"
#include "host/memory.h"

#include <string.h>

#define NOP 0x90
#define LEAD 256

static unsigned char code[LEAD + 4096];

/* the decoder's other users read a task's memory: here is none */
void *memory_ptr(uint64_t pa)
{
	(void)pa;
	return NULL;
}

static int setup(void **state)
{
	(void)state;
	decode_init();
	memset(code, NOP, sizeof(code));
	return 0;
}

static void put(size_t at, const char *bytes, size_t n)
{
	memcpy(code + at, bytes, n);
}
#define PUT(at, bytes) put(at, bytes, sizeof(bytes) - 1)

/* Looks at what is behind the lead; the first read from @from on, or -1000. */
static ptrdiff_t find(size_t lead, size_t from)
{
	ptrdiff_t begin = 0;

	return selfind_next(code + LEAD, sizeof(code) - LEAD, lead, &from, &begin) ? begin : -1000;
}

static void reads(void **state)
{
	(void)state;
	assert_int_equal(find(LEAD, 0), -1000);
	PUT(LEAD + 100, "\x8c\xc8");     /* mov %cs, %eax */
	PUT(LEAD + 200, "\x66\x8c\xd1"); /* mov %ss, %cx */
	PUT(LEAD + 300, "\x41\x8c\xcf"); /* mov %cs, %r15d */
	PUT(LEAD + 400, "\x8c\xd8");     /* mov %ds, %eax */
	assert_int_equal(find(LEAD, 0), 100);
	assert_int_equal(find(0, 0), 100);
	assert_int_equal(find(LEAD, 101), 200);
	assert_int_equal(find(LEAD, 202), 300);
	assert_int_equal(find(LEAD, 302), -1000);
}

static void all_of_them(void **state)
{
	ptrdiff_t begin = 0;
	size_t from = 0, n = 0;

	(void)state;
	for (size_t at = LEAD; at + 2 <= sizeof(code); at += 2)
		PUT(at, "\x8c\xc8");
	for (; selfind_next(code + LEAD, sizeof(code) - LEAD, LEAD, &from, &begin); n++)
		assert_int_equal(begin, 2 * n);
	assert_int_equal(n, (sizeof(code) - LEAD) / 2);
}

static void within_others(void **state)
{
	(void)state;
	PUT(LEAD + 50, "\x48\xb8\x8c\xc8\x8c\xc8\x8c\xc8\x8c\xc8"); /* mov $..., %rax */
	assert_int_equal(find(LEAD, 0), -1000);
	PUT(LEAD - 2, "\x48\xb8\x8c\xc8\x8c\xc8\x8c\xc8\x8c\xc8"); /* begins before */
	assert_int_equal(find(LEAD, 0), -1000);
	assert_int_equal(find(0, 0), 0);
}

static void across(void **state)
{
	(void)state;
	PUT(LEAD - 1, "\x41\x8c\xcf");
	assert_int_equal(find(LEAD, 0), -1);
	PUT(sizeof(code) - 1, "\x8c");
	assert_int_equal(find(LEAD, 1), -1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(reads, setup),
		cmocka_unit_test_setup(all_of_them, setup),
		cmocka_unit_test_setup(within_others, setup),
		cmocka_unit_test_setup(across, setup),
	};

	return cmocka_run_group_tests_name("selfind", tests, NULL, NULL);
}
