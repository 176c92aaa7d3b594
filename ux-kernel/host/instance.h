/* SPDX-License-Identifier: MIT */
/*
 * The directory of a running system: $XDG_RUNTIME_DIR/l4ux/NAME, or /tmp/l4ux-UID/NAME where there
 * is no such variable. It says that the system exists (a lock file with the process id in it) and
 * holds its sockets. Directories of systems that are gone are removed by whoever finds them.
 */
#ifndef HOST_INSTANCE_H
#define HOST_INSTANCE_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#define INSTANCE_NAME_MAX 64

struct instance {
	char name[INSTANCE_NAME_MAX + 1];
	char path[PATH_MAX];
	pid_t pid; /* of the kernel process, as it wrote it */
};

/* Letters, digits, '.', '_' and '-', not first; and no number, which would be a process id. */
bool instance_name_ok(const char *name);

/*
 * Makes the directory of this process; @name NULL: the process id. 0 or negative errno, after a
 * report when a name was asked for.
 */
int instance_open(const char *name);

/* NULL: there is none. */
const struct instance *instance_own(void);

void instance_close(void);

/*
 * Calls @visit for every running instance of this user, until it returns non-zero: that. Only where
 * this environment would make one is looked: a test, or a session, with a directory of its own does
 * not see (and stop) those of others.
 */
int instance_each(int (*visit)(const struct instance *i, void *arg), void *arg);

/*
 * A socket of an instance: bound and listening, or connected. Descriptor or negative errno. It
 * does not matter how long the path is.
 */
int instance_listen(const struct instance *i, const char *name);
int instance_connect(const struct instance *i, const char *name);

#endif
