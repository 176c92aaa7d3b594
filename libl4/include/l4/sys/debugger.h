/* SPDX-License-Identifier: MIT */
/*
 * Kernel debugger object: names for objects and raw debug output, which is apart from the log.
 * Without the capability every call fails harmlessly. Rights and errors of each operation:
 * l4/abi/debugger.h. Source: Fiasco/L4Re ABI, r-2026-W26: l4sys debugger.h, kdebug.h.
 */
#ifndef L4_SYS_DEBUGGER_H
#define L4_SYS_DEBUGGER_H

#include <l4/abi/ops.h>
#include <l4/sys/ipc.h>

/* One request about one object. */
static inline l4_msgtag_t l4_debugger_obj_call(l4_cap_idx_t obj, unsigned words, l4_utcb_t *u)
{
	l4_msgtag_t tag = l4_msgtag(L4_PROTO_DEBUGGER, words, 0, 0);

	l4_ipc_put_cap(&tag, obj, u);
	return l4_ipc_kcall(L4_BASE_DEBUGGER_CAP, tag, u);
}

/* Names a kernel object; at most 15 characters are kept. */
static inline l4_msgtag_t l4_debugger_set_object_name(l4_cap_idx_t obj, char const *name)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;
	unsigned n = 0;

	mr[0] = L4_DEBUGGER_NAME_SET_OP;
	mr[1] = mr[2] = 0;
	while (name[n])
		n++;
	if (n > 15)
		n = 15;
	l4_utcb_copy(mr + 1, name, n);
	return l4_debugger_obj_call(obj, 3, u);
}

/* System-wide number of a kernel object, ~0 on error. */
static inline unsigned long l4_debugger_global_id(l4_cap_idx_t obj)
{
	l4_utcb_t *u = l4_utcb();
	l4_msgtag_t tag;

	l4_utcb_mr_u(u)->mr[0] = L4_DEBUGGER_GLOBAL_ID_OP;
	tag = l4_debugger_obj_call(obj, 1, u);
	if (l4_msgtag_has_error(tag) || l4_msgtag_label(tag) < 0)
		return ~0UL;
	return l4_utcb_mr_u(u)->mr[0];
}

/* Prints len characters. */
static inline void l4_kd_outnstring(char const *text, unsigned len)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;

	while (len) {
		unsigned n = len < L4_VCON_WRITE_SIZE ? len : L4_VCON_WRITE_SIZE;

		mr[0] = L4_KDEBUG_OUTNSTRING;
		mr[1] = n;
		l4_utcb_copy(mr + 2, text, n);
		l4_ipc_kcall(L4_BASE_DEBUGGER_CAP,
			     l4_msgtag(L4_PROTO_DEBUGGER, 2 + (n + 7) / 8, 0, 0), u);
		text += n;
		len -= n;
	}
}

/* Prints a string. */
static inline void l4_kd_outstring(char const *text)
{
	unsigned len = 0;

	while (text[len])
		len++;
	l4_kd_outnstring(text, len);
}

/* Requests with one number. */
static inline void l4_kd_outvalue(l4_umword_t op, l4_umword_t value)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;

	mr[0] = op;
	mr[1] = value;
	l4_ipc_kcall(L4_BASE_DEBUGGER_CAP, l4_msgtag(L4_PROTO_DEBUGGER, 2, 0, 0), u);
}

/* Prints one character. */
static inline void l4_kd_outchar(char c)
{
	l4_kd_outvalue(L4_KDEBUG_OUTCHAR, (unsigned char)c);
}

/* Prints a number in decimal. */
static inline void l4_kd_outdec(l4_mword_t number)
{
	l4_kd_outvalue(L4_KDEBUG_OUTDEC, (l4_umword_t)number);
}

/* Prints the low 32 bits of a number in hexadecimal. */
static inline void l4_kd_outhex32(l4_umword_t number)
{
	l4_kd_outvalue(L4_KDEBUG_OUTHEX32, number);
}

#endif
