// SPDX-License-Identifier: MIT
/* The other packets: registers, memory, breakpoints, attach and detach. */
#include "gdb.h"
#include "hold.h"

#include "../core/arch.h"
#include "../engine/debugreg.h"
#include "breakpoint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define STATUS_KILLED 137

/* "addr,len" and what follows. */
static char *range(char *s, uint64_t *addr, uint64_t *len)
{
	*addr = strtoull(s, &s, 16);
	if (*s != ',')
		return NULL;
	*len = strtoull(s + 1, &s, 16);
	return s;
}

static bool from_hex(const char *hex, unsigned char *buf, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char digits[3] = { hex[2 * i], hex[2 * i] ? hex[2 * i + 1] : 0, 0 }, *end;

		buf[i] = (unsigned char)strtoul(digits, &end, 16);
		if (end != digits + 2)
			return false;
	}
	return true;
}

static struct task *memory_task(void)
{
	struct inferior *i = gdb.general.inf ? gdb.general.inf : inferior_first();

	return i ? i->task : NULL;
}

static void read_memory(char *s)
{
	struct task *t = memory_task();
	uint64_t addr, len;
	char *buf;

	if (!t || !range(s, &addr, &len)) {
		gdb_reply_error(EINVAL);
		return;
	}
	if (len > GDB_PACKET_MAX / 2 - 8)
		len = GDB_PACKET_MAX / 2 - 8;
	buf = malloc(len + 1);
	len = buf ? memory_read(t, addr, buf, len) : 0;
	if (len)
		gdb_reply_hex(buf, len);
	else
		gdb_reply_error(EFAULT);
	free(buf);
}

static void write_memory(char *s, size_t left, bool binary)
{
	struct task *t = memory_task();
	char *begin = s;
	unsigned char *buf;
	uint64_t addr, len;
	bool good = false;

	s = range(s, &addr, &len);
	if (!t || !s || *s++ != ':' || len > GDB_PACKET_MAX ||
	    len > (left - (size_t)(s - begin)) / (binary ? 1 : 2)) {
		gdb_reply_error(EINVAL);
		return;
	}
	buf = malloc(len + 1);
	if (buf && binary)
		memcpy(buf, s, len);
	if (buf && (binary || from_hex(s, buf, len)))
		good = memory_write(t, addr, buf, len) == len;
	free(buf);
	if (good)
		gdb_reply("OK");
	else
		gdb_reply_error(EFAULT);
}

static void read_registers(const char *one)
{
	unsigned char buf[GDB_REGISTER_BYTES];
	size_t at = 0, len = sizeof(buf);

	if (one)
		len = gdb_register_place(strtoul(one, NULL, 16), &at);
	if (!gdb_thread_exists(&gdb.general) || !len || !gdb_registers_read(&gdb.general, buf))
		gdb_reply_error(EINVAL);
	else
		gdb_reply_hex(buf + at, len);
}

/* G: all; P: "number=value". */
static void write_registers(const char *s, bool all)
{
	unsigned char buf[GDB_REGISTER_BYTES];
	size_t at = 0, len = sizeof(buf);

	if (!gdb_thread_exists(&gdb.general) || !gdb_registers_read(&gdb.general, buf)) {
		gdb_reply_error(EINVAL);
		return;
	}
	if (!all) {
		char *end;

		len = gdb_register_place(strtoul(s, &end, 16), &at);
		s = *end == '=' ? end + 1 : "";
	}
	if (!len || !from_hex(s, buf + at, len) || !gdb_registers_write(&gdb.general, buf))
		gdb_reply_error(EINVAL);
	else
		gdb_reply("OK");
}

/* "type,addr,kind" */
static void breakpoint(char *s, bool set)
{
	static const enum debugreg_kind kinds[] = { [1] = DEBUGREG_EXEC,
						    [2] = DEBUGREG_WRITE,
						    [3] = DEBUGREG_ACCESS,
						    [4] = DEBUGREG_ACCESS };
	struct task *t = memory_task();
	unsigned type = s[0] - '0';
	uint64_t addr, len;
	int e;

	if (type > 4 || s[1] != ',' || !t || !range(s + 2, &addr, &len)) {
		gdb_reply("");
		return;
	}
	if (type == 0)
		e = set ? breakpoint_add(t, addr) : breakpoint_remove(t, addr);
	else if (set)
		e = debugreg_add(&t->space, addr, type == 1 ? 1 : len, kinds[type]);
	else
		e = debugreg_remove(&t->space, addr, type == 1 ? 1 : len, kinds[type]);
	if (e == -ENOTSUP)
		gdb_reply("");
	else if (e)
		gdb_reply_error(-e);
	else
		gdb_reply("OK");
}

static void choose_thread(const char *s)
{
	struct gdb_thread t;
	char what = *s++;

	if (!gdb_thread_parse(&s, &t)) {
		gdb_reply_error(ESRCH);
		return;
	}
	if (what == 'g')
		gdb.general = t;
	gdb_reply("OK");
}

static void why_stopped(void)
{
	struct gdb_thread t = { 0 };

	if (!inferior_first())
		inferior_attach(inferior_default());
	if (!gdb_thread_exists(&gdb.stopped)) {
		gdb.running = false;
		if (!gdb_thread_first(inferior_first(), &t)) {
			gdb_reply("W00");
			return;
		}
		gdb_stop(t, GDB_TRAP, "");
	}
	gdb_reply(gdb.stop);
}

static void attach(const char *id)
{
	struct inferior *i = inferior_attach(strtoull(id, NULL, 16));
	struct gdb_thread t;

	if (!gdb_thread_first(i, &t)) {
		gdb_reply_error(ESRCH);
		return;
	}
	gdb_stop(t, 0, "");
	gdb_reply(gdb.stop);
}

static void detach(const char *s)
{
	struct inferior *i = *s == ';' ? inferior_find(strtoull(s + 1, NULL, 16)) : NULL;

	if (*s == ';' && !i) {
		gdb_reply_error(ESRCH);
		return;
	}
	if (i)
		inferior_detach(i);
	else
		inferior_detach_all();
	gdb_reply("OK");
	if (!inferior_first())
		hold_clear(HOLD_GDB);
}

/* A debugger that kills ends the system, as it would a machine. */
static void kill_all(bool answer)
{
	if (answer)
		gdb_reply("OK");
	arch_shutdown(STATUS_KILLED);
}

static void v_packet(char *packet)
{
	if (!strncmp(packet, "vCont", 5))
		gdb_resume(packet);
	else if (!strncmp(packet, "vAttach;", 8))
		attach(packet + 8);
	else if (!strncmp(packet, "vKill", 5))
		kill_all(true);
	else
		gdb_reply("");
}

static void alive(const char *s)
{
	struct gdb_thread t;

	if (gdb_thread_parse(&s, &t))
		gdb_reply("OK");
	else
		gdb_reply_error(ESRCH);
}

void gdb_execute(char *packet, size_t len)
{
	switch (packet[0]) {
	case '?':
		why_stopped();
		break;
	case '!':
		gdb_reply("OK");
		break;
	case 'g':
		read_registers(NULL);
		break;
	case 'p':
		read_registers(packet + 1);
		break;
	case 'G':
	case 'P':
		write_registers(packet + 1, packet[0] == 'G');
		break;
	case 'm':
		read_memory(packet + 1);
		break;
	case 'M':
	case 'X':
		write_memory(packet + 1, len - 1, packet[0] == 'X');
		break;
	case 'Z':
	case 'z':
		breakpoint(packet + 1, packet[0] == 'Z');
		break;
	case 'H':
		choose_thread(packet + 1);
		break;
	case 'T':
		alive(packet + 1);
		break;
	case 'D':
		detach(packet + 1);
		break;
	case 'k':
		kill_all(false);
		break;
	case 'q':
	case 'Q':
		gdb_query(packet);
		break;
	case 'v':
		v_packet(packet);
		break;
	case 'c':
	case 's':
		gdb_resume(packet);
		break;
	default:
		gdb_reply("");
	}
}
