#!/bin/sh
# SPDX-License-Identifier: MIT
# A check that never fails checks nothing: runs each of them on input that is wrong on purpose,
# and on input that is right.
tools=$(CDPATH='' cd -- "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 70
trap 'rm -rf "$work"' EXIT
export L4UX_ROOT="$work/tree"
failures=0 cases=0

fresh() {
	rm -rf "$work/tree"
	mkdir -p "$work/tree/LICENSES" "$work/tree/ux-kernel/core" "$work/tree/ux-kernel/host" \
		"$work/tree/libl4/include/l4/abi" "$work/tree/examples"
	echo text >"$work/tree/LICENSES/MIT.txt"
	echo text >"$work/tree/LICENSES/GPL-2.0-only.txt"
	cp "$tools/../.clang-format" "$work/tree/"
	put libl4/include/l4/abi/a.h 'int l4_a(void);'
	put ux-kernel/host/mem.h 'int host_mem(void);'
	put ux-kernel/core/ok.c '#include <stdint.h>' '#include <l4/abi/a.h>' '' \
		'int l4_a(void)' '{' '	return 1;' '}'
}

# put <file> <line>...: a file with a licence line.
put() {
	path=$work/tree/$1
	shift
	mkdir -p "$(dirname "$path")"
	printf '%s\n' '/* SPDX-License-Identifier: MIT */' "$@" >"$path"
}

# expect pass|fail <check> <text that must appear> [argument]
expect() {
	cases=$((cases + 1))
	output=$("$tools/$2" ${4+"$4"} 2>&1)
	status=$?
	case $1$status in pass0 | fail[1-9]*) ;; *) status=wrong ;; esac
	if [ "$status" = wrong ] || ! printf '%s\n' "$output" | grep -qF -- "$3"; then
		failures=$((failures + 1))
		printf 'selftest: %s should %s and say "%s"; it said:\n%s\n' \
			"$2" "$1" "$3" "$output"
	fi
}

fresh
for check in format text sizes spdx foreign; do
	expect pass "check-$check.sh" ', ok'
done
expect pass check-includes.py ', ok'

fresh; put examples/a.c 'int  l4_b( void ) { return 1; }'
expect fail check-format.sh 'examples/a.c:2:'

fresh; put examples/a.c 'int a; '
expect fail check-text.sh 'a.c:2: blank at the end'
fresh; put examples/a.c "$(printf 'int a;\r')"
expect fail check-text.sh 'a.c:2: blank at the end'
fresh; put examples/a.c "/* $(printf '%0100d' 0) */"
expect fail check-text.sh 'a.c:2: 106 columns'
fresh; printf '/* SPDX */' >"$work/tree/examples/a.c"
expect fail check-text.sh 'a.c: no newline'
fresh; put examples/a.c '/* TO''DO: later */'
expect fail check-text.sh 'a.c:2: reminder'

fresh; yes '/* line */' | head -n 600 >"$work/tree/examples/a.c"
expect pass check-sizes.sh 'largest 600 examples/a.c'
echo '/* one more */' >>"$work/tree/examples/a.c"
expect fail check-sizes.sh 'examples/a.c: 601 lines'

fresh; echo 'int a;' >"$work/tree/examples/a.c"
expect fail check-spdx.sh 'examples/a.c:1: no SPDX line'
fresh; put guest-linux-server/overlay/a.c 'int a;'
expect fail check-spdx.sh 'expected GPL-2.0-only'
fresh; printf '#!/bin/sh\ntrue\n' >"$work/tree/examples/run"
expect fail check-spdx.sh 'examples/run:1: no SPDX line'
fresh; rm "$work/tree/LICENSES/MIT.txt"
expect fail check-spdx.sh 'LICENSES/MIT.txt: missing'

fresh; put ux-kernel/core/a.c '#include <stdio.h>'
expect fail check-includes.py 'a.c:2: ux-kernel/core may not include stdio.h'
fresh; put ux-kernel/core/a.c '#include "host/mem.h"'
expect fail check-includes.py 'a.c:2: ux-kernel/core may not include host/mem.h'
fresh; put ux-kernel/core/a.c '#include "../host/mem.h"'
expect fail check-includes.py 'may not include ../host/mem.h'
fresh; put examples/a.c '#include <unistd.h>'
expect fail check-includes.py 'examples/a.c:2: an L4 program may not include unistd.h'
fresh; put ux-kernel/core/a.h '#include "b.h"'; put ux-kernel/core/b.h '#include "a.h"'
expect fail check-includes.py 'circular include: ux-kernel/core/a.h -> ux-kernel/core/b.h'

# header <line>...: a public header with a source, and these lines
header() {
	put libl4/include/l4/abi/a.h '/* About. Source: here. */' '#ifndef A' '#define A' '' "$@" \
		'' '#endif'
	mkdir -p "$work/tree/docs/interface/src"
}
fresh; header '/* One. */' 'enum l4_a {' '	L4_A = 1, /* a thing */' '};'
expect pass manual/manual.py '0 pages, 1 declarations, ok' --check
fresh; header '/* One. */' 'enum l4_a {' '	L4_A = 1,' '};'
expect fail manual/manual.py 'l4_a: L4_A says nothing about itself' --check
fresh; header '/* One. */' 'typedef struct l4_a {' '	uint64_t b;' '} l4_a_t;'
expect fail manual/manual.py 'l4_a_t: b says nothing about itself' --check
fresh; header 'static inline int l4_a(void)' '{' '	return 1;' '}'
expect fail manual/manual.py 'function l4_a says nothing about itself' --check
fresh; header '/* One. */' 'int l4_a(void);'; echo '# A' >"$work/tree/docs/interface/src/a.md"
expect fail manual/manual.py 'docs/interface/a.md: not up to date' --check
echo '@ops l4_b' >"$work/tree/docs/interface/src/a.md"
expect fail manual/manual.py 'src/a.md:1:' --check

fresh; put examples/a.c 'const char *path = "/home/someone/linux";'
expect fail check-foreign.sh 'a.c:2: directory of one machine'
fresh; put examples/a.c '/* http://build.corp.invalid/x */'
expect fail check-foreign.sh 'not a well-known host'
fresh; put examples/a.c '/* gdb on localhost:1234 */'
expect fail check-foreign.sh 'fixed address and port'
fresh; echo 'See ../notes/plan.md' >"$work/tree/README.md"
expect fail check-foreign.sh 'README.md:1: path leads out'
fresh; mkdir "$work/tree/docs"; echo 'See ../README.md' >"$work/tree/docs/a.md"
expect pass check-foreign.sh ', ok'

if command -v shellcheck >/dev/null; then
	fresh; printf '#!/bin/sh\nif [ $a = b ]; then\n' >"$work/tree/examples/run"
	expect fail check-shell.sh 'examples/run:'
fi
if command -v codespell >/dev/null; then
	fresh; put examples/a.c '/* the sepe''rate one */'
	expect fail check-spelling.sh 'examples/a.c:2'
fi
if command -v cppcheck >/dev/null; then
	fresh; put examples/a.c 'int l4_b(void)' '{' '	int a[2] = { 0, 0 };' '	return a[2];' '}'
	expect fail check-lint.sh 'examples/a.c:5' "$work"
fi

if [ $failures -gt 0 ]; then
	echo "FAIL selftest: $failures of $cases cases"
	exit 1
fi
echo "selftest: the checks catch $cases cases, ok"
