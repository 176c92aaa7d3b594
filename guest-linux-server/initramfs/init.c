// SPDX-License-Identifier: GPL-2.0-only
/*
 * /init of the guest: prepare a plain system, run one command (or a shell) on the console, report
 * its exit status to whoever started the guest, and switch off.
 *
 * Freestanding on the kernel's own nolibc, so that starting it costs one small exec.
 */
#include "nolibc.h"

#include "guest.h"

/* mount what every program expects; a file system the kernel lacks is no reason to stop */
static void mount_all(void)
{
	static const struct {
		const char *type, *dir, *options;
		int flags;
	} mounts[] = {
		{ "proc", "/proc", 0, MS_NOSUID | MS_NODEV | MS_NOEXEC },
		{ "sysfs", "/sys", 0, MS_NOSUID | MS_NODEV | MS_NOEXEC },
		{ "devtmpfs", "/dev", 0, MS_NOSUID },
		{ "devpts", "/dev/pts", "gid=5,mode=620,ptmxmode=666", MS_NOSUID | MS_NOEXEC },
		{ "tmpfs", "/dev/shm", "mode=1777", MS_NOSUID | MS_NODEV },
		{ "tmpfs", "/tmp", "mode=1777", MS_NOSUID | MS_NODEV },
		{ "tmpfs", "/run", "mode=755", MS_NOSUID | MS_NODEV },
	};
	unsigned int i;

	umask(0);
	for (i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		mkdir(mounts[i].dir, 0755);
		mount(mounts[i].type, mounts[i].dir, mounts[i].type, mounts[i].flags,
		      mounts[i].options);
	}
	umask(022);
	symlink("/proc/self/fd", "/dev/fd");
	symlink("/proc/self/fd/0", "/dev/stdin");
	symlink("/proc/self/fd/1", "/dev/stdout");
	symlink("/proc/self/fd/2", "/dev/stderr");
}

#define OFF (-1)
#define RESTART (-2)

/* The end: status to the host (unless somebody else has set it), then off. Never returns. */
static void finish(int status)
{
	char text[12];
	int fd = status < 0 ? -1 : open("/sys/module/l4/parameters/exit_status", O_WRONLY, 0);

	if (fd >= 0) {
		write(fd, text, number(text, status));
		close(fd);
	}
	my_syscall0(__NR_sync);
	ioctl(1, TCSBRK, (void *)1); /* wait until the terminal has written everything */
	reboot(status == RESTART ? LINUX_REBOOT_CMD_RESTART : LINUX_REBOOT_CMD_POWER_OFF);
	for (;;)
		sched_yield();
}

/*
 * In the child: a session of its own with the console as controlling terminal. The kernel passes
 * input on from then on, so the settings come before; the second open makes it look at once.
 */
static void take_console(const char *tty, const struct command *cmd)
{
	int fd, i;

	setsid();
	fd = open(tty, O_RDWR | O_NOCTTY, 0);
	if (fd < 0)
		return;
	terminal_setup(fd, cmd);
	ioctl(fd, TIOCSCTTY, (void *)0);
	for (i = 0; i < 3; i++)
		dup2(fd, i);
	close(open(tty, O_RDWR, 0));
	if (fd > 2)
		close(fd);
}

#define TERMINAL "/dev/hvc0"
#define SCREEN "/dev/tty1"

#define SIGNALS (MASK(SIGCHLD) | MASK(SIGUSR1) | MASK(SIGUSR2) | MASK(SIGTERM))
#define MASK(sig) (1UL << ((sig)-1))

static void signals(int how)
{
	unsigned long mask = SIGNALS;

	my_syscall4(__NR_rt_sigprocmask, how, &mask, 0, sizeof(mask));
}

/*
 * Wait for the command; children of dead processes come to us too. The other signals are what
 * halt, poweroff and reboot (SIGTERM) send to the first process.
 */
static int wait_for(int pid)
{
	unsigned long mask = SIGNALS;
	int sig, status, dead;

	for (;;) {
		sig = my_syscall4(__NR_rt_sigtimedwait, &mask, 0, 0, sizeof(mask));
		if (sig > 0 && sig != SIGCHLD)
			return sig == SIGTERM ? RESTART : OFF;
		while ((dead = waitpid(-1, &status, WNOHANG)) > 0)
			if (dead == pid)
				return status & 0x7f ? 128 + (status & 0x7f) : status >> 8 & 0xff;
		if (dead < 0 && errno == ECHILD)
			return 255;
	}
}

/* Directories of the host, each at /mnt/TAG. */
static void mount_shares(const char *tags)
{
	static const char options[] = "trans=virtio,version=9p2000.L,msize=512000";
	char path[64] = "/mnt/", *tag = path + 5;
	int n;

	while (tags && *tags) {
		for (n = 0; *tags && *tags != ',' && n < 50; n++)
			tag[n] = *tags++;
		tag[n] = 0;
		tags += *tags == ',';
		mkdir(path, 0755);
		mount(tag, path, "9p", MS_NOSUID | MS_NODEV, options);
	}
}

/* A cursor that blinks would wake an idle system five times in a second. */
static void cursor_rests(void)
{
	int fd = open("/sys/class/graphics/fbcon/cursor_blink", O_WRONLY, 0);

	if (fd < 0)
		return;
	write(fd, "0", 1);
	close(fd);
}

static int start(const char *tty, struct command *cmd)
{
	int pid = fork();

	if (pid < 0)
		finish(255);
	if (pid)
		return pid;
	signals(SIG_UNBLOCK);
	take_console(tty, cmd);
	finish_exec(cmd);
	return 0;
}

int main(int argc, char **argv)
{
	struct command cmd;
	int pid;

	mount_all();
	loopback_up();
	sethostname_from("/etc/hostname");
	command_read(&cmd);
	mount_shares(command_env(&cmd, "L4UX_SHARES"));
	signals(SIG_BLOCK);
	/* With a screen there are two terminals; the shell on the screen is the one that counts. */
	if (!command_env(&cmd, "L4UX_SCREEN"))
		finish(wait_for(start(TERMINAL, &cmd)));
	cursor_rests();
	if (cmd.interactive) {
		start(TERMINAL, &cmd);
		command_for_screen(&cmd);
		finish(wait_for(start(SCREEN, &cmd)));
	} else {
		pid = start(TERMINAL, &cmd);
		command_for_screen(&cmd);
		start(SCREEN, &cmd);
		finish(wait_for(pid));
	}
	return 0;
}
