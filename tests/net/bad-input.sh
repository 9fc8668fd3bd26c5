#!/bin/sh
# bad-input.sh - files that are no configuration, rights that are missing, disks that are full: one clear line each,
# an exit code, no crash and no half take-over.
# shellcheck disable=SC2016,SC2086,SC2317	# for the hosts' shells; words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

host r1 eth0=10.9.0.1/24
conf r1 150
good=$LAB/r1.conf bad=$LAB/bad.conf

# NAME CODE TEXT OPTION...: vrrpd ends with that code, says it, and has set nothing
refuses() {
	name=$1 code=$2 text=$3
	shift 3
	on r1 timeout 20 ${with:-} $VRRPD -n -l -G "$@" >$LAB/said 2>&1 </dev/null
	same "$name: exit code" $? $code
	if ! grep -qF -e "$text" $LAB/said; then
		not_ok "$name: says why" "[$(tail -n 3 $LAB/said)], want [$text]"
	else
		ok "$name: says why"
	fi
	is "$name: no address" no_vip r1
	with=
}
tests_as() { on r1 timeout 20 $VRRPD -t -f $2 >$LAB/said 2>&1 </dev/null; same "$1: -t" $? $3; }

refuses 'no such file' 6 "$LAB/nowhere: No such file or directory" -f $LAB/nowhere
tests_as 'no such file' $LAB/nowhere 4
mkdir $LAB/dir.conf
refuses 'a directory' 2 "$LAB/dir.conf" -f $LAB/dir.conf
cp $good $bad
chmod 0 $bad
with='setpriv --bounding-set -dac_override,-dac_read_search --inh-caps -dac_override,-dac_read_search'
refuses 'unreadable' 2 "$bad: cannot be read: Permission denied" -f $bad
chmod 644 $bad

head -c 200000 /dev/urandom >$bad
refuses 'noise' 2 "$bad cannot be used" -f $bad
tests_as 'noise' $bad 4
cat $VRRPD >$bad
refuses 'a program' 2 "$bad cannot be used" -f $bad
is 'a program: in a few words' [ "$(grep -c . $LAB/said)" -lt 6 ]
is 'a program: the terminal stays whole' [ -z "$(tr -d '\n\t -~\200-\377' <$LAB/said)" ]
head -c 3000000 /dev/zero | tr '\0' '{' >$bad
refuses 'three million braces' 2 "$bad cannot be used" -f $bad
{ cat $good; head -c 3000000 /dev/zero | tr '\0' 'x'; } >$bad
refuses 'a line of three megabytes' 2 "$bad cannot be used" -f $bad
printf 'include %s\n' $bad >$bad
refuses 'a file that includes itself' 2 "$bad" -f $bad
sed 's/priority 150/priority 999/; s/router_id 51/router_id/' $good >$bad
refuses 'two mistakes' 2 'virtual_router_id' -f $bad
refuses 'two mistakes, both are named' 2 '999' -f $bad
sed 's/interface eth0/interface an-interface-with-a-long-name/' $good >$bad
refuses 'an interface name that is too long' 2 'an-interface-with-a-long-name' -f $bad
: >$bad
tests_as 'an empty file' $bad 0

with='setpriv --bounding-set -net_raw --inh-caps -net_raw'
refuses 'without CAP_NET_RAW' 4 'not permitted without CAP_NET_RAW' -f $good
with='setpriv --bounding-set -net_admin --inh-caps -net_admin'
refuses 'without CAP_NET_ADMIN' 4 'not permitted without CAP_NET_ADMIN' -f $good
with='setpriv --reuid 65534 --clear-groups'
refuses 'as nobody' 4 'not permitted without CAP_NET_RAW and CAP_NET_ADMIN' -f $good
refuses 'unknown option' 2 '--frobnicate' --frobnicate
refuses 'option without its value' 2 '-f' -f

# places for files that take none: the routers matter more
on r1 sh -c 'mkdir -p /run/full /run/ro && mount -t tmpfs -o size=4k full /run/full && mount -t tmpfs -o ro ro /run/ro'
on r1 sh -c 'echo x >/run/full/filler; ! dd if=/dev/zero of=/run/full/more bs=1k count=64 2>/dev/null'
forget r1
bg r1 full $VRRPD -n -l -G -f $good --run-dir /run/full
soon 'full disk: works all the same' 20 has_vip r1
said() { grep -qF -e "$2" $LAB/r1/$1.log; }
soon 'full disk: said' 20 said full 'No space left on device'
for _ in 1 2 3; do
	cable r1 out
	wait_until 20 no_vip r1
	cable r1 in
	wait_until 20 has_vip r1
done
is 'full disk: not said each time' [ "$(grep -c 'No space left' $LAB/r1/full.log)" -lt 4 ]
end r1 full
is 'full disk: stops cleanly' no_vip r1
bg r1 ro $VRRPD -n -l -G -f $good --run-dir /run/ro
wait_until 5 has_vip r1 || wait_until 1 gone r1 ro
if has_vip r1; then ok 'read-only run directory: works'; else is 'read-only run directory: ends, says why' said ro 'Read-only file system'; fi
end r1 ro
is 'read-only run directory: nothing is left' no_vip r1

# a full disk that comes later
start_vrrpd r1 $good
soon 'disk fills later: MASTER before' 20 has_vip r1
on r1 mount -t tmpfs -o size=4k full /run/vrrpd
on r1 sh -c 'cd /run/vrrpd; echo x >filler; ! dd if=/dev/zero of=more bs=1k count=64 2>/dev/null'
cable r1 out
soon 'disk fills later: FAULT is FAULT' 20 no_vip r1
cable r1 in
soon 'disk fills later: MASTER is MASTER' 20 has_vip r1
on r1 umount /run/vrrpd
end r1 vrrpd
is 'disk fills later: stops cleanly' no_vip r1
finish
