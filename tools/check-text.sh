#!/bin/sh
# SPDX-License-Identifier: MIT
# Text hygiene: no blanks at line ends, no CR, a newline at the end, no line beyond 100 columns
# in code, no reminder to oneself left behind.
. "$(dirname "$0")/lib.sh"

LIMIT=100
MARKS='TO''DO|FIX''ME|XX''X'

findings() {
	list_files | grep -v '^LICENSES/' | while IFS= read -r file; do
		LC_ALL=C grep -qI . "$file" || continue # binary or empty
		[ -z "$(tail -c 1 "$file")" ] || echo "$file: no newline at the end"
		# An empty line of context in a patch is a blank.
		LC_ALL=C grep -nE "[[:blank:]]+$|$(printf '\r')" "$file" |
			case $file in *.patch) grep -v '^[0-9]*: $' ;; *) cat ;; esac |
			sed "s|^\([0-9]*\):.*|$file:\1: blank at the end of the line|"
		case $file in
		*.[chS] | *.sh | *.cmake | *CMakeLists.txt)
			expand "$file" | awk -v f="$file" -v n=$LIMIT \
				'length > n { print f ":" NR ": " length " columns, limit " n }'
			grep -nE "\b($MARKS)\b" "$file" |
				sed "s|^\([0-9]*\):.*|$file:\1: reminder left in the code|"
			;;
		esac
	done
}
finish text "$(list_files | wc -l) files" "$(findings)" 'edit these lines'
