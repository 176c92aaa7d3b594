/* SPDX-License-Identifier: MIT */
/*
 * Virtual console, the protocol of the log. Rights and errors of each operation: l4/abi/vcon.h.
 * Source: Fiasco/L4Re ABI, r-2026-W26: l4sys vcon.h.
 */
#ifndef L4_SYS_VCON_H
#define L4_SYS_VCON_H

#include <l4/abi/ops.h>
#include <l4/sys/icu.h>

/* Modes of a console, L4_VCON_* bits named after termios. */
typedef struct l4_vcon_attr_t {
	l4_umword_t i_flags; /* L4_VCON_INLCR, _IGNCR, _ICRNL */
	l4_umword_t o_flags; /* L4_VCON_ONLCR, _OCRNL, _ONLRET */
	l4_umword_t l_flags; /* L4_VCON_ICANON, _ECHO */
} l4_vcon_attr_t;

/* Sends up to L4_VCON_WRITE_SIZE bytes; more is cut off. Send only: use l4_ipc_error(). */
static inline l4_msgtag_t l4_vcon_send(l4_cap_idx_t vcon, char const *buf, unsigned size)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;

	if (size > L4_VCON_WRITE_SIZE)
		size = L4_VCON_WRITE_SIZE;
	mr[0] = L4_VCON_WRITE_OP;
	mr[1] = size;
	l4_utcb_copy(mr + 2, buf, size);
	return l4_ipc_send(vcon, u,
			   l4_msgtag(L4_PROTO_LOG, 2 + (size + 7) / 8, 0, L4_MSGTAG_SCHEDULE),
			   L4_IPC_NEVER);
}

/* Writes all bytes, in pieces. Bytes written, or a negative error when the first piece fails. */
static inline long l4_vcon_write(l4_cap_idx_t vcon, char const *buf, unsigned size)
{
	unsigned done = 0;

	while (done < size) {
		unsigned n = size - done;
		l4_msgtag_t tag;

		if (n > L4_VCON_WRITE_SIZE)
			n = L4_VCON_WRITE_SIZE;
		tag = l4_vcon_send(vcon, buf + done, n);
		if (l4_msgtag_has_error(tag))
			return done ? (long)done
				    : -(L4_EIPC_LO + (long)l4_ipc_error_code(l4_utcb()));
		done += n;
	}
	return done;
}

/*
 * Reads up to size bytes (at most L4_VCON_READ_SIZE) without waiting. Result: bytes in bits
 * 0..29, L4_VCON_READ_STAT_DONE (nothing left), L4_VCON_READ_STAT_BREAK; negative: error.
 */
static inline long l4_vcon_read_with_flags(l4_cap_idx_t vcon, char *buf, unsigned size)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;
	l4_umword_t status;
	l4_msgtag_t tag;
	unsigned n;

	if (size > L4_VCON_READ_SIZE)
		size = L4_VCON_READ_SIZE;
	mr[0] = L4_VCON_READ_OP | (l4_umword_t)size << 16;
	tag = l4_ipc_kcall(vcon, l4_msgtag(L4_PROTO_LOG, 1, 0, 0), u);
	if (l4_msgtag_has_error(tag))
		return -(L4_EIPC_LO + (long)l4_ipc_error_code(u));
	if (l4_msgtag_label(tag) < 0)
		return l4_msgtag_label(tag);
	status = mr[0] & 0xffffffffUL;
	n = status & L4_VCON_READ_SIZE_MASK;
	if (n > size)
		n = size;
	l4_utcb_copy(buf, mr + 1, n);
	return (long)status;
}

/* Number of bytes read, size + 1 when there is more to read, or a negative error. */
static inline int l4_vcon_read(l4_cap_idx_t vcon, char *buf, unsigned size)
{
	long status = l4_vcon_read_with_flags(vcon, buf, size);

	if (status < 0)
		return (int)status;
	if (!((unsigned long)status & L4_VCON_READ_STAT_DONE))
		return (int)size + 1;
	return (int)((unsigned long)status & L4_VCON_READ_SIZE_MASK);
}

/* Sets the modes. */
static inline l4_msgtag_t l4_vcon_set_attr(l4_cap_idx_t vcon, l4_vcon_attr_t const *attr)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;

	mr[0] = L4_VCON_SET_ATTR_OP;
	mr[1] = attr->i_flags;
	mr[2] = attr->o_flags;
	mr[3] = attr->l_flags;
	return l4_ipc_kcall(vcon, l4_msgtag(L4_PROTO_LOG, 4, 0, 0), u);
}

/* Reads the modes. */
static inline l4_msgtag_t l4_vcon_get_attr(l4_cap_idx_t vcon, l4_vcon_attr_t *attr)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;
	l4_msgtag_t tag;

	mr[0] = L4_VCON_GET_ATTR_OP;
	tag = l4_ipc_kcall(vcon, l4_msgtag(L4_PROTO_LOG, 1, 0, 0), u);
	*attr = (l4_vcon_attr_t){ mr[1], mr[2], mr[3] };
	return tag;
}

#endif
