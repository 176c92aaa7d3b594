#!/bin/sh
# SPDX-License-Identifier: MIT
# A key-value store: reads "set KEY VALUE", "get KEY", "restart", "quit" from its standard input.
# What is set is in the log before it is acknowledged; a start reads the log again.
log=/var/store.log

load() {
	count=0
	[ ! -e "$log" ] || while read -r key value; do
		eval "store_$key=\$value"
		count=$((count + 1))
	done <"$log"
	echo "store: ready, $count entries"
}

load
while read -r word key value; do
	case $word in
	set)
		echo "$key $value" >>"$log" && eval "store_$key=\$value" && echo "stored $key"
		;;
	get)
		eval "value=\${store_$key-}"
		echo "value of $key: ${value:-none}"
		;;
	restart) exec "$0" ;;
	quit) exit 0 ;;
	*)
		echo "store: what is '$word'?"
		exit 4
		;;
	esac
done
