/* SPDX-License-Identifier: MIT */
/*
 * Operations of the log (a virtual console), label L4_PROTO_LOG; it is an interrupt controller
 * too (icu.h): pin 0 is input. A message without words is -L4_EMSGTOOSHORT.
 * Source: Fiasco/L4Re ABI, r-2026-W26: l4sys vcon.h.
 */
#ifndef L4_ABI_VCON_H
#define L4_ABI_VCON_H

enum l4_vcon_op {
	/*
	 * Writes. No answer; usually sent without a receive phase.
	 * In: MR1 bytes, at most L4_VCON_WRITE_SIZE, MR2.. text.
	 */
	L4_VCON_WRITE_OP = 0,
	/*
	 * Reads what is there, without waiting.
	 * In: MR0 bits 16..: most bytes wanted.
	 * Out: MR0 bytes and L4_VCON_READ_STAT_*, MR1.. text; the tag counts no words.
	 * Right: W.
	 * Errors: -L4_EPERM.
	 */
	L4_VCON_READ_OP = 1,
	/*
	 * Sets the modes; a terminal at the other end is set to them as well.
	 * In: MR1 input, MR2 output, MR3 local flags.
	 * Errors: -L4_EMSGTOOSHORT.
	 */
	L4_VCON_SET_ATTR_OP = 2,
	/*
	 * Reads the modes.
	 * Out: MR1 input, MR2 output, MR3 local flags; four words.
	 */
	L4_VCON_GET_ATTR_OP = 3,
};

#define L4_VCON_WRITE_SIZE 488 /* bytes in one write message */
#define L4_VCON_READ_SIZE 496  /* bytes in one read message */

#define L4_VCON_READ_STAT_DONE 0x80000000UL  /* read: nothing is left */
#define L4_VCON_READ_STAT_BREAK 0x40000000UL /* read: a break; never set here */
#define L4_VCON_READ_SIZE_MASK 0x3fffffffUL  /* read: number of bytes */

#define L4_VCON_INLCR 000100UL  /* input: newline becomes return */
#define L4_VCON_IGNCR 000200UL  /* input: returns are dropped */
#define L4_VCON_ICRNL 000400UL  /* input: return becomes newline; on at the start */
#define L4_VCON_ONLCR 000004UL  /* output: newline becomes return, newline; on at the start */
#define L4_VCON_OCRNL 000010UL  /* output: return becomes newline */
#define L4_VCON_ONLRET 000040UL /* output: returns are dropped */
#define L4_VCON_ICANON 000002UL /* local: line by line */
#define L4_VCON_ECHO 000010UL   /* local: input is echoed; on at the start */

#endif
