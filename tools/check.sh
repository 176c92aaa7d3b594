#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs the static checks. `check.sh BUILD-DIRECTORY [CHECK...]`; without names, all of them.
# Exit status: 0 all passed, 1 at least one did not.
dir=$(dirname "$0")
build=${1:-build}
[ $# -gt 0 ] && shift
failed=''
[ $# -gt 0 ] ||
	set -- selftest format text sizes spdx includes foreign shell manual spelling lint

for check; do
	case $check in
	selftest) "$dir/test-checks.sh" ;;
	includes) "$dir/check-includes.py" ;;
	manual) "$dir/manual/manual.py" --check ;;
	lint) "$dir/check-lint.sh" "$build" ;;
	*)
		[ -x "$dir/check-$check.sh" ] || { echo "check.sh: no check '$check'"; exit 64; }
		"$dir/check-$check.sh"
		;;
	esac || failed="$failed $check"
done

if [ -n "$failed" ]; then
	echo "check: FAILED:$failed"
	exit 1
fi
echo 'check: all passed'
