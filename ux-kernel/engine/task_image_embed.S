/* SPDX-License-Identifier: MIT */
/* The linked task image, carried inside the kernel program (TASK_IMAGE_FILE: set by the build). */
	.section .rodata
	.globl task_image, task_image_end
	.balign 16
task_image:
	.incbin TASK_IMAGE_FILE
task_image_end:
	.section .note.GNU-stack, "", @progbits
