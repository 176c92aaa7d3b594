// SPDX-License-Identifier: GPL-2.0-only
/* 511 GiB: all that UML's three-level page tables can hold, plus the two stub pages it deducts. */
unsigned long os_get_top_address(void);
unsigned long os_get_top_address(void)
{
	return 0x7fc0002000;
}
