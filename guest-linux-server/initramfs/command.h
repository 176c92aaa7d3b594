/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What to run: /l4ux/argv (NUL-terminated arguments; absent for an interactive shell) and
 * /l4ux/env (KEY=VALUE, NUL-terminated), as the command line tool appended them to the initrd.
 * The arguments reach the program byte for byte: no shell looks at them.
 */
#ifndef COMMAND_H
#define COMMAND_H

#define MAX_BYTES 65536
#define MAX_STRINGS 4096

struct command {
	char *argv[MAX_STRINGS];
	char *envp[MAX_STRINGS];
	int argc, envc;
	int interactive; /* nothing to run: a shell */
};

static int number(char *to, unsigned int n)
{
	char digits[10];
	int i = 0, len = 0;

	do
		digits[i++] = '0' + n % 10;
	while (n /= 10);
	while (i)
		to[len++] = digits[--i];
	return len;
}

/* Read a file of NUL-terminated strings into list; returns their number, -1 without the file. */
static int read_strings(const char *file, char *buf, char **list, int max)
{
	int fd = open(file, O_RDONLY, 0), n = 0;
	long len = 0, got, i;

	if (fd < 0)
		return -1;
	while (len < MAX_BYTES - 1 && (got = read(fd, buf + len, MAX_BYTES - 1 - len)) > 0)
		len += got;
	close(fd);
	buf[len] = 0;
	for (i = 0; i < len && n < max; i += strlen(buf + i) + 1)
		list[n++] = buf + i;
	return n;
}

static const char *command_env(const struct command *cmd, const char *name)
{
	unsigned long len = strlen(name);
	int i;

	for (i = 0; i < cmd->envc; i++)
		if (!strncmp(cmd->envp[i], name, len) && cmd->envp[i][len] == '=')
			return cmd->envp[i] + len + 1;
	return 0;
}

static void command_default_env(struct command *cmd, char *pair, const char *name)
{
	if (!command_env(cmd, name))
		cmd->envp[cmd->envc++] = pair;
}

static void command_read(struct command *cmd)
{
	static char args[MAX_BYTES], env[MAX_BYTES];

	memset(cmd, 0, sizeof(*cmd));
	cmd->argc = read_strings("/l4ux/argv", args, cmd->argv, MAX_STRINGS - 1);
	cmd->interactive = cmd->argc <= 0;
	if (cmd->interactive) {
		cmd->argv[0] = "-sh";
		cmd->argc = 1;
	}
	cmd->envc = read_strings("/l4ux/env", env, cmd->envp, MAX_STRINGS - 8);
	if (cmd->envc < 0)
		cmd->envc = 0;
	command_default_env(
		cmd, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "PATH");
	command_default_env(cmd, "HOME=/root", "HOME");
	command_default_env(cmd, "USER=root", "USER");
	command_default_env(cmd, "SHELL=/bin/sh", "SHELL");
}

/* From now on it is a shell on the screen, which is a terminal that somebody sits in front of. */
static void command_for_screen(struct command *cmd)
{
	static char term[] = "TERM=linux", tty[] = "L4UX_TTY=1";
	int i, n = 0;

	for (i = 0; i < cmd->envc; i++)
		if (strncmp(cmd->envp[i], "TERM=", 5) && strncmp(cmd->envp[i], "LINES=", 6) &&
		    strncmp(cmd->envp[i], "COLUMNS=", 8) && strncmp(cmd->envp[i], "L4UX_TTY=", 9))
			cmd->envp[n++] = cmd->envp[i];
	cmd->envp[n++] = term;
	cmd->envp[n++] = tty;
	for (cmd->envc = n; cmd->envp[n]; n++)
		cmd->envp[n] = 0;
	cmd->interactive = 1;
	cmd->argv[0] = "-sh";
	cmd->argv[1] = 0;
	cmd->argc = 1;
}

static void complain(const char *name, const char *what)
{
	write(2, "l4ux: ", 6);
	write(2, name, strlen(name));
	write(2, what, strlen(what));
}

/* Like execvp(), with the status a shell would give: 127 not found, 126 cannot be run. */
static void finish_exec(struct command *cmd)
{
	const char *file = cmd->interactive ? "/bin/sh" : cmd->argv[0];
	const char *path = command_env(cmd, "PATH"), *end;
	static char full[4096];
	int err = ENOENT;

	chdir(command_env(cmd, "HOME"));
	if (strchr(file, '/')) {
		execve(file, cmd->argv, cmd->envp);
		err = errno;
		path = "";
	}
	for (; *path; path = *end ? end + 1 : end) {
		end = strchr(path, ':');
		if (!end)
			end = path + strlen(path);
		if (end - path + strlen(file) + 2 > sizeof(full))
			continue;
		memcpy(full, path, end - path);
		full[end - path] = '/';
		strcpy(full + (end - path) + 1, file);
		execve(full, cmd->argv, cmd->envp);
		if (errno != ENOENT)
			err = errno;
	}
	complain(file, err == ENOENT ? ": not found in the guest\n" : ": cannot be executed\n");
	exit(err == ENOENT ? 127 : 126);
}

#endif
