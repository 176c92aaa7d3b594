/* SPDX-License-Identifier: MIT */
/*
 * 9P2000.L on the wire: size[4] type[1] tag[2], then what the type has. Numbers are little endian,
 * text is length[2] and bytes. An answer has the number of its request plus one.
 * Source: 9P2000 and its extension for Linux, as Linux' client speaks it.
 */
#ifndef DEVICES_P9_WIRE_H
#define DEVICES_P9_WIRE_H

#define P9_VERSION "9P2000.L"
#define P9_HEADER 7U
#define P9_MSIZE_MAX (512U << 10) /* bytes of a message, header included */
#define P9_MSIZE_MIN 4096U
#define P9_NO_FID 0xffffffffU
#define P9_WALK_MAX 16U
#define P9_QID_SIZE 13U

enum p9_type {
	P9_RLERROR = 7,
	P9_TSTATFS = 8,
	P9_TLOPEN = 12,
	P9_TLCREATE = 14,
	P9_TSYMLINK = 16,
	P9_TMKNOD = 18,
	P9_TREADLINK = 22,
	P9_TGETATTR = 24,
	P9_TSETATTR = 26,
	P9_TREADDIR = 40,
	P9_TFSYNC = 50,
	P9_TLOCK = 52,
	P9_TGETLOCK = 54,
	P9_TLINK = 70,
	P9_TMKDIR = 72,
	P9_TRENAMEAT = 74,
	P9_TUNLINKAT = 76,
	P9_TVERSION = 100,
	P9_TATTACH = 104,
	P9_TFLUSH = 108,
	P9_TWALK = 110,
	P9_TREAD = 116,
	P9_TWRITE = 118,
	P9_TCLUNK = 120,
	P9_TREMOVE = 122,
	P9_TYPES = 128
};

/* Flags of open have the numbers they have on x86. */
#define P9_OPEN_ACCESS 3U
#define P9_OPEN_EXCL 0200U
#define P9_OPEN_TRUNC 01000U
#define P9_OPEN_DSYNC 010000U
#define P9_OPEN_SYNC 04000000U
/* What a descriptor keeps of them. */
#define P9_OPEN_KEPT (P9_OPEN_ACCESS | P9_OPEN_DSYNC | P9_OPEN_SYNC)

#define P9_QID_DIRECTORY 0x80U
#define P9_QID_SYMLINK 0x02U

#define P9_UNLINK_DIRECTORY 0x200U

#define P9_GETATTR_BASIC 0x7ffULL

/* What Tsetattr changes. */
enum p9_setattr {
	P9_SET_MODE = 1,
	P9_SET_UID = 2,
	P9_SET_GID = 4,
	P9_SET_SIZE = 8,
	P9_SET_ATIME = 0x10,
	P9_SET_MTIME = 0x20,
	P9_SET_ATIME_TO = 0x80, /* as given, not to the time it is */
	P9_SET_MTIME_TO = 0x100,
};

#define P9_LOCK_SUCCESS 0U
#define P9_LOCK_NONE 2U /* type of a lock: there is none */

#define P9_STATFS_MAGIC 0x01021997U

#endif
