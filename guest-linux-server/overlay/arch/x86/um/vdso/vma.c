// SPDX-License-Identifier: GPL-2.0-only
/*
 * The vDSO's two pages, at the very end of each user address space: data, which timekeeping keeps
 * up to date and programs only read, and the image, which finds the data just below itself.
 */
#include <linux/binfmts.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <asm/elf.h>
#include <asm/page.h>
#include <asm/vdso/sigreturn.h>
#include <asm/vdso/vsyscall.h>
#include <shared/l4fpu.h>
#include <shared/l4host.h>

unsigned long um_vdso_addr;

extern unsigned long task_size;
extern char vdso_start[], vdso_end[];

/* Before there are pages to allocate, timekeeping writes here. */
static struct vdso_data early_data[CS_BASES];
struct vdso_data *l4_vdso_data = early_data;

static struct page *data_pages[2], *image_pages[2]; /* the second ends the list */

static const struct vm_special_mapping data_mapping = { .name = "[vvar]", .pages = data_pages };
static const struct vm_special_mapping image_mapping = { .name = "[vdso]", .pages = image_pages };

static int __init init_vdso(void)
{
	struct vdso_data *data;
	unsigned long flags;
	char *image;
	int i;

	BUILD_BUG_ON(sizeof(early_data) > PAGE_SIZE);
	BUG_ON(vdso_end - vdso_start > PAGE_SIZE);
	data = (void *)get_zeroed_page(GFP_KERNEL);
	image_pages[0] = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!data || !image_pages[0])
		panic("l4: no memory for the vDSO");
	data_pages[0] = virt_to_page(data);
	image = page_address(image_pages[0]);
	memcpy(image, vdso_start, vdso_end - vdso_start);
	*(u64 *)(image + L4_VDSO_FPU_FEATURES) = l4_fpu_features();
	*(u32 *)(image + L4_VDSO_FPU_SIZE) = l4_fpu_user_size();
	local_irq_save(flags);
	memcpy(data, early_data, sizeof(early_data));
	for (i = 0; i < CS_BASES; i++)
		data[i].arch_data.scaler = l4h_clock_scaler();
	l4_vdso_data = data;
	local_irq_restore(flags);
	um_vdso_addr = task_size - PAGE_SIZE;
	return 0;
}
subsys_initcall(init_vdso);

int arch_setup_additional_pages(struct linux_binprm *bprm, int uses_interp)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	vma = _install_special_mapping(mm, um_vdso_addr - PAGE_SIZE, PAGE_SIZE,
				       VM_READ | VM_MAYREAD, &data_mapping);
	if (!IS_ERR(vma))
		vma = _install_special_mapping(
			mm, um_vdso_addr, PAGE_SIZE,
			VM_READ | VM_EXEC | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC, &image_mapping);
	mmap_write_unlock(mm);
	return PTR_ERR_OR_ZERO(vma);
}

/* A program may have unmapped or moved it. */
unsigned long l4_vdso_sigreturn(void)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	bool there;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, um_vdso_addr);
	there = vma && vma_is_special_mapping(vma, &image_mapping) && vma->vm_start == um_vdso_addr;
	mmap_read_unlock(mm);
	return there ? um_vdso_addr + L4_VDSO_SIGRETURN_ENTRY : 0;
}
