/* SPDX-License-Identifier: MIT */
/*
 * Factories, label L4_PROTO_FACTORY. There is one operation, create: MR0 is the protocol of the
 * wanted object, the arguments follow in pairs of a type word and a value; the kernel looks at
 * the values only. Source: Fiasco/L4Re ABI, r-2026-W26: l4sys factory.h, __typeinfo.h.
 */
#ifndef L4_ABI_FACTORY_H
#define L4_ABI_FACTORY_H

/* Type word of an argument: type | size in bytes << 16. */
#define L4_VARG_TYPE_NIL 0x00UL    /* no value follows */
#define L4_VARG_TYPE_UMWORD 0x01UL /* an unsigned word */
#define L4_VARG_TYPE_FPAGE 0x03UL  /* a flexpage */

#endif
