// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which pages of a file programs fault on: the same ones each time, since it is the same program or
 * library. So the first fault in a mapping of it brings the others, too; most of what starting a
 * program costs are these faults.
 *
 * A file is known by device, inode number and generation. There is room for a few files, the one
 * used longest ago makes way, and for a number of pages each. Nothing here needs to be right.
 */
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include "os_l4.h"

#define FILES 32
#define PAGES 96
#define WRITE 1U /* in a page entry: page offset * 2 + WRITE */

struct hot_file {
	dev_t dev;
	unsigned long ino;
	u32 generation;
	unsigned int count;
	u64 used; /* when, counted in faults; 0: free */
	u32 page[PAGES];
};

static struct hot_file files[FILES];

static struct hot_file *find(const struct inode *inode)
{
	struct hot_file *f, *oldest = files;
	static u64 now;

	for (f = files; f < files + FILES; f++) {
		if (f->used && f->ino == inode->i_ino && f->dev == inode->i_sb->s_dev &&
		    f->generation == inode->i_generation)
			break;
		if (f->used < oldest->used)
			oldest = f;
	}
	if (f == files + FILES) {
		f = oldest;
		*f = (struct hot_file){ .dev = inode->i_sb->s_dev,
					.ino = inode->i_ino,
					.generation = inode->i_generation };
	}
	f->used = ++now;
	return f;
}

static void remember(struct hot_file *f, unsigned long pgoff, bool write)
{
	u32 entry = pgoff << 1 | (write ? WRITE : 0);
	unsigned int i;

	for (i = 0; i < f->count; i++) {
		if (f->page[i] >> 1 == pgoff) {
			f->page[i] |= entry;
			return;
		}
	}
	if (f->count < PAGES)
		f->page[f->count++] = entry;
}

/*
 * There was a fault at va (0: none, the mapping is new) in a mapping of a file. The caller has the
 * mmap lock.
 */
void l4_hot_fault(struct vm_area_struct *vma, unsigned long va, bool write)
{
	struct l4_mm *m = l4_mm_of(&vma->vm_mm->context.id);
	struct hot_file *f = find(file_inode(vma->vm_file));
	unsigned long pgoff, addr;
	unsigned int i;

	for (i = 0; i < f->count && m->upgrade_count < L4_UPGRADE_MAX; i++) {
		pgoff = f->page[i] >> 1;
		addr = vma->vm_start + ((pgoff - vma->vm_pgoff) << PAGE_SHIFT);
		if (pgoff < vma->vm_pgoff || addr >= vma->vm_end ||
		    addr >> PAGE_SHIFT == va >> PAGE_SHIFT)
			continue;
		if (!l4_shadow_has(m, addr, f->page[i] & WRITE))
			l4_ahead_prepare(vma, addr, f->page[i] & WRITE);
	}
	if (va)
		remember(f, vma->vm_pgoff + ((va - vma->vm_start) >> PAGE_SHIFT), write);
}
