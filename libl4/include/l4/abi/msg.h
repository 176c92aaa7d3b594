/* SPDX-License-Identifier: MIT */
/*
 * Message tag, flexpage, typed items and receive buffers.
 * Source: Fiasco/L4Re ABI, r-2026-W26: l4sys types.h, consts.h, __l4_fpage.h.
 */
#ifndef L4_ABI_MSG_H
#define L4_ABI_MSG_H

/* Message tag: words 0..5, items 6..11, flags 12..15, label 16..63 (signed). */
#define L4_MSGTAG_WORDS_MASK 0x3fUL     /* untyped words, 0..63 */
#define L4_MSGTAG_ITEMS_SHIFT 6         /* position of the number of items */
#define L4_MSGTAG_ITEMS_MASK 0x3fUL     /* typed items, two words each */
#define L4_MSGTAG_TRANSFER_FPU 0x1000UL /* the sender offers its vector state */
#define L4_MSGTAG_SCHEDULE 0x2000UL     /* do not switch to the receiver at once */
#define L4_MSGTAG_PROPAGATE 0x4000UL    /* no meaning */
#define L4_MSGTAG_ERROR 0x8000UL        /* in a result: see the UTCB's error register */
#define L4_MSGTAG_FLAGS 0xf000UL        /* all flags */
#define L4_MSGTAG_LABEL_SHIFT 16        /* position of the label */

/* Flexpage: rights 0..3, type 4..5, order 6..11, address 12..63. */
#define L4_FPAGE_RIGHTS_MASK 0xfUL  /* rights */
#define L4_FPAGE_TYPE_SHIFT 4       /* position of the type */
#define L4_FPAGE_TYPE_MASK 3UL      /* type */
#define L4_FPAGE_ORDER_SHIFT 6      /* position of the order */
#define L4_FPAGE_ORDER_MASK 0x3fUL  /* order */
#define L4_FPAGE_ADDR_SHIFT 12      /* position of the address */
#define L4_FPAGE_SPECIAL 0UL        /* type: none, or with order 63 everything */
#define L4_FPAGE_MEMORY 1UL         /* type: memory, order in bytes, 12 at least */
#define L4_FPAGE_IO 2UL             /* type: I/O ports */
#define L4_FPAGE_OBJ 3UL            /* type: capabilities */
#define L4_WHOLE_ADDRESS_SPACE 63UL /* order of the special "all spaces" window */

/* Rights in flexpages. Memory: R must be there. */
#define L4_FPAGE_X 1UL   /* memory: execute */
#define L4_FPAGE_W 2UL   /* memory: write */
#define L4_FPAGE_R 4UL   /* memory: read */
#define L4_FPAGE_RO 4UL  /* memory: read only */
#define L4_FPAGE_RX 5UL  /* memory: read, execute */
#define L4_FPAGE_RW 6UL  /* memory: read, write */
#define L4_FPAGE_RWX 7UL /* memory: everything */

#define L4_CAP_FPAGE_W 1UL     /* capability: write, what it means is the object's */
#define L4_CAP_FPAGE_S 2UL     /* capability: strong, what it means is the object's */
#define L4_CAP_FPAGE_R 4UL     /* capability: be there at all */
#define L4_CAP_FPAGE_D 8UL     /* capability: delete the object */
#define L4_CAP_FPAGE_RO 4UL    /* capability: no more than there */
#define L4_CAP_FPAGE_RW 5UL    /* capability: write */
#define L4_CAP_FPAGE_RS 6UL    /* capability: strong */
#define L4_CAP_FPAGE_RWS 7UL   /* capability: all but delete */
#define L4_CAP_FPAGE_RWSD 15UL /* capability: everything */

/* Send item, word 0: compound 0, grant 1, kind 3, attributes 4..7, send base 12..63. */
#define L4_ITEM_CONT 1UL            /* the next item uses the same receive buffer */
#define L4_MAP_ITEM_MAP 0UL         /* keep what is sent */
#define L4_MAP_ITEM_GRANT 2UL       /* give it away */
#define L4_ITEM_MAP 8UL             /* a map item; 0 in all of word 0 is a void item */
#define L4_ITEM_ATTR_MASK 0xf0UL    /* attributes */
#define L4_OBJ_ATTR_WEAK 0x10UL     /* the new capability does not keep the object alive */
#define L4_OBJ_ATTR_SERVER 0x20UL   /* keep the gate's server right */
#define L4_OBJ_ATTR_RIGHTS 0xe0UL   /* object-specific rights to keep, the one above among them */
#define L4_FPAGE_CACHE_OPT 0x10UL   /* memory: a caching mode is given */
#define L4_FPAGE_UNCACHEABLE 0x10UL /* memory: uncached; no meaning here */
#define L4_FPAGE_CACHEABLE 0x30UL   /* memory: cached */
#define L4_FPAGE_BUFFERABLE 0x50UL  /* memory: buffered; no meaning here */

/* Receive item, word 0 (kind bit L4_ITEM_MAP as above). */
/* one more word: the task (W right) that gets it instead */
#define L4_RCV_ITEM_FORWARD_MAPPINGS 1UL
#define L4_RCV_ITEM_SINGLE_CAP 2UL /* one capability, its slot in bits 12..; no second word */
#define L4_RCV_ITEM_LOCAL_ID 4UL   /* rather no capability: what it means here, see below */

/* Return item, bits 1..2: what happened to the sent item. */
#define L4_RET_ITEM_MAPPED 0UL  /* something was mapped */
#define L4_RET_ITEM_NOTHING 2UL /* nothing was there to be mapped */
#define L4_RET_ITEM_LABEL 4UL   /* word 1: label of the receiver's own gate, or'ed with rights */
#define L4_RET_ITEM_FPAGE 6UL   /* word 1: the flexpage itself; sender and receiver share a task */

/* Buffer descriptor register. */
#define L4_BDR_MEM_SHIFT 0        /* first buffer register for memory */
#define L4_BDR_IO_SHIFT 5         /* for I/O ports */
#define L4_BDR_OBJ_SHIFT 10       /* for capabilities */
#define L4_BDR_OFFSET_MASK 0x1fUL /* each a number of five bits */
#define L4_BDR_FPU (1UL << 24)    /* accept vector state */

/* Protocols: labels of message tags. */
enum l4_protocol {
	L4_PROTO_NONE = 0,           /* ordinary messages; gates, for a factory */
	L4_PROTO_ALLOW_SYSCALL = 1,  /* answer to an alien's exception: let the call pass */
	L4_PROTO_IRQ = -1,           /* trigger, unmask; interrupt controllers */
	L4_PROTO_PAGE_FAULT = -2,    /* page fault, to a pager */
	L4_PROTO_EXCEPTION = -5,     /* exception, to a handler */
	L4_PROTO_SIGMA0 = -6,        /* requests to sigma0 */
	L4_PROTO_IO_PAGE_FAULT = -8, /* port fault, never sent here */
	L4_PROTO_KOBJECT = -10,      /* gates and IRQ objects, as the receiver sees them */
	L4_PROTO_TASK = -11,         /* tasks */
	L4_PROTO_THREAD = -12,       /* threads */
	L4_PROTO_LOG = -13,          /* the log */
	L4_PROTO_SCHEDULER = -14,    /* the scheduler */
	L4_PROTO_FACTORY = -15,      /* factories */
	L4_PROTO_VM = -16,           /* hardware virtualisation, absent here */
	L4_PROTO_DMA_SPACE = -17,    /* DMA spaces, absent here */
	L4_PROTO_IRQ_SENDER = -18,   /* IRQ objects: detach */
	L4_PROTO_SEMAPHORE = -20,    /* semaphores */
	L4_PROTO_META = -21,         /* for servers; kernel objects do not know it */
	L4_PROTO_IOMMU = -22,        /* absent here */
	L4_PROTO_DEBUGGER = -23,     /* the debugger */
	L4_PROTO_VCPU_CONTEXT = -25, /* hardware virtualisation, absent here */
	L4_PROTO_PLATFORM_CTL = 0,   /* platform control, on the ICU capability */
};

#endif
