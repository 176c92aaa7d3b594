/* SPDX-License-Identifier: MIT */
/* Standard input and output, when something else than the guest's console wants them. */
#ifndef CLI_STANDARD_IO_H
#define CLI_STANDARD_IO_H

/*
 * Both, as descriptors of the caller's own; the console is left without input and prints where
 * messages go. One can have them. 0, or an exit status after a report, which names @option.
 */
int standard_io_take(const char *option, int fd[2]);

/* As they were, for the same command once more. */
void standard_io_give_back(void);

#endif
