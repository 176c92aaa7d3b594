/* SPDX-License-Identifier: MIT */
/*
 * Operations of the debugger capability, label L4_PROTO_DEBUGGER; MR0 = group << 8 | operation.
 * Text goes to standard error of l4ux, apart from the log. A message without words is answered
 * with 0; operations not listed (image information, ...) with -L4_ENOSYS.
 * Source: Fiasco/L4Re ABI, r-2026-W26: l4sys kdebug.h, debugger.h, __kernel_object_impl.h.
 */
#ifndef L4_ABI_DEBUGGER_H
#define L4_ABI_DEBUGGER_H

enum l4_debugger_op {
	/*
	 * Prints a text; there is no interactive debugger to enter.
	 * In: MR1 bytes, MR2.. text.
	 */
	L4_KDEBUG_ENTER = 0x000,
	/*
	 * Prints a character.
	 * In: MR1.
	 */
	L4_KDEBUG_OUTCHAR = 0x001,
	/*
	 * Prints a text.
	 * In: MR1 bytes, MR2.. text.
	 */
	L4_KDEBUG_OUTNSTRING = 0x002,
	/*
	 * Prints 8 hexadecimal digits.
	 * In: MR1 number.
	 */
	L4_KDEBUG_OUTHEX32 = 0x003,
	/*
	 * Prints 5 hexadecimal digits.
	 * In: MR1 number.
	 */
	L4_KDEBUG_OUTHEX20 = 0x004,
	/*
	 * Prints 4 hexadecimal digits.
	 * In: MR1 number.
	 */
	L4_KDEBUG_OUTHEX16 = 0x005,
	/*
	 * Prints 3 hexadecimal digits.
	 * In: MR1 number.
	 */
	L4_KDEBUG_OUTHEX12 = 0x006,
	/*
	 * Prints 2 hexadecimal digits.
	 * In: MR1 number.
	 */
	L4_KDEBUG_OUTHEX8 = 0x007,
	/*
	 * Prints a number in decimal.
	 * In: MR1 number.
	 */
	L4_KDEBUG_OUTDEC = 0x008,
	/*
	 * Names an object.
	 * In: MR1.. name, 16 bytes are kept; item: any object.
	 * Errors: -L4_EINVAL: no such capability.
	 */
	L4_DEBUGGER_NAME_SET_OP = 0x100,
	/*
	 * Number of an object, which no other object ever has.
	 * In: item: any object.
	 * Out: MR0 number.
	 * Errors: -L4_EINVAL.
	 */
	L4_DEBUGGER_GLOBAL_ID_OP = 0x101,
	/*
	 * Number of the object at an address of the kernel, which nobody knows here.
	 * In: MR1 address; item: any object, not looked at.
	 * Out: MR0 all ones.
	 * Errors: -L4_EINVAL.
	 */
	L4_DEBUGGER_POINTER_ID_OP = 0x102,
	/*
	 * Number of a kind of event by its name; the kernel has none to log.
	 * In: MR1 where to begin, MR2.. name; item: any object.
	 * Errors: -L4_EINVAL: no name, or behind the last one.
	 */
	L4_DEBUGGER_QUERY_LOG_TYPE_OP = 0x103,
	/*
	 * Switches a kind of event on or off.
	 * In: MR1 1 or 0, MR2.. its name; item: any object.
	 * Errors: -L4_EINVAL: no name; -L4_ENOENT: no such event.
	 */
	L4_DEBUGGER_SWITCH_LOG_OP = 0x104,
	/*
	 * Name of the object with a number.
	 * In: MR1 number; item: any object, not looked at.
	 * Out: MR0, MR1, MR2 name as below.
	 * Errors: -L4_EINVAL; -L4_ENOENT: there is none, or it was never named.
	 */
	L4_DEBUGGER_QUERY_NAME_OP = 0x105,
	/*
	 * Name of a kind of event.
	 * In: MR1 number; item: any object.
	 * Errors: -L4_EINVAL: behind the last one.
	 */
	L4_DEBUGGER_QUERY_LOG_NAME_OP = 0x106,
	/*
	 * Tells where a program is in a task, for an interactive debugger; accepted, not kept.
	 * In: MR1 address, MR2.. name; item: task.
	 * Errors: -L4_EINVAL: no address; -L4_ENOSYS: no task.
	 */
	L4_DEBUGGER_ADD_IMAGE_INFO_OP = 0x107,
	/*
	 * Name of an object.
	 * In: item: any object.
	 * Out: MR0, MR1, MR2 name, up to 16 bytes and a NUL.
	 * Errors: -L4_EINVAL: no such capability; -L4_ENOENT: it was never named.
	 */
	L4_DEBUGGER_NAME_GET_OP = 0x108,
	/*
	 * Logs a text into the trace buffer, which keeps the latest entries.
	 * In: MR1 bytes, MR2.. text, 79 bytes are kept.
	 * Errors: -L4_EMSGTOOSHORT.
	 */
	L4_TRACE_LOG_OP = 0x201,
	/*
	 * Empties the trace buffer.
	 */
	L4_TRACE_CLEAR_OP = 0x202,
	/*
	 * Prints the trace buffer: time in microseconds, number of the thread, values, text.
	 */
	L4_TRACE_DUMP_OP = 0x203,
	/*
	 * Logs three values and a text.
	 * In: MR1, MR2, MR3 values, MR4 bytes, MR5.. text.
	 * Errors: -L4_EMSGTOOSHORT.
	 */
	L4_TRACE_LOG_VALUES_OP = 0x204,
	/*
	 * Logs bytes.
	 * In: MR1 number, MR2.. bytes, 30 bytes are kept.
	 * Errors: -L4_EMSGTOOSHORT.
	 */
	L4_TRACE_LOG_BINARY_OP = 0x205,
	/*
	 * Maps the status page of the trace buffer (l4_trace_status_t) into the caller's task, to
	 * be read. It cannot be unmapped or mapped onward.
	 * In: MR1 memory flexpage of one page.
	 * Out: MR0 the flexpage.
	 * Errors: -L4_EMSGTOOSHORT; -L4_EINVAL: another flexpage; -L4_EEXIST: something is
	 * there; -L4_ENOMEM.
	 */
	L4_TRACE_MAP_STATUS_OP = 0x210,
	/*
	 * Maps the entries of the trace buffer (l4_trace_entry_t) likewise.
	 * In: MR1 memory flexpage, at most as large as all of them.
	 * Out: MR0 the flexpage.
	 * Errors: as above.
	 */
	L4_TRACE_MAP_ENTRIES_OP = 0x211,
	/*
	 * Prints how much kernel memory is in use.
	 */
	L4_DEBUGGER_KMEM_STATS_OP = 0x500,
};

#endif
