// SPDX-License-Identifier: MIT
/* Connections of debuggers: one at a time. */
#define _GNU_SOURCE
#include "gdb.h"

#include "../../devices/instance_files.h"
#include "../host/instance.h"
#include "../host/report.h"
#include "breakpoint.h"
#include "gdb_hooks.h"
#include "gdb_server.h"
#include "hold.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define LISTENERS 2U
#define LINGER_MS 400U
#define LINGER_STEP_MS 10U

struct gdb_session gdb = { .s.fd = -1 };

static int listener[LISTENERS] = { -1, -1 };
static const char *unix_path; /* to be removed in the end */

static int listen_on(int family, const struct sockaddr *a, socklen_t len)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1, e;

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, a, len) == 0 && listen(fd, 1) == 0)
		return fd;
	e = -errno;
	close(fd);
	return e;
}

static int listen_unix(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(a.sun_path))
		return -ENAMETOOLONG;
	memcpy(a.sun_path, path, strlen(path) + 1);
	fd = listen_on(AF_UNIX, (struct sockaddr *)&a, sizeof(a));
	if (fd >= 0)
		unix_path = path;
	return fd;
}

static int listen_tcp(const char *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	return listen_on(AF_INET, (struct sockaddr *)&a, sizeof(a));
}

static void begin(int in, int out)
{
	if (!socket_open(&gdb.s, in, GDB_INPUT_MAX))
		return;
	gdb.s.out_fd = out;
	gdb.connected = gdb_active = true;
	gdb.no_ack = gdb.running = false;
	if (!gdb.waiting)
		hold_set(HOLD_GDB);
}

static void end(void)
{
	inferior_detach_all();
	gdb_step_forget();
	socket_close(&gdb.s);
	gdb.connected = gdb.running = false;
	gdb_active = gdb.waiting;
	gdb.general = gdb.stopped = (struct gdb_thread){ 0 };
	hold_clear(HOLD_GDB);
}

static int open_extra(const char *where, const int stdio[2])
{
	int fd = 0;

	gdb.waiting = gdb_active = true;
	if (!strcmp(where, "stdio"))
		begin(stdio[0], stdio[1]);
	else
		fd = strncmp(where, "unix:", 5) ? listen_tcp(where) : listen_unix(where + 5);
	if (fd > 0) {
		listener[1] = fd;
		fd = socket_watch(fd);
	}
	if (fd < 0)
		report_error("--gdb=%s: cannot listen there: %s", where, report_errno(-fd));
	return fd;
}

int gdb_init(const char *where, const int stdio[2], bool root)
{
	gdb.root_is_program = root;
	if (instance_own())
		listener[0] = instance_listen(instance_own(), INSTANCE_GDB);
	if (listener[0] >= 0)
		socket_watch(listener[0]);
	return where ? open_extra(where, stdio) : 0;
}

void gdb_exit(void)
{
	if (gdb.connected)
		end();
	for (unsigned i = 0; i < LISTENERS; i++) {
		if (listener[i] >= 0)
			close(listener[i]);
		listener[i] = -1;
	}
	if (unix_path)
		unlink(unix_path);
	unix_path = NULL;
}

/* gdb asks some things when the last inferior has gone; a closed connection would be an error. */
static void linger(void)
{
	const struct timespec pause = { 0, LINGER_STEP_MS * 1000000L };

	for (unsigned ms = 0; ms < LINGER_MS && !gdb.s.broken && !gdb.s.ended;
	     ms += LINGER_STEP_MS) {
		gdb_serve();
		if (!gdb.connected)
			return;
		nanosleep(&pause, NULL);
	}
}

void gdb_ending(int status)
{
	struct inferior *i = inferior_first();

	if (!gdb.connected)
		return;
	if (i)
		gdb_stop_exit(i->task->obj.id, status);
	inferior_detach_all();
	linger();
	end();
}

static void accept_one(void)
{
	for (unsigned i = 0; i < LISTENERS; i++) {
		int fd = listener[i] < 0 ? -1 : socket_accept(listener[i]);

		if (fd < 0)
			continue;
		if (gdb.connected)
			close(fd); /* one looks already */
		else
			begin(fd, fd);
	}
}

void gdb_serve(void)
{
	size_t len;
	bool interrupt = false;
	char *packet;

	accept_one();
	/* While the guest runs gdb waits for its stop; all it can send is an interrupt. */
	while (gdb.connected && !gdb.s.broken && !(gdb.waiting && !hold_active())) {
		packet = gdb_receive(&len, &interrupt);
		if (interrupt && gdb.running) {
			struct gdb_thread t = { 0 };

			gdb_thread_first(inferior_first(), &t);
			gdb_stop(t, GDB_INT, "");
		}
		if (!packet)
			break;
		if (len)
			gdb_execute(packet, len);
	}
	if (gdb.connected && (gdb.s.broken || (gdb.s.ended && !gdb.s.in_len)))
		end();
}
