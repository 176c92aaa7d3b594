#!/bin/sh
# SPDX-License-Identifier: MIT
# No source file beyond 600 lines; one concept per file. Prints the median, which should stay
# below 100.
. "$(dirname "$0")/lib.sh"

MAX=600
sizes=$(list_files | grep -E '\.([chS]|sh|py|cmake)$|CMakeLists\.txt$|Makefile$' |
	while IFS= read -r file; do
		echo "$(wc -l <"$file") $file"
	done | sort -n)
summary=$(printf '%s\n' "$sizes" | awk '
	NF { n++; size[n] = $1; sum += $1; last = $0 }
	END { if (n) printf "%d files, %d lines, median %d, p90 %d, largest %s",
		n, sum, size[int((n + 1) / 2)], size[int((n * 9 + 9) / 10)], last
	      else printf "0 files" }')
bad=$(printf '%s\n' "$sizes" | awk -v max=$MAX \
	'$1 > max { print $2 ": " $1 " lines, limit " max }')
[ -z "$bad" ] || echo "sizes: $summary"
finish sizes "$summary" "$bad" 'split these files by concept'
