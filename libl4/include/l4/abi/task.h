/* SPDX-License-Identifier: MIT */
/*
 * Operations of tasks, label L4_PROTO_TASK. Another label is -L4_EBADPROTO, another operation
 * -L4_ENOSYS. Tasks are the one object whose operations run without a send phase too.
 * Source: Fiasco/L4Re ABI, r-2026-W26: l4sys task.h, consts.h.
 */
#ifndef L4_ABI_TASK_H
#define L4_ABI_TASK_H

enum l4_task_op {
	/*
	 * Maps memory or capabilities of another task into this one.
	 * In: MR1 send base and attributes as in a send item, MR2 flexpage, item: source task.
	 * Right: W; capabilities keep S only when both task capabilities have S.
	 * Errors: -L4_EPERM, -L4_EINVAL; IPC error L4_IPC_SEMAPFAILED: no memory for tables.
	 */
	L4_TASK_MAP_OP = 0,
	/*
	 * Takes rights away that were given on.
	 * In: MR1 L4_FP_*, MR2.. flexpages; their rights are those to revoke.
	 * Out: MR2.. the flexpages, rights replaced by access flags: 1 read, 2 written.
	 */
	L4_TASK_UNMAP_OP = 1,
	/*
	 * Asks what is in one capability slot, or whether two hold the same.
	 * In: MR1 selector; with three words MR2 another one.
	 * Out: label 1 yes, 0 no; a special selector is not there.
	 * Errors: -L4_EINVAL: neither two nor three words.
	 */
	L4_TASK_CAP_INFO_OP = 2,
	/*
	 * Adds zeroed memory shared with the kernel, for UTCBs and vCPU states.
	 * In: MR1.. memory flexpages of order 12..17.
	 * Out: MR0.. the flexpages without rights.
	 * Errors: -L4_EINVAL, -L4_EEXIST: range in use, -L4_ENOMEM.
	 */
	L4_TASK_ADD_KU_MEM_OP = 3,
};

#define L4_FP_OTHER_SPACES 0UL        /* revoke from those who have it from the task */
#define L4_FP_ALL_SPACES 0x80000000UL /* and from the task itself */
#define L4_FP_DELETE_OBJ 0xc0000000UL /* and delete the objects, where the task has D */

#endif
