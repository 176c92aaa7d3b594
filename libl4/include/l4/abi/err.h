/* SPDX-License-Identifier: MIT */
/* Error codes: negative tag labels of kernel objects, and the UTCB error register of IPC. */
#ifndef L4_ABI_ERR_H
#define L4_ABI_ERR_H

enum l4_error_code {
	L4_EOK = 0,
	L4_EPERM = 1,
	L4_ENOENT = 2,
	L4_EIO = 5,
	L4_ENXIO = 6,
	L4_E2BIG = 7,
	L4_EAGAIN = 11,
	L4_ENOMEM = 12,
	L4_EACCESS = 13,
	L4_EFAULT = 14,
	L4_EBUSY = 16,
	L4_EEXIST = 17,
	L4_ENODEV = 19,
	L4_EINVAL = 22,
	L4_ENOSPC = 28,
	L4_ERANGE = 34,
	L4_ENAMETOOLONG = 36,
	L4_ENOSYS = 38,
	L4_EBADPROTO = 39,
	L4_EADDRNOTAVAIL = 99,
	L4_ENOREPLY = 1000,
	L4_EMSGTOOSHORT = 1001,
	L4_EMSGTOOLONG = 1002,
	L4_EMSGMISSARG = 1003,
	L4_EIPC_LO = 2000, /* IPC error e is reported to C code as -(L4_EIPC_LO + e) */
};

/* UTCB error register, low 5 bits; bit 0 set: the receive phase failed. */
enum l4_ipc_error {
	L4_IPC_ERROR_MASK = 0x1f,
	L4_IPC_SND_ERR_MASK = 0x01,
	L4_IPC_ENOT_EXISTENT = 0x04,
	L4_IPC_SETIMEOUT = 0x02,
	L4_IPC_RETIMEOUT = 0x03,
	L4_IPC_SECANCELED = 0x06,
	L4_IPC_RECANCELED = 0x07,
	L4_IPC_SEMSGCUT = 0x08,
	L4_IPC_REMSGCUT = 0x09,
	L4_IPC_SEABORTED = 0x0e,
	L4_IPC_REABORTED = 0x0f,
	L4_IPC_SEMAPFAILED = 0x10,
	L4_IPC_REMAPFAILED = 0x11,
	L4_IPC_NOREPLYCAP = 0x13,
};

#endif
