#!/bin/sh
# SPDX-License-Identifier: MIT
# Each source file names its licence in its first line (second after #!): GPL-2.0-only for what
# is linked into Linux, either for what builds that, MIT for everything else. Both texts are in
# LICENSES/.
. "$(dirname "$0")/lib.sh"

wanted() {
	case $1 in
	guest-linux-server/overlay/*) echo 'GPL-2.0-only' ;;
	guest-linux-server/*) echo 'MIT or GPL-2.0-only' ;;
	*) echo 'MIT' ;;
	esac
}

is_source() {
	case $1 in
	LICENSES/*) return 1 ;;
	*.[chS] | *.lds | *.sh | *.py | *.cmake | *.bats | *.config) return 0 ;;
	*CMakeLists.txt | *Makefile* | *Kconfig | *Kbuild | .ci/*) return 0 ;;
	esac
	[ "$(head -c 2 "$1" | tr -d '\0')" = '#!' ]
}

sources() {
	list_files | while IFS= read -r file; do
		is_source "$file" && printf '%s\n' "$file"
	done
}

findings() {
	sources | while IFS= read -r file; do
		tag=$(sed -n '1{/^#!/n;p;q}' "$file" | grep -o 'SPDX-License-Identifier: [^ ]*')
		wanted=$(wanted "$file")
		case " $wanted " in
		*" ${tag#*: } "*) ;;
		*) echo "$file:1: ${tag:-no SPDX line}, expected $wanted" ;;
		esac
	done
	for licence in MIT GPL-2.0-only; do
		[ -s LICENSES/$licence.txt ] || echo "LICENSES/$licence.txt: missing"
	done
}
finish spdx "$(sources | wc -l) files" "$(findings)" \
	'begin each file with its SPDX-License-Identifier'
