/* SPDX-License-Identifier: MIT */
/* The linked task image, carried inside the kernel program (TASK_IMAGE_FILE: set by the build). */
	.section .rodata
	.globl task_image, task_image_size
	.balign 16
task_image:
	.incbin TASK_IMAGE_FILE
1:
	.balign 8
task_image_size:
	.quad 1b - task_image
	.section .note.GNU-stack, "", @progbits
