/* SPDX-License-Identifier: MIT */
/*
 * Run a command as in a container with default settings: without the capabilities that Docker and
 * Podman take away from root, and without the system calls that their default seccomp profiles
 * refuse to who lacks those. Nothing is hidden and nothing else is limited.
 *
 *     container COMMAND [ARGUMENT...]
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define NEW_NAMESPACES \
	(CLONE_NEWCGROUP | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | \
	 CLONE_NEWUSER | CLONE_NEWUTS)

/* What is left of root. */
static const unsigned kept[] = {
	CAP_CHOWN,  CAP_DAC_OVERRIDE, CAP_FSETID,  CAP_FOWNER,      CAP_MKNOD,
	CAP_SETGID, CAP_SETUID,       CAP_SETFCAP, CAP_SETPCAP,     CAP_NET_BIND_SERVICE,
	CAP_KILL,   CAP_SYS_CHROOT,   CAP_NET_RAW, CAP_AUDIT_WRITE,
};

static const int refused[] = {
	SYS_acct,
	SYS_add_key,
	SYS_bpf,
	SYS_clock_adjtime,
	SYS_clock_settime,
	SYS_delete_module,
	SYS_fanotify_init,
	SYS_finit_module,
	SYS_fsconfig,
	SYS_fsmount,
	SYS_fsopen,
	SYS_fspick,
	SYS_get_mempolicy,
	SYS_init_module,
	SYS_ioperm,
	SYS_iopl,
	SYS_kexec_load,
	SYS_keyctl,
	SYS_lookup_dcookie,
	SYS_mbind,
	SYS_mount,
	SYS_mount_setattr,
	SYS_move_mount,
	SYS_move_pages,
	SYS_open_by_handle_at,
	SYS_open_tree,
	SYS_perf_event_open,
	SYS_pivot_root,
	SYS_quotactl,
	SYS_reboot,
	SYS_request_key,
	SYS_set_mempolicy,
	SYS_setns,
	SYS_settimeofday,
	SYS_swapoff,
	SYS_swapon,
	SYS_syslog,
	SYS_umount2,
	SYS_unshare,
	SYS_userfaultfd,
	SYS_vhangup,
};

static int drop_capabilities(void)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2] = { { 0 } };
	unsigned long mask = 0;

	for (unsigned i = 0; i < COUNT(kept); i++)
		mask |= 1UL << kept[i];
	for (unsigned i = 0; i <= CAP_LAST_CAP; i++)
		if (!(mask >> i & 1) && prctl(PR_CAPBSET_DROP, i, 0, 0, 0) && errno != EPERM)
			return -1;
	if (syscall(SYS_capget, &head, data))
		return -1;
	for (unsigned i = 0; i < 2; i++) {
		unsigned half = (unsigned)(mask >> 32 * i);

		data[i].effective &= half;
		data[i].permitted &= half;
		data[i].inheritable = 0;
	}
	return (int)syscall(SYS_capset, &head, data);
}

static int install_filter(void)
{
	struct sock_filter code[COUNT(refused) + 10];
	struct sock_fprog program = { 0, code };
	unsigned n = 0;

	code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						 offsetof(struct seccomp_data, nr));
	for (unsigned i = 0; i < COUNT(refused); i++) {
		unsigned char to = COUNT(refused) - i + 5; /* the first RET */

		code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
							 (unsigned)refused[i], to, 0);
	}
	/* clone3() hides its flags in memory: "not there", so that clone() is used. */
	code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS);
	code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 2);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						 offsetof(struct seccomp_data, args));
	code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, NEW_NAMESPACES, 1, 0);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	program.len = (unsigned short)n;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "usage: container COMMAND [ARGUMENT...]\n");
		return 64;
	}
	if (drop_capabilities() || install_filter()) {
		perror("container");
		return 71;
	}
	execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 127;
}
