// SPDX-License-Identifier: MIT
/* The process of a shared directory. */
#define _GNU_SOURCE
#include "../ux-kernel/host/report.h"
#include "p9_keep_format.h"
#include "share.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static struct share share;

static struct p9_keep *map_keep(void)
{
	void *p = mmap(NULL, sizeof(struct p9_keep), PROT_READ | PROT_WRITE, MAP_SHARED,
		       SHARE_FD_KEEP, 0);

	close(SHARE_FD_KEEP);
	return p == MAP_FAILED ? NULL : p;
}

/* The directory of our descriptors, where the filter expects it. */
static int open_self(void)
{
	int fd = open("/proc/self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC), e = 0;

	if (fd == SHARE_FD_SELF)
		return 0;
	if (fd < 0 || dup2(fd, SHARE_FD_SELF) < 0)
		e = -errno;
	if (fd >= 0)
		close(fd);
	return e;
}

/* Each file the guest knows is a descriptor or two. */
static void allow_descriptors(void)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) < 0)
		return;
	l.rlim_cur = l.rlim_max;
	setrlimit(RLIMIT_NOFILE, &l);
}

int main(void)
{
	const struct device_hello *hello = &share.transport.hello;
	struct p9_keep *keep;
	bool read_only;
	int e;

	signal(SIGXFSZ, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	umask(0); /* the guest has applied its own */
	allow_descriptors();
	e = transport_init(&share.transport, &share.device);
	if (e) {
		report_error("a shared directory cannot start: %s", report_errno(-e));
		return 1;
	}
	report_set_raw(hello->raw);
	read_only = hello->flags & SHARE_READ_ONLY;
	keep = map_keep();
	e = keep ? open_self() : -ENOMEM;
	if (!e)
		e = share_init(&share, DEVICE_FD_OWN, SHARE_FD_SELF, keep);
	if (!e) {
		share.p9.read_only = read_only;
		share.p9.same_files = !hello->settled;
		share_configure(&share, hello->name);
		e = share_confine(DEVICE_FD_OWN, read_only);
	}
	if (e) {
		report_error("the shared directory %s cannot start: %s", hello->name,
			     report_errno(-e));
		return 1;
	}
	transport_run(&share.transport);
	return 0;
}
