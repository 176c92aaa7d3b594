/* SPDX-License-Identifier: MIT */
/*
 * The cage of a device process: from here on the only host calls are those of its loop, on the
 * descriptors it was started with, and what its kind of device adds. Anything else kills it.
 *
 * A rule sees the number of the call in the accumulator. It ends with ALLOW or KILL when the number
 * is its own, and else leaves the accumulator as it was.
 */
#ifndef DEVICES_CONFINE_H
#define DEVICES_CONFINE_H

#include "device_wire.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

#define CONFINE_RULES_MAX 250U /* instructions a device can add */

#define OFFSET(field) (offsetof(struct seccomp_data, field))
#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define ARG(n) LOAD(OFFSET(args) + (n)*8) /* the lower half: descriptors and flags are ints */
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define KILL BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)
#define IF(value, then, otherwise) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, then, otherwise)
#define IF_LEAST(value, then, otherwise) BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, value, then, otherwise)
#define IF_ANY(bits, then, otherwise) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, then, otherwise)

/* Allow this call; when argument @n has this value; on this descriptor; on any other one. */
#define CALL(nr) IF(nr, 0, 1), ALLOW
#define CALL_IF(nr, n, value) IF(nr, 0, 4), ARG(n), IF(value, 0, 1), ALLOW, KILL
#define CALL_ON(nr, fd) CALL_IF(nr, 0, fd)
#define CALL_NOT_ON(nr, fd) IF(nr, 0, 4), ARG(0), IF(fd, 1, 0), ALLOW, KILL
/* On what the device works on. */
#define CALL_ON_OWN(nr) IF(nr, 0, 4), ARG(0), IF_LEAST(DEVICE_FD_OWN, 0, 1), ALLOW, KILL

/* Of Landlock, which confines access to files; below 1: this host has none. */
int confine_files_version(void);

/*
 * Of the accesses @handled to files (LANDLOCK_ACCESS_FS_*) only @allowed below @fd is left, none
 * where @fd is -1; on a host without Landlock all are. 0 or negative errno.
 */
int confine_files(uint64_t handled, int fd, uint64_t allowed);

/* @own: rules of this kind of device, @n instructions. 0 or negative errno. */
int confine(const struct sock_filter *own, unsigned n);

#endif
