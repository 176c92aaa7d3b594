// SPDX-License-Identifier: MIT
/* A malicious client of a shared directory: messages of every kind, with what must not be. */
#define _GNU_SOURCE
#include "devices/p9_keep_format.h"
#include "devices/p9_wire.h"
#include "devices/share.h"
#include "fuzz.h"
#include "p9_client.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIDS 6
#define MESSAGE (BUFFERS + 0x1000)
#define ANSWER (BUFFERS + 0x10000)

static struct share s;
static struct p9_keep keep;
static char top[64];

static unsigned fid(void)
{
	return below(16) ? below(FIDS) : noise();
}

static const char *name(void)
{
	static const char *const names[] = { "file", "dir", "up", "far",   "a",          "b",
					     "..",   ".",   "",   "dir/a", "../outside", "c" };

	return names[below(sizeof(names) / sizeof(names[0]))];
}

/* Messages that could be right. */
static size_t compose(uint8_t *to)
{
	switch (below(22)) {
	case 0:
		return p9_message(to, P9_TATTACH, "44ss4", fid(), P9_NO_FID, "", "", 0);
	case 1:
	case 2:
		return p9_message(to, P9_TWALK, "442ss", fid(), fid(), (unsigned)below(3), name(),
				  name());
	case 3:
		return p9_message(to, P9_TLOPEN, "44", fid(), (unsigned)noise());
	case 4:
		return p9_message(to, P9_TLCREATE, "4s444", fid(), name(), (unsigned)noise(),
				  (unsigned)noise(), 0);
	case 5:
		return p9_message(to, P9_TREAD, "484", fid(), below(2) ? below(99) : noise(),
				  (unsigned)(below(2) ? below(9999) : noise()));
	case 6:
		return p9_message(to, P9_TWRITE, "4844", fid(), below(99999),
				  (unsigned)(below(4) ? below(9) : noise()), 0);
	case 7:
		return p9_message(to, P9_TREADDIR, "484", fid(), below(2) ? 0 : noise(),
				  (unsigned)(below(2) ? below(999) : noise()));
	case 8:
		return p9_message(to, P9_TMKDIR, "4s44", fid(), name(), (unsigned)noise(), 0);
	case 9:
		return p9_message(to, P9_TSYMLINK, "4ss4", fid(), name(), name(), 0);
	case 10:
		return p9_message(to, P9_TLINK, "44s", fid(), fid(), name());
	case 11:
		return p9_message(to, P9_TRENAMEAT, "4s4s", fid(), name(), fid(), name());
	case 12:
		return p9_message(to, P9_TUNLINKAT, "4s4", fid(), name(),
				  (unsigned)below(2) * P9_UNLINK_DIRECTORY);
	case 13:
		return p9_message(to, P9_TGETATTR, "48", fid(), noise());
	case 14:
		return p9_message(to, P9_TSETATTR, "4444488888", fid(), (unsigned)noise(),
				  (unsigned)noise(), (unsigned)noise(), (unsigned)noise(),
				  below(99999), noise(), noise(), noise(), noise());
	case 15:
		return p9_message(to, P9_TMKNOD, "4s4444", fid(), name(), (unsigned)noise(), 0, 0,
				  0);
	case 16:
		return p9_message(to, P9_TREADLINK, "4", fid());
	case 17:
		return p9_message(to, P9_TCLUNK + 2 * (unsigned)below(2), "4", fid());
	case 18:
		return p9_message(to, P9_TSTATFS, "4", fid());
	case 19:
		return p9_message(to, P9_TGETLOCK, "41884s", fid(), 0, noise(), noise(), 1, name());
	case 20:
		return p9_message(to, P9_TVERSION, "4s", (unsigned)noise(), P9_VERSION);
	default:
		return p9_message(to, (unsigned)below(256), "448s", fid(), fid(), noise(), name());
	}
}

static unsigned request(unsigned queue, unsigned at)
{
	uint8_t *to = (uint8_t *)g.memory + MESSAGE + at * 512;
	size_t len = compose(to);
	unsigned next = (at + 1) % FUZZ_NUM;

	if (!below(4))
		to[below(len)] = noise();
	if (!below(8))
		len = below(len + 1);
	*fuzz_desc(queue, at) = (struct vring_desc){ MESSAGE + at * 512, len ? len : 1,
						     VRING_DESC_F_NEXT, next };
	*fuzz_desc(queue, next) = (struct vring_desc){ ANSWER, 1 + below(0x8000),
						       VRING_DESC_F_WRITE, 0 };
	return at;
}

static void ask(size_t len)
{
	*fuzz_desc(0, 0) = (struct vring_desc){ MESSAGE, len, VRING_DESC_F_NEXT, 1 };
	*fuzz_desc(0, 1) = (struct vring_desc){ ANSWER, 0x1000, VRING_DESC_F_WRITE, 0 };
	fuzz_offer(0, 0);
	fuzz_turn();
	if (g.memory[ANSWER + 4] != g.memory[MESSAGE + 4] + 1)
		die("an honest request failed");
}

/* A new session, and whether everything is in its place. */
static void honest(void)
{
	uint8_t *to = (uint8_t *)g.memory + MESSAGE;

	ask(p9_message(to, P9_TVERSION, "4s", 65536, P9_VERSION));
	ask(p9_message(to, P9_TATTACH, "44ss4", 0, P9_NO_FID, "", "", 0));
	ask(p9_message(to, P9_TSTATFS, "4", 0));
	if (!p9_place_intact(top))
		die("something has changed outside of the directory");
}

static void forget(void)
{
	static uint8_t left[sizeof(keep)];

	close(s.p9.root);
	close(s.p9.self);
	memcpy(left, &keep, sizeof(left)); /* it just ends, it does not tidy up */
	p9_fids_clear(&s.p9.fids);
	memcpy(&keep, left, sizeof(left));
	free(s.p9.fids.fid);
	free(s.p9.fids.bucket);
	free(s.message);
	free(s.answer);
	p9_place_remove(top);
}

/* What the process before has left: what it had, a little or much of it bent, or nothing. */
static void kept(void)
{
	uint8_t *bytes = (uint8_t *)&keep;

	if (below(4) == 0)
		memset(&keep, 0, sizeof(keep));
	for (unsigned i = below(4) ? 0 : below(64); i; i--)
		bytes[below(below(2) ? 128 : offsetof(struct p9_keep, slot[8]))] =
			below(2) ? (uint8_t)noise() : (uint8_t) "/.\0a"[below(4)];
}

static void open_device(unsigned long round)
{
	int root, self;

	if (round)
		forget();
	else
		atexit(forget);
	p9_place_make(top, &root, &self);
	kept();
	if (share_init(&s, root, self, &keep) < 0)
		die("cannot start");
	s.p9.same_files = below(2);
	s.transport.device = &s.device;
	share_configure(&s, "tag");
}

int main(int argc, char **argv)
{
	const struct fuzz_target target = {
		.transport = &s.transport,
		.open = open_device,
		.request = request,
		.honest = honest,
	};

	umask(022);
	return fuzz_main(&target, argc, argv);
}
