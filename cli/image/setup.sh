#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Makes a fresh Debian root directory fit for a guest: names, mounts, network, logins. Run by
# mmdebstrap, before the image is made, as root of the (maybe unprivileged) name space it works in:
#   ROOT as first argument; L4UX_HOSTNAME, L4UX_AUTOLOGIN (1 or nothing), L4UX_SSH_KEY (one line or
#   nothing) and L4UX_PASSWORD (nothing: root needs none) in the environment.
set -eu
root=$1

put() { mkdir -p "$(dirname "$root$1")"; cat >"$root$1"; }

echo "$L4UX_HOSTNAME" | put /etc/hostname
printf '127.0.0.1\tlocalhost\n127.0.1.1\t%s\n' "$L4UX_HOSTNAME" | put /etc/hosts
echo '/dev/vda / ext4 errors=remount-ro,discard 0 1' | put /etc/fstab

# what the guest gets anew when it needs it
rm -rf "$root"/var/lib/apt/lists/*_* "$root"/var/cache/apt/*.bin \
	"$root"/var/cache/apt/archives/*.deb

# The kernel asks for an address while it boots (l4ux linux --net=user) and keeps the answer here.
ln -sf /proc/net/pnp "$root/etc/resolv.conf"

if [ -n "$L4UX_PASSWORD" ]; then
	echo "root:$L4UX_PASSWORD" | chroot "$root" chpasswd
else
	chroot "$root" passwd --delete --quiet root
fi
if [ -n "$L4UX_SSH_KEY" ]; then
	mkdir -p "$root/root/.ssh"
	chmod 700 "$root/root/.ssh"
	echo "$L4UX_SSH_KEY" >"$root/root/.ssh/authorized_keys"
	chmod 600 "$root/root/.ssh/authorized_keys"
fi

login=
[ -z "$L4UX_AUTOLOGIN" ] || login='--autologin root'
if [ -d "$root/run/systemd" ] || [ -e "$root/lib/systemd/systemd" ]; then
	for unit in serial-getty@hvc0 getty@tty1; do
		put "/etc/systemd/system/$unit.service.d/l4ux.conf" <<-EOF
			[Service]
			ExecStart=
			ExecStart=-/sbin/agetty $login --noclear --keep-baud %I 115200,38400 linux
		EOF
	done
	# a guest has the modules it was built with, and the clock of the host
	for unit in systemd-timesyncd.service systemd-modules-load.service apt-daily.timer \
		apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer; do
		ln -sf /dev/null "$root/etc/systemd/system/$unit"
	done
fi
if [ -e "$root/etc/inittab" ]; then
	put /usr/local/sbin/l4ux-getty <<-EOF
		#!/bin/sh
		# A login on a terminal that may not be there: then there is nothing to do.
		[ -c "/dev/\$1" ] || exec sleep infinity
		exec /sbin/agetty $login --noclear "\$1" 38400 linux
	EOF
	chmod 755 "$root/usr/local/sbin/l4ux-getty"
	sed -i -e '/getty/d' "$root/etc/inittab"
	cat >>"$root/etc/inittab" <<-EOF
		h0:2345:respawn:/usr/local/sbin/l4ux-getty hvc0
		1:2345:respawn:/usr/local/sbin/l4ux-getty tty1
	EOF
fi
