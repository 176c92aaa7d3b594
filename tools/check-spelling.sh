#!/bin/sh
# SPDX-License-Identifier: MIT
# codespell on everything; words of the trade it does not know are in tools/words.txt.
. "$(dirname "$0")/lib.sh"

need_tool spelling codespell
bad=$(list_files | grep -vE '^LICENSES/|words\.txt$' |
	xargs -r codespell -I "$TOOLS/words.txt" 2>&1)
finish spelling "$(list_files | wc -l) files" "$bad" \
	'correct them, or add the word to tools/words.txt'
