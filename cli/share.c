// SPDX-License-Identifier: MIT
/* Directories of the host on the command line. */
#define _GNU_SOURCE
#include "share.h"

#include "../devices/p9_keep_format.h"
#include "../devices/share.h"
#include "../ux-kernel/host/report.h"
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct request {
	const char *directory, *tag;
	bool read_only;
};

static bool is_tag(const char *s)
{
	size_t good = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

	return good && !s[good] && good <= SHARE_TAG_MAX;
}

static bool parse(struct request *r, char *words)
{
	char *word;

	r->directory = strsep(&words, ",");
	while ((word = strsep(&words, ","))) {
		if (!strcmp(word, "ro"))
			r->read_only = true;
		else if (!strncmp(word, "tag=", 4) && is_tag(word + 4))
			r->tag = word + 4;
		else
			return false;
	}
	return *r->directory;
}

/* For the rest of our life: that of the option, or one that @index makes. NULL: out of memory. */
static char *make_tag(const char *wanted, unsigned index)
{
	char *tag;

	if (wanted || !index)
		return strdup(wanted ? wanted : "share");
	return asprintf(&tag, "share%u", index) < 0 ? NULL : tag;
}

int share_add(struct device_plan *plan, char *option, unsigned index)
{
	struct request r = { 0 };

	if (!parse(&r, option))
		return usage_error("--share=%s...: write DIR, DIR,ro or DIR,tag=NAME; a tag has at "
				   "most %u letters, digits, '-' and '_'",
				   option, SHARE_TAG_MAX);
	r.tag = make_tag(r.tag, index);
	*plan = (struct device_plan){
		.program = data_path("share-device"),
		.name = r.tag,
		.kind = "share",
		.flags = r.read_only ? SHARE_READ_ONLY : 0,
		.fds = 1,
		.keep = sizeof(struct p9_keep),
		.can_save = true,
		.can_return = r.read_only, /* nobody takes back what is written */
		.loss = "it opens the guest's files again",
	};
	if (!plan->program || !r.tag)
		return EXIT_CANNOT_START;
	snprintf(plan->label, sizeof(plan->label), "%s", r.tag);
	plan->fd[0] = open(r.directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (plan->fd[0] >= 0 &&
	    !faccessat(plan->fd[0], ".", R_OK | X_OK | (r.read_only ? 0 : W_OK), AT_EACCESS))
		return 0;
	report_error("cannot share the directory %s: %s%s", r.directory, report_errno(errno),
		     plan->fd[0] >= 0 && !r.read_only ? "; ro may do" : "");
	return EXIT_CANNOT_START;
}
