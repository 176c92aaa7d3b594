/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The console's settings. L4UX_TTY=1 in the environment means that a person sits in front of a
 * terminal: leave the line discipline as it is and tell it the size. Otherwise the console is a
 * pipe: no echo of the input into the output and no carriage returns, so that bytes pass unchanged.
 * The line discipline stays on, because it is what turns an end-of-file character into end of
 * file.
 */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <asm/termbits.h>

#define TCGETS_ 0x5401
#define TCSETS_ 0x5402
#define TIOCSWINSZ_ 0x5414

static void terminal_setup(int fd, const struct command *cmd)
{
	const char *tty = command_env(cmd, "L4UX_TTY");
	const char *lines = command_env(cmd, "LINES"), *columns = command_env(cmd, "COLUMNS");
	unsigned short size[4] = { lines ? atoi(lines) : 0, columns ? atoi(columns) : 0 };
	struct termios t;

	if (size[0] && size[1])
		ioctl(fd, TIOCSWINSZ_, size);
	if ((tty && *tty == '1') || ioctl(fd, TCGETS_, &t) < 0)
		return;
	t.c_iflag &= ~(ICRNL | INLCR | IXON | IXOFF);
	t.c_oflag &= ~OPOST;
	t.c_lflag &= ~(ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | ISIG);
	ioctl(fd, TCSETS_, &t);
}

#endif
