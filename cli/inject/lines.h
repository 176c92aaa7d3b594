/* SPDX-License-Identifier: MIT */
/* results.jsonl: one JSON object a line for each row of the database. */
#ifndef INJECT_LINES_H
#define INJECT_LINES_H

struct store;
struct store_row;

/* Writes the file anew from the database, and leaves it open. 0, or a status after a report. */
int lines_rewrite(struct store *s);

/* A row that is not committed yet: it reaches the file with lines_flush(). */
void lines_add(struct store *s, const struct store_row *row);
int lines_flush(struct store *s);

#endif
