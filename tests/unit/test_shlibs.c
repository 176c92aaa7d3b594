// SPDX-License-Identifier: MIT
/* The shared libraries of a program: found in a good file; no bad one brings the reader down. */
#define _GNU_SOURCE
#include "../../cli/modlist/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define ROUNDS 3000
#define HEAD_BYTES 4096 /* mutations hit the headers more often than what is behind them */

static char *program; /* this test itself: it needs at least the C library and a loader */
static size_t program_len;

static void find_in(const void *data, size_t len, struct modlist *l, struct modlist_strings *names)
{
	char path[64];
	int fd = memfd_create("program", MFD_CLOEXEC);

	assert_int_equal(write(fd, data, len), len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert_true(shlibs_of(l, path, names));
	close(fd);
}

static bool has(const struct modlist_strings *names, const char *start)
{
	for (unsigned i = 0; i < names->count; i++)
		if (!strncmp(names->s[i], start, strlen(start)))
			return true;
	return false;
}

static void test_itself(void **state)
{
	struct modlist_strings names = { 0 };
	struct modlist l = { 0 };

	(void)state;
	find_in(program, program_len, &l, &names);
	assert_true(has(&names, "libc.so."));
	assert_true(has(&names, "ld-linux"));
	modlist_free(&l);
}

static void test_foreign(void **state)
{
	struct modlist_strings names = { 0 };
	struct modlist l = { 0 };

	(void)state;
	find_in("", 0, &l, &names);
	find_in("\x7f"
		"ELF",
		4, &l, &names);
	find_in("#!/bin/sh\n", 10, &l, &names);
	assert_true(shlibs_of(&l, "/nowhere/at/all", &names));
	assert_int_equal(names.count, 0);
	modlist_free(&l);
}

static void test_mutations(void **state)
{
	char *copy = malloc(program_len);

	(void)state;
	srand(1);
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct modlist_strings names = { 0 };
		struct modlist l = { 0 };
		size_t len = rand() % 4 ? program_len : rand() % program_len;

		memcpy(copy, program, program_len);
		for (unsigned n = 1 + rand() % 16; n > 0; n--)
			copy[rand() % (rand() % 4 ? HEAD_BYTES : program_len)] = rand();
		find_in(copy, len, &l, &names);
		modlist_free(&l);
	}
	free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_itself),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_mutations),
	};
	FILE *f = fopen("/proc/self/exe", "re");
	int status;

	program = malloc(8 << 20);
	program_len = f && program ? fread(program, 1, 8 << 20, f) : 0;
	status = program_len < HEAD_BYTES || cmocka_run_group_tests(tests, NULL, NULL);
	free(program);
	fclose(f);
	return status;
}
