#!/bin/sh
# SPDX-License-Identifier: MIT
# Writes files on an ext4 file system until it is through, or the disk fails; then gives the disk
# its power back and looks whether all that was acknowledged is there.
# usage: journal ROUNDS MOUNT-OPTIONS
rounds=$1 options=$2 disk=/dev/vda acknowledged=/tmp/acknowledged

content() { # file, version
	yes "file $1, version $2" | head -n 600
}

# One update as a careful program makes it: a new file, on the disk before it takes the old one's
# name; the name is on the disk before anybody is told.
update() { # file, version
	content "$1" "$2" >"/mnt/$1.new" && sync "/mnt/$1.new" && mv "/mnt/$1.new" "/mnt/$1" &&
		sync /mnt && echo "$2" >"$acknowledged/$1"
}

work() {
	mount -t ext4 -o "$options" "$disk" /mnt || return 1
	for version in $(seq "$rounds"); do
		for file in a b c; do
			update "$file" "$version" || return 1
		done
	done
}

power_on() {
	umount /mnt
	cd /sys/bus/virtio/drivers/virtio_blk || return 1
	echo virtio0 >unbind
	echo virtio0 >bind
	cd /
}

is_alive() {
	dd if=$disk of=/dev/null bs=4096 count=1 iflag=direct
}

# The last version that was acknowledged, or the next one, in full.
is_right() { # file
	version=$(cat "$acknowledged/$1")
	[ "$version" != 0 ] || [ -e "/mnt/$1" ] || return 0
	content "$1" "$version" | cmp -s - "/mnt/$1" ||
		content "$1" "$((version + 1))" | cmp -s - "/mnt/$1"
}

verdict() { # text, status; not when it is the disk that has failed again
	is_alive || return
	echo "$1"
	exit "$2"
}

look() {
	power_on
	mount -t ext4 -o "$options" "$disk" /mnt || {
		verdict "INCONSISTENT: it cannot be mounted" 4
		return
	}
	for file in a b c; do
		is_right "$file" || {
			verdict "LOST: of file $file, version $version was acknowledged" 3
			return
		}
	done
	umount /mnt
	e2fsck -fn $disk >/tmp/e2fsck
	case $? in
	0) verdict "consistent, and all that was acknowledged is there" 0 ;;
	8) ;; # it could not read: the disk has failed once more
	*) verdict "INCONSISTENT: $(grep -m 1 '[.?]' /tmp/e2fsck)" 4 ;;
	esac
}

exec 2>/dev/null
dmesg -n 1
mkdir $acknowledged
for file in a b c; do
	echo 0 >$acknowledged/$file
done
work || echo "recovering: the disk has failed"
look
echo "recovering: the disk has failed while it was looked at"
look
echo "the disk does not come back"
exit 5
