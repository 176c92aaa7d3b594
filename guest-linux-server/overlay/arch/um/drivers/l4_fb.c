// SPDX-License-Identifier: GPL-2.0-only
/*
 * The frame buffer: the first view of the console's screen, plain memory. What the kernel draws, or
 * a program writes, is told to the console as rectangles. What a program draws into a mapping of
 * /dev/fb0 nobody sees here, so while there is one we say that we do not tell, and the console
 * looks itself; that is cheaper than a page fault for each page drawn.
 */
#include <linux/fb.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/platform_device.h>
#include <shared/l4host.h>
#include <l4/abi/screen.h>
#include <l4/abi/virtio.h>
#include "l4_screen.h"

#define PALETTE 16

struct l4_fb {
	const struct l4_ux_screen_view *view;
	struct l4_ux_screen_ring *ring;
	int device;
	int mappings;
	u32 palette[PALETTE];
};

static void tell(struct fb_info *info, u32 x, u32 y, u32 w, u32 h)
{
	struct l4_fb *fb = info->par;
	struct l4_ux_screen_ring *r = fb->ring;
	u32 head = r->head;

	if (head - READ_ONCE(r->tail) < L4_UX_SCREEN_RECTS) {
		r->rect[head % L4_UX_SCREEN_RECTS] = (struct l4_ux_screen_rect){ x, y, w, h };
		virt_store_release(&r->head, head + 1);
	} else {
		WRITE_ONCE(r->all, 1);
	}
	/* told before we look whether the console sleeps */
	virt_mb();
	if (READ_ONCE(r->sleeping) && xchg(&r->sleeping, 0))
		l4h_device_ring(fb->device);
}

static void l4_fb_fillrect(struct fb_info *info, const struct fb_fillrect *r)
{
	sys_fillrect(info, r);
	tell(info, r->dx, r->dy, r->width, r->height);
}

static void l4_fb_copyarea(struct fb_info *info, const struct fb_copyarea *a)
{
	sys_copyarea(info, a);
	tell(info, a->dx, a->dy, a->width, a->height);
}

static void l4_fb_imageblit(struct fb_info *info, const struct fb_image *i)
{
	sys_imageblit(info, i);
	tell(info, i->dx, i->dy, i->width, i->height);
}

static ssize_t l4_fb_write(struct fb_info *info, const char __user *buf, size_t count, loff_t *ppos)
{
	u32 first = min_t(u64, *ppos, info->fix.smem_len) / info->fix.line_length;
	ssize_t n = fb_sys_write(info, buf, count, ppos);

	if (n > 0)
		tell(info, 0, first, info->var.xres,
		     DIV_ROUND_UP((u32)*ppos, info->fix.line_length) - first);
	return n;
}

static void show_flags(struct l4_fb *fb)
{
	WRITE_ONCE(fb->ring->flags, fb->mappings ? 0 : L4_UX_SCREEN_TELLS);
}

static void l4_fb_vm_open(struct vm_area_struct *vma)
{
	struct l4_fb *fb = vma->vm_private_data;

	fb->mappings++;
	show_flags(fb);
}

static void l4_fb_vm_close(struct vm_area_struct *vma)
{
	struct l4_fb *fb = vma->vm_private_data;

	fb->mappings--;
	show_flags(fb);
	/* what was drawn last */
	WRITE_ONCE(fb->ring->all, 1);
	l4h_device_ring(fb->device);
}

static const struct vm_operations_struct l4_fb_vm_ops = {
	.open = l4_fb_vm_open,
	.close = l4_fb_vm_close,
};

static int l4_fb_mmap(struct fb_info *info, struct vm_area_struct *vma)
{
	unsigned long len = vma->vm_end - vma->vm_start, offset = vma->vm_pgoff << PAGE_SHIFT;
	int err;

	if (vma->vm_pgoff > info->fix.smem_len >> PAGE_SHIFT || len > info->fix.smem_len - offset)
		return -EINVAL;
	if ((vma->vm_flags & (VM_WRITE | VM_SHARED)) == VM_WRITE)
		return -EINVAL; /* a private copy of a screen */
	err = remap_pfn_range(vma, vma->vm_start, PHYS_PFN(__pa(info->screen_buffer) + offset), len,
			      vma->vm_page_prot);
	if (err)
		return err;
	vma->vm_private_data = info->par;
	vma->vm_ops = &l4_fb_vm_ops;
	l4_fb_vm_open(vma);
	/* it may draw before the console has heard of the mapping */
	l4h_device_ring(((struct l4_fb *)info->par)->device);
	return 0;
}

static int l4_fb_setcolreg(unsigned int n, unsigned int red, unsigned int green, unsigned int blue,
			   unsigned int transp, struct fb_info *info)
{
	const struct fb_var_screeninfo *v = &info->var;

	if (n >= PALETTE)
		return 1;
	((u32 *)info->pseudo_palette)[n] = red >> (16 - v->red.length) << v->red.offset |
					   green >> (16 - v->green.length) << v->green.offset |
					   blue >> (16 - v->blue.length) << v->blue.offset;
	return 0;
}

/* There is one mode. */
static int l4_fb_check_var(struct fb_var_screeninfo *var, struct fb_info *info)
{
	if (var->xres > info->var.xres || var->yres > info->var.yres ||
	    var->bits_per_pixel > info->var.bits_per_pixel)
		return -EINVAL;
	*var = info->var;
	return 0;
}

static const struct fb_ops l4_fb_ops = {
	.owner = THIS_MODULE,
	.fb_read = fb_sys_read,
	.fb_write = l4_fb_write,
	.fb_check_var = l4_fb_check_var,
	.fb_setcolreg = l4_fb_setcolreg,
	.fb_fillrect = l4_fb_fillrect,
	.fb_copyarea = l4_fb_copyarea,
	.fb_imageblit = l4_fb_imageblit,
	.fb_mmap = l4_fb_mmap,
};

static void describe(struct fb_info *info, const struct l4_ux_screen_view *v, void *pixels)
{
	bool deep = v->depth == 32;

	info->screen_buffer = pixels;
	info->screen_size = v->pitch * v->height;
	info->fbops = &l4_fb_ops;
	info->flags = FBINFO_DEFAULT | FBINFO_VIRTFB;
	info->fix = (struct fb_fix_screeninfo){
		.id = "l4ux",
		.smem_start = v->pixels,
		.smem_len = PAGE_ALIGN(v->pitch * v->height),
		.type = FB_TYPE_PACKED_PIXELS,
		.visual = FB_VISUAL_TRUECOLOR,
		.line_length = v->pitch,
	};
	info->var = (struct fb_var_screeninfo){
		.xres = v->width,
		.yres = v->height,
		.xres_virtual = v->width,
		.yres_virtual = v->height,
		.bits_per_pixel = v->depth,
		.red = { deep ? 16 : 11, deep ? 8 : 5, 0 },
		.green = { deep ? 8 : 5, deep ? 8 : 6, 0 },
		.blue = { 0, deep ? 8 : 5, 0 },
		.activate = FB_ACTIVATE_NOW,
		.height = -1,
		.width = -1,
		.vmode = FB_VMODE_NONINTERLACED,
	};
}

static int register_view(struct device *parent, const struct l4_ux_screen_view *v, int device)
{
	struct fb_info *info = framebuffer_alloc(sizeof(struct l4_fb), parent);
	void *pixels = l4h_device_memory(v->pixels, v->size);
	struct l4_fb *fb;
	int err = -ENOMEM;

	if (!info)
		return err;
	fb = info->par;
	fb->view = v;
	fb->device = device;
	fb->ring = l4h_device_memory(v->ring, PAGE_SIZE);
	if (pixels && fb->ring) {
		info->pseudo_palette = fb->palette;
		describe(info, v, pixels);
		show_flags(fb);
		err = register_framebuffer(info);
	}
	if (err)
		framebuffer_release(info);
	return err;
}

void l4_screen_found(void *page, int number)
{
	const struct l4_ux_screen *s = page + L4_UX_SCREEN_OFFSET;
	struct platform_device *parent;

	if (((struct l4virtio_config *)page)->device != L4VIRTIO_ID_INPUT ||
	    s->magic != L4_UX_SCREEN_MAGIC || s->version != L4_UX_SCREEN_VERSION)
		return;
	parent = platform_device_register_simple("l4_fb", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(parent) || register_view(&parent->dev, &s->view[0], number))
		pr_err("l4_fb: the screen does not work\n");
}
