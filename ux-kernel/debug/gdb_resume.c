// SPDX-License-Identifier: MIT
/* vCont, c, s: the guest goes on. */
#include "gdb.h"
#include "hold.h"

#include <string.h>

/*
 * Without `set schedule-multiple on` gdb resumes the current inferior alone. The others have to run
 * all the same, or nobody would answer its page faults; but they do not stop at anything.
 */
static void resume(struct inferior *only)
{
	for (struct inferior *i = inferior_first(); i; i = inferior_next(i))
		i->resumed |= !only || i == only;
}

static void begin(void)
{
	for (struct inferior *i = inferior_first(); i; i = inferior_next(i))
		i->resumed = false;
}

static void go(void)
{
	gdb.running = true;
	hold_clear(HOLD_GDB);
}

/*
 * Actions are separated by semicolons, the first that names a thread is its own. One thread can
 * step at a time; that gdb steps over a breakpoint shows in that nobody else has an action.
 */
static void actions(const char *s)
{
	struct gdb_thread t, stepper = { 0 };
	bool others = false;

	begin();
	while (*s == ';') {
		char action = s[1];

		if (!action)
			break;
		s += 2;
		if (action == 'C' || action == 'S')
			s += strspn(s, "0123456789abcdefABCDEF"); /* a signal: there are none */
		t = gdb.general;
		if (*s != ':') {
			resume(NULL);
		} else {
			const char *whom = ++s;

			if (!gdb_thread_parse(&s, &t))
				t = (struct gdb_thread){ 0 };
			resume(whom[0] == '-' ? NULL : t.inf);
		}
		s += strcspn(s, ";");
		if ((action == 's' || action == 'S') && !stepper.inf)
			stepper = t;
		else if (action == 'c' || action == 'C')
			others = true;
	}
	if (gdb_thread_exists(&stepper))
		gdb_step(&stepper, !others);
	go();
}

void gdb_resume(char *packet)
{
	if (!strcmp(packet, "vCont?")) {
		gdb_reply("vCont;c;C;s;S");
	} else if (!strncmp(packet, "vCont", 5)) {
		actions(packet + 5);
	} else {
		if (packet[0] == 's' && gdb_thread_exists(&gdb.general))
			gdb_step(&gdb.general, false);
		resume(NULL);
		go();
	}
}
