/* SPDX-License-Identifier: GPL-2.0-only */
/* Doorbells of devices that are waited for by sleeping (os-L4/bell.c). */
#ifndef L4BELL_H
#define L4BELL_H

/*
 * Rings the bell of device @n before anything else happens: before user code or another thread
 * runs, an interrupt is handled, or the CPU sleeps. Not for who waits for the device in a loop.
 */
void l4_bell_soon(int n);

#endif
