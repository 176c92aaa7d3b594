#!/bin/sh
# SPDX-License-Identifier: MIT
# cppcheck on all of our C that is not linked into Linux, clang-tidy on what the build compiled.
# A test may do what no other program should (end with memory allocated, write a page unchanged).
# Usage: check-lint.sh BUILD-DIRECTORY [SECONDS]; beyond the time limit it gives up and fails.
build=${1:-build} limit=${2:-300}
case $build in /*) ;; *) build=$PWD/$build ;; esac
. "$(dirname "$0")/lib.sh"

files=$(list_files | grep -E '\.c$' | grep -v '^guest-linux-server/overlay/')
[ -n "$files" ] || finish lint '0 files' '' ''
need_tool lint cppcheck
jobs=$(nproc)
out=$(mktemp) || exit 70
trap 'rm -f "$out"' EXIT

# shellcheck disable=SC2086 # the list of files is to be split
timeout "$limit" cppcheck -j "$jobs" --quiet --std=c11 --language=c --inline-suppr \
	--enable=warning,portability --suppress=missingInclude --suppress=unknownMacro \
	--suppress=memleakOnRealloc:tests/* --suppress=selfAssignment:tests/* \
	-D__x86_64__ -D__linux__ -I libl4/include -I ux-kernel --error-exitcode=1 \
	--template='{file}:{line}: {message} [{id}]' $files >"$out" 2>&1
[ $? -ne 124 ] || echo "cppcheck: not finished after $limit s" >>"$out"
tools=cppcheck

database=$build/compile_commands.json
if command -v clang-tidy >/dev/null && [ -s "$database" ]; then
	tools='cppcheck and clang-tidy'
	printf '%s\n' "$files" | while IFS= read -r file; do
		grep -qF "\"file\": \"$(realpath "$file")\"" "$database" && echo "$file"
	done | timeout "$limit" xargs -r -P "$jobs" -n 4 clang-tidy --quiet -p "$build" \
		--extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-error 2>/dev/null |
		grep -E ': (warning|error):' | sort -u |
		sed "s|^$(realpath .)/||; s/ \(warning\|error\): / /" >>"$out"
fi
finish lint "$(printf '%s\n' "$files" | wc -l) files with $tools" "$(cat "$out")" 'correct them'
