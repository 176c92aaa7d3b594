/* SPDX-License-Identifier: MIT */
/* What every program may use: cpuid, rdtsc, rdtscp, string moves, the auxiliary vector. */
#define _GNU_SOURCE
#include "check.h"

#include <cpuid.h>
#include <sched.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>
#include <x86intrin.h>

static void test_cpuid(void)
{
	unsigned int a, b, c, d, again[4];
	char vendor[13] = "";

	__cpuid(0, a, b, c, d);
	CHECK(a >= 7);
	memcpy(vendor, &b, 4);
	memcpy(vendor + 4, &d, 4);
	memcpy(vendor + 8, &c, 4);
	CHECK_EQ(strlen(vendor), 12);
	check_note("cpu: %s", vendor);
	__cpuid(1, a, b, c, d);
	CHECK(d & bit_SSE2);
	for (int i = 0; i < 100; i++) {
		__cpuid(1, again[0], again[1], again[2], again[3]);
		CHECK_EQ(again[0], a);
		CHECK_EQ(again[3], d);
	}
}

static void test_tsc(void)
{
	unsigned long long last = __rdtsc(), now;
	unsigned int aux, backwards = 0;

	for (int i = 0; i < 1000000; i++) {
		now = __rdtsc();
		backwards += now < last;
		last = now;
		if (i % 10000 == 0)
			sched_yield();
	}
	CHECK_EQ(backwards, 0);
	now = __rdtscp(&aux);
	CHECK(now > last);
}

/* What the auxiliary vector says must be true, programs build on it. */
static void test_auxv(void)
{
	CHECK_EQ(getauxval(AT_PAGESZ), 4096);
	CHECK_EQ(getauxval(AT_CLKTCK), sysconf(_SC_CLK_TCK));
	CHECK_EQ(getauxval(AT_UID), getuid());
	CHECK(getauxval(AT_PHDR));
	CHECK(getauxval(AT_RANDOM));

	const unsigned char *random = (const unsigned char *)getauxval(AT_RANDOM);
	unsigned int bits = 0;

	for (int i = 0; i < 16; i++)
		bits |= random[i];
	CHECK(bits);
}

static void test_strings(void)
{
	static char a[70000], b[70000];

	for (size_t i = 0; i < sizeof(a); i++)
		a[i] = (char)(i * 7);
	/* Across pages, at all alignments that the string functions treat apart. */
	for (size_t shift = 0; shift < 64; shift++) {
		memset(b, 0, sizeof(b));
		memcpy(b + shift, a + 3, 65536);
		CHECK_MEM(b + shift, a + 3, 65536);
		memmove(b + shift + 1, b + shift, 65536);
		CHECK_MEM(b + shift + 1, a + 3, 65536);
	}
	void *to = b, *from = a;
	size_t n = 65536;

	asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n)::"memory");
	CHECK_MEM(b, a, 65536);
}

int main(void)
{
	check_start("cpu");
	test_cpuid();
	test_tsc();
	test_auxv();
	test_strings();
	return check_done();
}
