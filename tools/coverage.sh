#!/bin/sh
# SPDX-License-Identifier: MIT
# Which lines of the microkernel's core a command reaches, for a build with -DL4UX_COVERAGE=ON:
#
#	tools/coverage.sh BUILD-DIRECTORY COMMAND [ARGUMENT...]
#
# Runs the command, then prints each file's share and the total; the lines never reached are left
# in BUILD-DIRECTORY/coverage/*.gcov, marked #####.
set -eu
source=$(realpath "$(dirname "$0")/..")
build=$(realpath "$1")
shift
objects=$build/ux-kernel/CMakeFiles/ux-core.dir/core
find "$build" -name '*.gcda' -delete
"$@" || exit $?
mkdir -p "$build/coverage"
cd "$build/coverage"
rm -f ./*.gcov
gcov -p -r -s "$source" "$objects"/*.gcda >gcov.log
awk -F: '
	FNR == 1 { name = FILENAME; sub(/.*#/, "", name); sub(/\.gcov$/, "", name) }
	FILENAME ~ /#core#.*\.c\.gcov/ && $1 !~ /-/ {
		all[name]++
		total++
		if ($1 ~ /#####/) { missed[name]++; gone++ }
	}
	END {
		for (n in all)
			printf "%-24s %5.1f %% of %4d lines\n", n, 100 - 100 * missed[n] / all[n],
				all[n] | "sort"
		close("sort")
		printf "core: %.1f %% of %d lines\n", 100 - 100 * gone / total, total
	}' ./*.gcov
