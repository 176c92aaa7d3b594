#!/bin/sh
# SPDX-License-Identifier: MIT
# Nothing in the project may depend on one person's machine or on a server that others cannot
# reach: no home or work directories, no path that leads out of the project, no private host.
. "$(dirname "$0")/lib.sh"

DIRS='(^|[^A-Za-z0-9_.}/$-])/(home|root|Users|work|workspace|data|srv)/[A-Za-z0-9_.]'
HOSTS='(kernel|debian|l4re|spdx|oasis-open|example|w3)\.org|github\.com|os\.inf\.tu-dresden\.de'
URL='https?://[^/ )>"]+'
SKIP='^LICENSES/|^tools/(check-foreign|test-checks)\.sh$'
PORTS='(localhost|127\.0\.0\.1):[0-9]|\b(10|192\.168|172\.16)(\.[0-9]+){2,3}:[0-9]'

findings() {
	list_files | grep -vE "$SKIP" | while IFS= read -r file; do
		LC_ALL=C grep -qI . "$file" || continue
		grep -nE "$DIRS" "$file" |
			sed "s|^\([0-9]*\):.*|$file:\1: directory of one machine|"
		grep -noE "$URL" "$file" | grep -vE "[/.]($HOSTS)\$" |
			sed "s|^\([0-9]*\):\(.*\)|$file:\1: not a well-known host: \2|"
		grep -nE "$PORTS" "$file" |
			sed "s|^\([0-9]*\):.*|$file:\1: fixed address and port|"
	done
	list_files | while IFS= read -r file; do
		case $file in *.md | *.sh | .ci/*) ;; *) continue ;; esac
		ups=$(dirname "$file" | awk -F/ '{ print ($0 == ".") ? 1 : NF + 1 }')
		grep -nE "(^|[^./A-Za-z0-9>}])(\.\./){$ups}[a-z]" "$file" |
			sed "s|^\([0-9]*\):.*|$file:\1: path leads out of the project|"
	done
}
finish foreign "$(list_files | wc -l) files" "$(findings)" \
	'name nothing that only exists on one machine'
