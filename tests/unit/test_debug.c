// SPDX-License-Identifier: MIT
/* Debugger and monitor where something is missing, or at its limit. */
#include "debug/command.h"
#include "debug/gdb.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* --gdb works where no directory for an instance can be made: `monitor info` then has no name. */
static void test_info_without_instance(void **state)
{
	struct command_error err;
	json_t *info = command_info(NULL, &err);

	(void)state;
	assert_non_null(info);
	assert_string_equal(json_string_value(json_object_get(info, "name")), "");
	assert_int_equal(json_integer_value(json_object_get(info, "pid")), getpid());
	json_decref(info);
}

/* The longest packet that is taken at all; it is longer than we said. */
static void test_longest_packet(void **state)
{
	static char text[GDB_INPUT_MAX];
	bool interrupt;
	size_t len = 0;
	int pair[2];

	(void)state;
	signal(SIGUSR1, SIG_IGN);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_true(socket_open(&gdb.s, pair[0], GDB_INPUT_MAX));
	gdb.no_ack = true;
	memset(text, '0', sizeof(text));
	text[0] = '$';
	text[sizeof(text) - 3] = '#'; /* the checksum, which is not looked at, is two zeros */
	assert_int_equal(write(pair[1], text, sizeof(text)), sizeof(text));
	assert_non_null(gdb_receive(&len, &interrupt));
	assert_int_equal(len, sizeof(text) - 4);
	socket_close(&gdb.s);
	close(pair[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_info_without_instance),
		cmocka_unit_test(test_longest_packet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
