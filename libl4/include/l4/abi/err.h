/* SPDX-License-Identifier: MIT */
/*
 * Error codes: negative tag labels of kernel objects, and the UTCB error register of IPC.
 * Source: Fiasco/L4Re ABI, r-2026-W26: l4sys err.h, ipc.h.
 */
#ifndef L4_ABI_ERR_H
#define L4_ABI_ERR_H

/* What kernel objects answer, negated, as the tag's label. */
enum l4_error_code {
	L4_EOK = 0,             /* no error */
	L4_EPERM = 1,           /* the capability lacks a right */
	L4_ENOENT = 2,          /* no such object */
	L4_EIO = 5,             /* input or output failed */
	L4_ENXIO = 6,           /* no such device or address */
	L4_E2BIG = 7,           /* too many or too much */
	L4_EAGAIN = 11,         /* try again */
	L4_ENOMEM = 12,         /* no memory left, or none in the factory's quota */
	L4_EACCESS = 13,        /* not allowed */
	L4_EFAULT = 14,         /* bad address */
	L4_EBUSY = 16,          /* in use */
	L4_EEXIST = 17,         /* exists already, or overlaps */
	L4_ENODEV = 19,         /* no such kind of object */
	L4_EINVAL = 22,         /* an argument makes no sense */
	L4_ENOSPC = 28,         /* no room left */
	L4_ERANGE = 34,         /* out of range */
	L4_ENAMETOOLONG = 36,   /* name too long */
	L4_ENOSYS = 38,         /* the object has no such operation */
	L4_EBADPROTO = 39,      /* the object does not speak this protocol (label) */
	L4_EADDRNOTAVAIL = 99,  /* address not available */
	L4_ENOREPLY = 1000,     /* for server loops: send no answer */
	L4_EMSGTOOSHORT = 1001, /* the message has too few words */
	L4_EMSGTOOLONG = 1002,  /* the message is too long */
	L4_EMSGMISSARG = 1003,  /* an argument is missing */
	L4_EIPC_LO = 2000,      /* IPC error e is reported to C code as -(L4_EIPC_LO + e) */
};

/* UTCB error register, low 5 bits; bit 0 set: the receive phase failed. */
enum l4_ipc_error {
	L4_IPC_ERROR_MASK = 0x1f,    /* the bits that count */
	L4_IPC_SND_ERR_MASK = 0x01,  /* 0: the send phase failed, 1: the receive phase */
	L4_IPC_ENOT_EXISTENT = 0x04, /* no partner: empty slot, deleted, or no reply expected */
	L4_IPC_SETIMEOUT = 0x02,     /* send timeout */
	L4_IPC_RETIMEOUT = 0x03,     /* receive timeout */
	L4_IPC_SECANCELED = 0x06,    /* cancelled by ex_regs while sending */
	L4_IPC_RECANCELED = 0x07,    /* cancelled by ex_regs while receiving */
	L4_IPC_SEMSGCUT = 0x08,      /* sender: the receiver has no buffer for an item */
	L4_IPC_REMSGCUT = 0x09,      /* receiver: no buffer for an item, or for a result */
	L4_IPC_SEABORTED = 0x0e,     /* the partner went away while sending */
	L4_IPC_REABORTED = 0x0f,     /* the partner went away while receiving */
	L4_IPC_SEMAPFAILED = 0x10,   /* sender: no memory to map an item */
	L4_IPC_REMAPFAILED = 0x11,   /* receiver: no memory to map an item */
	L4_IPC_NOREPLYCAP = 0x13,    /* no such slot in the reply space */
};

#endif
