// SPDX-License-Identifier: GPL-2.0-only
/*
 * The "epoll" face that arch/um/kernel/irq.c wants to its device interrupts. What it calls a
 * file descriptor is an L4 interrupt number here (L4H_IRQ_*).
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <irq_user.h>
#include <os.h>
#include "os_l4.h"

static struct {
	void *data;
	int events;
} source[L4H_IRQ_MAX];

static u64 fd_pending;                 /* raised, not yet reported */
static int ready[L4H_IRQ_MAX], nready; /* reported by the last "epoll_wait" */

/* Called by the dispatcher: note the sources; is there anything for sigio_handler()? */
u64 l4_irq_fd_pending(u64 mask)
{
	return fd_pending |= mask;
}

int os_waiting_for_events_epoll(void)
{
	int irq;

	for (nready = 0; fd_pending;) {
		irq = __ffs64(fd_pending);
		fd_pending &= ~BIT_ULL(irq);
		if (source[irq].events)
			ready[nready++] = irq;
	}
	return nready;
}

void *os_epoll_get_data_pointer(int index)
{
	return source[ready[index]].data;
}

int os_epoll_triggered(int index, int events)
{
	return source[ready[index]].events & events;
}

int os_event_mask(enum um_irq_type type)
{
	return type == IRQ_READ ? 1 : 2;
}

int os_add_epoll_fd(int events, int fd, void *data)
{
	if (fd < 0 || fd >= L4H_IRQ_MAX)
		return -EINVAL;
	source[fd].data = data;
	source[fd].events = events;
	return 0;
}

int os_mod_epoll_fd(int events, int fd, void *data)
{
	return os_add_epoll_fd(events, fd, data);
}

int os_del_epoll_fd(int fd)
{
	if (fd < 0 || fd >= L4H_IRQ_MAX)
		return -EINVAL;
	source[fd].events = 0;
	return 0;
}

int os_setup_epoll(void)
{
	return 0;
}

void os_close_epoll_fd(void)
{
}

void os_set_ioignore(void)
{
}

int os_set_fd_async(int fd)
{
	return 0;
}

int os_clear_fd_async(int fd)
{
	return 0;
}

void maybe_sigio_broken(int fd)
{
}

int ignore_sigio_fd(int fd)
{
	return 0;
}

void free_irqs(void);
void free_irqs(void)
{
}
