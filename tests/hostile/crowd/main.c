/* SPDX-License-Identifier: MIT */
/*
 * A thousand tasks with four threads each: all of them are made, every thread talks to us and we
 * to it, then all are deleted. Kernel memory in use must be what it was. Whether the kernel's
 * process is what it was is looked at from outside (check.py), at the lines that begin with a
 * dot; we wait there for a while.
 *
 *	l4ux run crowd [TASKS [TIMES]]
 */
#include <l4/abi/init.h>
#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/ipc.h>
#include <l4/sys/kip.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>
#include <l4/ux/check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define TASKS_MAX 4000U
#define THREADS 4U
#define WARM_UP 64U /* more than the processes the kernel keeps for the next task */
#define SLOT(n) ((l4_cap_idx_t)(n) << L4_CAP_SHIFT)
#define FIRST_SLOT 0x1000U
#define SLOTS_OF_TASK (2 + THREADS)
#define TASK(i) SLOT(FIRST_SLOT + (i)*SLOTS_OF_TASK)
#define GATE(i) SLOT(FIRST_SLOT + (i)*SLOTS_OF_TASK + 1)
#define THREAD(i, k) SLOT(FIRST_SLOT + (i)*SLOTS_OF_TASK + 2 + (k))
#define CAPS_OF_TABLE 256U
#define LOW_PRIO 5
#define QUESTION 0x71L
#define PAUSE_US 500000

void crowd_entry(void);

/*
 * The threads: sp is a number. They send it to the gate in slot 4, take the answer's word for
 * their number, and begin again. No stack, no data.
 */
__asm__(".text\n"
	".balign 4096\n"
	".globl crowd_entry\n"
	"crowd_entry:\n"
	"	mov %rsp, %rbx\n"
	"1:	mov %gs:0, %rdi\n"
	"	mov %rbx, (%rdi)\n"
	"	mov $0x710001, %eax\n"
	"	mov $0x4003, %edx\n"
	"	xor %r8d, %r8d\n"
	"	syscall\n"
	"	mov %gs:0, %rdi\n"
	"	mov (%rdi), %rbx\n"
	"	jmp 1b\n"
	"	.balign 4096\n");

static void must(l4_msgtag_t tag, const char *what, unsigned task)
{
	long e = l4_error(tag);

	if (e >= 0)
		return;
	printf("crowd: cannot %s of task %u: %ld\n", what, task, e);
	exit(EXIT_FAILURE);
}

static void thread_make(unsigned i, unsigned k)
{
	l4_sched_param_t p = l4_sched_param(LOW_PRIO, 0);

	must(l4_factory_create_thread(L4_BASE_FACTORY_CAP, THREAD(i, k)), "create a thread", i);
	l4_thread_control_start();
	l4_thread_control_bind((l4_utcb_t *)(L4_INIT_UTCB_ADDR + k * L4_UTCB_OFFSET), TASK(i));
	must(l4_thread_control_commit(THREAD(i, k)), "bind a thread", i);
	must(l4_thread_ex_regs(THREAD(i, k), (l4_addr_t)crowd_entry, i * THREADS + k, 0),
	     "start a thread", i);
	must(l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, THREAD(i, k), &p), "run a thread", i);
}

static void task_make(unsigned i)
{
	l4_fpage_t area = l4_fpage(L4_INIT_UTCB_ADDR, L4_PAGESHIFT, 0);

	must(l4_factory_create_task(L4_BASE_FACTORY_CAP, TASK(i), &area), "create the UTCBs", i);
	must(l4_task_map(TASK(i), L4_BASE_TASK_CAP,
			 l4_fpage((l4_addr_t)crowd_entry, L4_PAGESHIFT, L4_FPAGE_RX),
			 l4_map_control((l4_addr_t)crowd_entry, 0, L4_MAP_ITEM_MAP)),
	     "map the code", i);
	must(l4_factory_create_gate(L4_BASE_FACTORY_CAP, GATE(i), L4_BASE_THREAD_CAP, i << 4),
	     "create the gate", i);
	must(l4_task_map(TASK(i), L4_BASE_TASK_CAP, l4_obj_fpage(GATE(i), 0, L4_CAP_FPAGE_RWS),
			 l4_map_obj_control(L4_BASE_PAGER_CAP, L4_MAP_ITEM_MAP)),
	     "give the gate", i);
	for (unsigned k = 0; k < THREADS; k++)
		thread_make(i, k);
}

static l4_msgtag_t answer(l4_umword_t word, l4_utcb_t *u, l4_umword_t *label)
{
	l4_utcb_mr_u(u)->mr[0] = word;
	return l4_ipc_reply_and_wait(u, l4_msgtag(0, 1, 0, 0), label, L4_IPC_NEVER);
}

/* Each thread asks twice: with its number, then with our answer, its number with a bit set. */
static void talk(unsigned tasks)
{
	const l4_umword_t second = 1UL << 32;
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr, label, asked[2] = { 0, 0 };
	l4_msgtag_t tag = l4_ipc_wait(u, &label, L4_IPC_NEVER);

	for (;;) {
		l4_umword_t who = mr[0] & ~second;

		if (l4_msgtag_label(tag) != QUESTION || (label & ~15UL) >> 4 != who / THREADS ||
		    who >= tasks * THREADS) {
			printf("crowd: a message %ld with label 0x%lx and word 0x%lx\n",
			       l4_msgtag_label(tag), label, mr[0]);
			exit(EXIT_FAILURE);
		}
		asked[mr[0] >> 32]++;
		if (asked[1] == tasks * THREADS)
			break;
		if (mr[0] & second) /* enough: it waits for an answer until it is deleted */
			tag = l4_ipc_wait(u, &label, L4_IPC_NEVER);
		else
			tag = answer(mr[0] | second, u, &label);
	}
	if (asked[0] != asked[1]) {
		printf("crowd: %lu first questions, %lu second ones\n", asked[0], asked[1]);
		exit(EXIT_FAILURE);
	}
}

static void task_end(unsigned i)
{
	for (unsigned k = 0; k < THREADS; k++)
		must(l4_task_delete_obj(L4_BASE_TASK_CAP, THREAD(i, k)), "delete a thread", i);
	must(l4_task_delete_obj(L4_BASE_TASK_CAP, TASK(i)), "delete the task", i);
	must(l4_task_delete_obj(L4_BASE_TASK_CAP, GATE(i)), "delete the gate", i);
}

static unsigned long now(void)
{
	return l4_kip_clock(l4_kip());
}

static void pause(const char *line)
{
	printf("%s\n", line);
	l4_ipc_sleep(l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_from_us(PAUSE_US)));
}

static void crowd(unsigned tasks, bool tell)
{
	unsigned long start = now(), made, talked, end;

	for (unsigned i = 0; i < tasks; i++)
		task_make(i);
	made = now();
	talk(tasks);
	talked = now();
	if (tell)
		pause(".all");
	end = now();
	for (unsigned i = 0; i < tasks; i++)
		task_end(i);
	if (tell)
		printf("crowd: %u tasks, us for each: %lu made, %lu talked to, %lu deleted\n",
		       tasks, (made - start) / tasks, (talked - made) / tasks,
		       (now() - end) / tasks);
}

/* Our own capability table grows where it is used: not something to find later. */
static void slots_touch(unsigned tasks)
{
	for (unsigned n = 0; n < tasks * SLOTS_OF_TASK + CAPS_OF_TABLE; n += CAPS_OF_TABLE) {
		l4_cap_idx_t slot = SLOT(FIRST_SLOT + n);

		l4_task_map(L4_BASE_TASK_CAP, L4_BASE_TASK_CAP,
			    l4_obj_fpage(L4_BASE_LOG_CAP, 0, L4_CAP_FPAGE_RO),
			    l4_map_obj_control(slot, L4_MAP_ITEM_MAP));
		l4_task_unmap(L4_BASE_TASK_CAP, l4_obj_fpage(slot, 0, L4_CAP_FPAGE_RWSD),
			      L4_FP_ALL_SPACES);
	}
}

int main(int argc, char **argv)
{
	unsigned long tasks = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
	unsigned long times = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	long before, after;

	if (!tasks || tasks > TASKS_MAX) {
		printf("crowd: 1 to %u tasks\n", TASKS_MAX);
		return EXIT_FAILURE;
	}
	slots_touch(tasks);
	crowd(WARM_UP < tasks ? WARM_UP : tasks, false);
	before = l4_ux_kmem_used();
	pause(".before");
	while (times--)
		crowd(tasks, true);
	after = l4_ux_kmem_used();
	pause(".after");
	printf("crowd: kernel memory in use: %ld bytes before, %ld after\n", before, after);
	if (before != after || l4_ux_check()) {
		printf("crowd: not as it was\n");
		return EXIT_FAILURE;
	}
	printf("ok\n");
	return EXIT_SUCCESS;
}
