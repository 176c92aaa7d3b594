#!/bin/sh
# SPDX-License-Identifier: MIT
# Every shell script passes shellcheck. (SC2187: it checks ash as dash.)
. "$(dirname "$0")/lib.sh"

scripts=$(list_files | while IFS= read -r file; do
	case $file in *.sh) echo "$file"; continue ;; esac
	head -n 1 "$file" | LC_ALL=C grep -aqE '^#!.*[/ ](ba|da)?sh\b' && echo "$file"
done)
[ -n "$scripts" ] || finish shell '0 files' '' ''
need_tool shell shellcheck
bad=$(printf '%s\n' "$scripts" | xargs shellcheck -x -e SC2187 -f gcc -S warning 2>&1)
finish shell "$(printf '%s\n' "$scripts" | wc -l) files" "$bad" \
	'shellcheck -x FILE explains the codes'
