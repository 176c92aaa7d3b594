#!/bin/sh
# SPDX-License-Identifier: MIT
# Our C sources look the way .clang-format says. --fix rewrites them.
. "$(dirname "$0")/lib.sh"

files=$(list_c)
[ -n "$files" ] || finish format '0 files' '' ''
need_tool format clang-format

if [ "${1-}" = --fix ]; then
	printf '%s\n' "$files" | xargs clang-format -i
	exit
fi
bad=$(printf '%s\n' "$files" | xargs clang-format --dry-run 2>&1 |
	grep 'clang-format-violations' | sed 's/ warning: / /; s/ \[-Wclang.*//')
finish format "$(printf '%s\n' "$files" | wc -l) files" "$bad" 'run: make format'
