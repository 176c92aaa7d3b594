// SPDX-License-Identifier: MIT
/* What making an image needs of the host. */
#define _GNU_SOURCE
#include "image.h"

#include "../../ux-kernel/host/report.h"
#include "../cli.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool have(const char *program)
{
	const char *path = getenv("PATH");
	char dirs[4096], file[4200], *rest = dirs, *dir;

	snprintf(dirs, sizeof(dirs), "%s:/usr/sbin:/sbin", path ? path : "/usr/bin:/bin");
	while ((dir = strsep(&rest, ":"))) {
		snprintf(file, sizeof(file), "%s/%s", dir, program);
		if (!access(file, X_OK))
			return true;
	}
	return false;
}

static bool need(const char *program, const char *package)
{
	if (have(program))
		return true;
	report_error("%s is missing: apt-get install %s", program, package);
	return false;
}

/* A line for this user in a file of subordinate ids. */
static bool has_line(const char *file, const char *user)
{
	char line[256];
	size_t len = strlen(user);
	FILE *f = fopen(file, "re");
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = !strncmp(line, user, len) && line[len] == ':';
	if (f)
		fclose(f);
	return found;
}

static bool allowed(const char *file)
{
	FILE *f = fopen(file, "re");
	int c = f ? fgetc(f) : '1';

	if (f)
		fclose(f);
	return c != '0';
}

/* Without root, packages are unpacked in a user name space with ids of its own. */
static bool may_without_root(void)
{
	const struct passwd *p = getpwuid(geteuid());
	const char *user = p ? p->pw_name : "?";
	bool good = need("newuidmap", "uidmap");

	if (!has_line("/etc/subuid", user) || !has_line("/etc/subgid", user)) {
		report_error("user %s has no ids of its own for a name space: as root, usermod "
			     "--add-subuids 100000-165535 --add-subgids 100000-165535 %s",
			     user, user);
		good = false;
	}
	if (!allowed("/proc/sys/kernel/unprivileged_userns_clone") ||
	    !allowed("/proc/sys/user/max_user_namespaces")) {
		report_error("this host allows no user name spaces: as root, sysctl "
			     "kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000");
		good = false;
	}
	return good;
}

int image_check_host(void)
{
	bool good = need("mmdebstrap", "mmdebstrap");

	good &= need("mke2fs", "e2fsprogs");
	good &= need("apt-get", "apt");
	if (geteuid())
		good &= may_without_root();
	if (good)
		return 0;
	report_error("cannot make an image on this host as it is; any other ext4 image of a Debian "
		     "works, too");
	return EXIT_UNAVAILABLE;
}
