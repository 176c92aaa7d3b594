# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# Shared by the check scripts. Each check prints `<name>: <n> files ... ok` or one line
# `<file>:<line>: <what is wrong>` per finding, then `FAIL <name>: <n> findings: <what to do>`,
# and exits with 1. L4UX_ROOT lets the self-test point a check at a tree of bad examples.

TOOLS=$(CDPATH='' cd -- "$(dirname "$0")" && pwd)
ROOT=${L4UX_ROOT:-$TOOLS/..}
cd "$ROOT" || exit 70

# Files of the project: what git knows or would add. Without git, all but the build trees.
list_files() {
	if [ -z "${L4UX_ROOT:-}" ] && git rev-parse --git-dir >/dev/null 2>&1; then
		git ls-files --cached --others --exclude-standard
	else
		find . \( -path ./.git -o -path './build*' \) -prune -o -type f -print |
			sed 's|^\./||'
	fi | while IFS= read -r file; do
		[ -f "$file" ] && printf '%s\n' "$file"
	done | sort -u
}

list_c() { list_files | grep -E '\.[ch]$'; }

# need_tool <name of the check> <command>
need_tool() {
	command -v "$2" >/dev/null && return
	echo "FAIL $1: $2 is not installed; tools/install-deps.sh --for check installs it"
	exit 1
}

# finish <name> <summary> <findings> <advice>
finish() {
	if [ -z "$3" ]; then
		echo "$1: $2, ok"
		exit 0
	fi
	printf '%s\n' "$3"
	echo "FAIL $1: $(printf '%s\n' "$3" | wc -l) findings: $4"
	exit 1
}
