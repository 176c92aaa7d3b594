// SPDX-License-Identifier: MIT
/* l4ux image: a root disk of Debian packages. */
#define _GNU_SOURCE
#include "cli.h"
#include "image/image.h"

#include <ctype.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_SIZE (2UL << 30)
#define MINIMUM_SIZE (256UL << 20)
#define DEFAULT_SUITE "bookworm" /* the guest is its Linux */

enum {
	OPT_OUTPUT = 256,
	OPT_SIZE,
	OPT_PACKAGES,
	OPT_MIRROR,
	OPT_SUITE,
	OPT_HOSTNAME,
	OPT_INIT,
	OPT_AUTOLOGIN,
	OPT_PASSWORD,
	OPT_SSH_KEY,
	OPT_FORCE,
};

static const char help[] =
	"usage: l4ux image --output=FILE [OPTION...]\n\n"
	"Makes a disk with a small Debian that boots to a login, with mmdebstrap; needs no root\n"
	"where the host allows user name spaces.\n\n"
	"      --output=FILE     the image; an ext4 file system without partitions\n"
	"      --size=SIZE       how large it is (default: 2G)\n"
	"      --packages=LIST   more packages, separated by commas\n"
	"      --mirror=URL      where packages come from (default: the host's own sources)\n"
	"      --suite=NAME      release of Debian (default: bookworm)\n"
	"      --hostname=NAME   name of the guest (default: l4ux)\n"
	"      --init=sysvinit|systemd\n"
	"                        the first program (default: sysvinit, which starts sooner)\n"
	"      --autologin       no login: root's shell\n"
	"      --password=TEXT   of root (default: none is asked for, on the console)\n"
	"      --ssh-key=FILE    public key that may log in as root\n"
	"      --force           replace FILE when it exists\n"
	"  -h, --help            this text\n";

static const struct option longopts[] = {
	{ "output", required_argument, NULL, OPT_OUTPUT },
	{ "size", required_argument, NULL, OPT_SIZE },
	{ "packages", required_argument, NULL, OPT_PACKAGES },
	{ "mirror", required_argument, NULL, OPT_MIRROR },
	{ "suite", required_argument, NULL, OPT_SUITE },
	{ "hostname", required_argument, NULL, OPT_HOSTNAME },
	{ "init", required_argument, NULL, OPT_INIT },
	{ "autologin", no_argument, NULL, OPT_AUTOLOGIN },
	{ "password", required_argument, NULL, OPT_PASSWORD },
	{ "ssh-key", required_argument, NULL, OPT_SSH_KEY },
	{ "force", no_argument, NULL, OPT_FORCE },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static bool is_name(const char *s)
{
	if (!isalnum((unsigned char)*s) || strlen(s) > 63)
		return false;
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && *s != '-' && *s != '.')
			return false;
	return true;
}

/* Package names; what else mmdebstrap understands there is not for us. */
static bool is_package_list(const char *s)
{
	return *s && !s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789+-.,")] && *s != '-';
}

static int parse_one(struct image_options *o, int opt, char **argv)
{
	switch (opt) {
	case OPT_OUTPUT:
		o->output = optarg;
		return 0;
	case OPT_SIZE:
		if (!parse_size(optarg, &o->size) || o->size < MINIMUM_SIZE || o->size % 4096)
			return usage_error("--size=%s: not a size of at least 256M", optarg);
		return 0;
	case OPT_PACKAGES:
		o->packages = optarg;
		return is_package_list(optarg) ? 0
					       : usage_error("--packages=%s: not package names "
							     "separated by commas",
							     optarg);
	case OPT_MIRROR:
		o->mirror = optarg;
		return *optarg && *optarg != '-' ? 0
						 : usage_error("--mirror=%s: not a URL", optarg);
	case OPT_SUITE:
		o->suite = optarg;
		return is_name(optarg) ? 0 : usage_error("--suite=%s: not a release", optarg);
	case OPT_HOSTNAME:
		o->hostname = optarg;
		return is_name(optarg) ? 0 : usage_error("--hostname=%s: not a name", optarg);
	case OPT_INIT:
		o->sysvinit = !strcmp(optarg, "sysvinit");
		return o->sysvinit || !strcmp(optarg, "systemd")
			       ? 0
			       : usage_error("--init=%s: sysvinit or systemd", optarg);
	case OPT_AUTOLOGIN:
		o->autologin = true;
		return 0;
	case OPT_PASSWORD:
		o->password = optarg;
		return strpbrk(optarg, "\n:") ? usage_error("--password: one line without colons")
					      : 0;
	case OPT_SSH_KEY:
		o->ssh_key = optarg;
		return 0;
	case OPT_FORCE:
		o->force = true;
		return 0;
	case ':':
		return usage_error("option %s needs a value", argv[optind - 1]);
	default:
		return usage_error("unknown option '%s'", argv[optind - 1]);
	}
}

int cmd_image(int argc, char **argv)
{
	struct image_options o = {
		.size = DEFAULT_SIZE, .suite = DEFAULT_SUITE, .hostname = "l4ux", .sysvinit = true
	};
	int opt, e;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, "+:h", longopts, NULL)) != -1) {
		if (opt == 'h')
			return usage_print(help);
		e = parse_one(&o, opt, argv);
		if (e)
			return e;
	}
	if (optind < argc)
		return usage_error("image: unexpected '%s'", argv[optind]);
	if (!o.output)
		return usage_error("image: --output=FILE is missing");
	if (!o.force && !access(o.output, F_OK))
		return usage_error("%s exists; --force replaces it", o.output);
	e = image_check_host();
	return e ? e : image_make(&o);
}
