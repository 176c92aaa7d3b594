/* SPDX-License-Identifier: MIT */
/*
 * Message tag, flexpage, typed items and receive buffers.
 * Source: L4Re reference manual, groups "Message Tag", "Flex pages", "Message Items".
 */
#ifndef L4_ABI_MSG_H
#define L4_ABI_MSG_H

/* Message tag: words 0..5, items 6..11, flags 12..15, label 16..63 (signed). */
#define L4_MSGTAG_WORDS_MASK 0x3fUL
#define L4_MSGTAG_ITEMS_SHIFT 6
#define L4_MSGTAG_ITEMS_MASK 0x3fUL
#define L4_MSGTAG_TRANSFER_FPU 0x1000UL
#define L4_MSGTAG_SCHEDULE 0x2000UL
#define L4_MSGTAG_PROPAGATE 0x4000UL
#define L4_MSGTAG_ERROR 0x8000UL
#define L4_MSGTAG_FLAGS 0xf000UL
#define L4_MSGTAG_LABEL_SHIFT 16

/* Flexpage: rights 0..3, type 4..5, order 6..11, address 12..63. */
#define L4_FPAGE_RIGHTS_MASK 0xfUL
#define L4_FPAGE_TYPE_SHIFT 4
#define L4_FPAGE_TYPE_MASK 3UL
#define L4_FPAGE_ORDER_SHIFT 6
#define L4_FPAGE_ORDER_MASK 0x3fUL
#define L4_FPAGE_ADDR_SHIFT 12
#define L4_FPAGE_SPECIAL 0UL
#define L4_FPAGE_MEMORY 1UL
#define L4_FPAGE_IO 2UL
#define L4_FPAGE_OBJ 3UL
#define L4_WHOLE_ADDRESS_SPACE 63UL /* order of the special "all spaces" window */

#define L4_FPAGE_X 1UL
#define L4_FPAGE_W 2UL
#define L4_FPAGE_R 4UL
#define L4_FPAGE_RO 4UL
#define L4_FPAGE_RX 5UL
#define L4_FPAGE_RW 6UL
#define L4_FPAGE_RWX 7UL

#define L4_CAP_FPAGE_W 1UL
#define L4_CAP_FPAGE_S 2UL
#define L4_CAP_FPAGE_R 4UL
#define L4_CAP_FPAGE_D 8UL
#define L4_CAP_FPAGE_RO 4UL
#define L4_CAP_FPAGE_RW 5UL
#define L4_CAP_FPAGE_RS 6UL
#define L4_CAP_FPAGE_RWS 7UL
#define L4_CAP_FPAGE_RWSD 15UL

/* Send item, word 0: compound 0, grant 1, kind 3, attributes 4..7, send base 12..63. */
#define L4_ITEM_CONT 1UL
#define L4_MAP_ITEM_MAP 0UL
#define L4_MAP_ITEM_GRANT 2UL
#define L4_ITEM_MAP 8UL
#define L4_ITEM_ATTR_MASK 0xf0UL
#define L4_OBJ_ATTR_WEAK 0x10UL   /* the new capability does not keep the object alive */
#define L4_OBJ_ATTR_SERVER 0x20UL /* keep the gate's server right */
#define L4_OBJ_ATTR_RIGHTS 0xe0UL
#define L4_FPAGE_CACHE_OPT 0x10UL
#define L4_FPAGE_UNCACHEABLE 0x10UL
#define L4_FPAGE_CACHEABLE 0x30UL
#define L4_FPAGE_BUFFERABLE 0x50UL

/* Receive item, word 0 (kind bit L4_ITEM_MAP as above). */
#define L4_RCV_ITEM_FORWARD_MAPPINGS 1UL
#define L4_RCV_ITEM_SINGLE_CAP 2UL
#define L4_RCV_ITEM_LOCAL_ID 4UL

/* Return item, bits 1..2: what happened to the sent item. */
#define L4_RET_ITEM_MAPPED 0UL
#define L4_RET_ITEM_NOTHING 2UL
#define L4_RET_ITEM_LABEL 4UL
#define L4_RET_ITEM_FPAGE 6UL

/* Buffer descriptor register. */
#define L4_BDR_MEM_SHIFT 0
#define L4_BDR_IO_SHIFT 5
#define L4_BDR_OBJ_SHIFT 10
#define L4_BDR_OFFSET_MASK 0x1fUL
#define L4_BDR_FPU (1UL << 24)

/* Protocols: labels of message tags. */
enum l4_protocol {
	L4_PROTO_NONE = 0,
	L4_PROTO_ALLOW_SYSCALL = 1,
	L4_PROTO_IRQ = -1,
	L4_PROTO_PAGE_FAULT = -2,
	L4_PROTO_EXCEPTION = -5,
	L4_PROTO_SIGMA0 = -6,
	L4_PROTO_IO_PAGE_FAULT = -8,
	L4_PROTO_KOBJECT = -10,
	L4_PROTO_TASK = -11,
	L4_PROTO_THREAD = -12,
	L4_PROTO_LOG = -13,
	L4_PROTO_SCHEDULER = -14,
	L4_PROTO_FACTORY = -15,
	L4_PROTO_VM = -16,
	L4_PROTO_DMA_SPACE = -17,
	L4_PROTO_IRQ_SENDER = -18,
	L4_PROTO_SEMAPHORE = -20,
	L4_PROTO_META = -21,
	L4_PROTO_IOMMU = -22,
	L4_PROTO_DEBUGGER = -23,
	L4_PROTO_VCPU_CONTEXT = -25,
	L4_PROTO_PLATFORM_CTL = 0,
};

#endif
