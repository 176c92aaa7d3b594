// SPDX-License-Identifier: GPL-2.0-only
/* Boot modules behind the "file" face arch/um uses for initrd=. The RAM file is a no-op. */
#include <linux/kernel.h>
#include <as-layout.h>
#include <os.h>
#include "os_l4.h"

/* Handles of modules are counted from here; RAM_FD is the fake file create_mem_file returns. */
#define RAM_FD 3
#define MODULE_FD 16

static unsigned long read_pos;

int create_mem_file(unsigned long long len)
{
	return l4h_ram_init((unsigned long)uml_physmem, len) < 0 ? -1 : RAM_FD;
}

int os_file_size(const char *file, unsigned long long *size)
{
	unsigned long n = 0;
	long h = l4h_module_find(file, &n);

	*size = n;
	return h < 0 ? h : 0;
}

int os_open_file(const char *file, struct openflags flags, int mode)
{
	unsigned long size;
	long h = l4h_module_find(file, &size);

	read_pos = 0;
	return h < 0 ? h : h + MODULE_FD;
}

int os_read_file(int fd, void *buf, int len)
{
	long n = l4h_module_read(fd - MODULE_FD, read_pos, buf, len);

	if (n > 0)
		read_pos += n;
	return n;
}

void os_close_file(int fd)
{
}

/* arch/um plants its stub page in the RAM file; our RAM is no file and needs no stub. */
int os_seek_file(int fd, unsigned long long offset)
{
	return 0;
}

int os_write_file(int fd, const void *buf, int count)
{
	return count;
}

int os_fsync_file(int fd)
{
	return 0;
}
