#!/bin/sh
# conntrack-role.sh master|backup|fault - what conntrackd does when the role changes; conntrack-pair.conf calls it.
# A command that fails or hangs (2 s) is logged and does not keep the address away.
FILE=/run/vrrpd.ct		# 1: not ready to answer for the gateway address

ct() {
	timeout 2 conntrackd "$1" || logger -t conntrack-role "conntrackd $1: failed"
}
say() { echo "$1" >"$FILE.new" && mv "$FILE.new" "$FILE"; }

case $1 in
master)
	ct -c		# what the other one knew goes into the kernel
	say 0		# the address comes now
	ct -f		# both caches are emptied, then filled from the kernel
	ct -R
	ct -B		# and all of it goes to the other machine
	;;
backup)
	say 1
	ct -t		# connections that end unseen shall not stay for days
	ct -n		# ask the new master for what it has
	;;
fault)
	say 1
	ct -t
	;;
*)
	echo "usage: ${0##*/} master|backup|fault" >&2
	exit 2
	;;
esac
