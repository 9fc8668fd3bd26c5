#!/bin/sh
# killed.sh - kill -9: what the next start finds and puts right (sysctls, an owner's addresses), and what a client notices when it
# comes at once.
# timeout: 100
# shellcheck disable=SC2016,SC2086,SC2317	# for the hosts' shells; words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"
command -v python3 >/dev/null || lab_cannot 'the command python3 is missing'

host r1 eth0=10.9.0.1/24
host r2 eth0=10.9.0.2/24
host c eth0=10.9.0.7/24
sysctl_is() { [ "$(on r1 cat /proc/sys/net/ipv4/conf/eth0/$1)" = "$2" ]; }
none() { ! on r1 pgrep vrrpd >/dev/null; }	# the helper holds the pid file's lock for a moment more
kill_it() { hit r1 vrrpd KILL; wait_until 5 none; }

# what was turned is turned back by the next one, whatever its file says
for name in promote_secondaries accept_local; do
	on r1 sh -c "echo 0 >/proc/sys/net/ipv4/conf/eth0/$name"
done
conf r1 100 promote_secondaries
start_vrrpd r1 $LAB/r1.conf
wait_until 10 has_vip r1
is 'promote_secondaries: on' sysctl_is promote_secondaries 1
claimed() { net c python3 "${0%/*}/forge.py" eth0 arp --addr $VIP --mac 02:66:00:00:00:01 --count 1; sysctl_is accept_local 1; }
soon 'a claim: accept_local is on' 10 claimed
soon 'it is noted' 5 on r1 grep -qx 30eth0 /run/vrrpd/left
kill_it
is 'killed: both stay' sysctl_is promote_secondaries 1
is 'killed: both stay, the other one' sysctl_is accept_local 1
conf r1 100
forget r1
start_vrrpd r1 $LAB/r1.conf
is 'started without the word: promote_secondaries is as it was' sysctl_is promote_secondaries 0
is 'and accept_local' sysctl_is accept_local 0
wait_until 10 has_vip r1
no_notes() { ! on r1 test -e /run/vrrpd/left; }
soon 'nothing is turned: no notes' 5 no_notes
conf r1 100 promote_secondaries
hit r1 vrrpd HUP
soon 'a reload: on again' 5 sysctl_is promote_secondaries 1
soon 'and noted' 5 on r1 grep -qx 20eth0 /run/vrrpd/left
kill_it
on r1 sh -c 'echo 0 >/proc/sys/net/ipv4/conf/eth0/promote_secondaries'
forget r1
start_vrrpd r1 $LAB/r1.conf
is 'somebody else was quicker: on for the word' sysctl_is promote_secondaries 1
end r1 vrrpd
is 'a stop: off' sysctl_is promote_secondaries 0
is 'and no notes' no_notes

# An owner. This kernel says who set an address; an older one is played by an address without mark, and no other that has
# one: IPv6's own have.
on r1 sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6'
unmark() { net r1 ip addr del $1 dev eth0 && net r1 ip addr add $1 dev eth0; }
conf r1 255
forget r1
start_vrrpd r1 $LAB/r1.conf
soon 'owner: noted that it sets the address' 10 on r1 grep -qsx OWNED=no /run/vrrpd/VI_1.state
kill_it
unmark $VIP/24
forget r1
start_vrrpd r1 $LAB/r1.conf
soon 'owner: again after a kill' 10 logged r1 'Entering MASTER STATE'
wait_until 5 on r1 grep -qsx OWNED=no /run/vrrpd/VI_1.state
kill_it
unmark $VIP/24
start_vrrpd r1 $LAB/r1.conf
end r1 vrrpd
is 'owner: what it had set itself goes, after another kill too' no_vip r1
net r1 ip addr add $VIP/24 dev eth0
start_vrrpd r1 $LAB/r1.conf
wait_until 5 on r1 test -s /run/vrrpd/VI_1.state
is "owner: noted that the address is the machine's" eval '! on r1 grep OWNED /run/vrrpd/VI_1.state'
kill_it
start_vrrpd r1 $LAB/r1.conf
end r1 vrrpd
is "owner: the machine's stays" has_vip r1
# the marks are believed before any notes
on r1 sh -c 'echo 0 >/proc/sys/net/ipv6/conf/all/disable_ipv6'
net r1 ip addr del $VIP/24 dev eth0
forget r1
start_vrrpd r1 $LAB/r1.conf
soon 'owner, marks: noted that it sets the address' 10 on r1 grep -qsx OWNED=no /run/vrrpd/VI_1.state
kill_it
start_vrrpd r1 $LAB/r1.conf
wait_until 5 on r1 test -s /run/vrrpd/VI_1.state
kill_it
unmark $VIP/24
start_vrrpd r1 $LAB/r1.conf
end r1 vrrpd
is 'owner, marks: what the machine had set meanwhile stays' has_vip r1
net r1 ip addr del $VIP/24 dev eth0

# Killed, and the other one has taken over meanwhile, or it cannot be MASTER: what it left goes as before
conf r1 150 nopreempt
conf r2 100
start_vrrpd r1 $LAB/r1.conf
wait_until 10 has_vip r1
start_vrrpd r2 $LAB/r2.conf
kill_it
wait_until 10 has_vip r2
forget r1
start_vrrpd r1 $LAB/r1.conf
soon 'another one is MASTER: what was left goes' 5 sole_master r2 r1
is 'and it stays so: nopreempt' no_log r1 'Entering MASTER'
end r2 vrrpd
wait_until 10 has_vip r1
kill_it
sed -i 's/nopreempt/track_interface {\n eth9\n }/' $LAB/r1.conf
forget r1
start_vrrpd r1 $LAB/r1.conf
soon 'a fault: what was left goes' 5 no_vip r1
end r1 vrrpd

# a script whose first result is awaited: the addresses stay meanwhile
CONF_TOP='vrrp_script slow {
	script "/bin/sleep 0.4"
	interval 5
	user root
}' conf r1 150 'track_script {' slow '}'
start_vrrpd r1 $LAB/r1.conf
wait_until 10 has_vip r1
bg r1 monitor ip -o monitor address
forget r1
kill_it
start_vrrpd r1 $LAB/r1.conf
soon 'a slow script: MASTER again' 10 logged r1 'Entering MASTER'
is 'a slow script: the address was there all the while' [ ! -s $LAB/r1/monitor.log ]
end r1 monitor
end r1 vrrpd

# packets that are not taken are not taken meanwhile either
conf r1 150 no_accept
sed -i 's/advert_int 0.1/advert_int 1/' $LAB/r1.conf
start_vrrpd r1 $LAB/r1.conf
wait_until 10 has_vip r1
kill_it
forget r1
start_vrrpd r1 $LAB/r1.conf
is 'no_accept: the address stays' has_vip r1
is 'no_accept: no packet is taken' eval '! net c ping -c 3 -i 0.1 -W 1 $VIP >/dev/null'
is 'no_accept: and that was before it is MASTER' no_log r1 'Entering MASTER'
soon 'no_accept: MASTER' 10 logged r1 'Entering MASTER'
is 'no_accept: no packet is taken by a MASTER' eval '! net c ping -c 3 -i 0.1 -W 1 $VIP >/dev/null'
end r1 vrrpd

# The MASTER is killed and started again within a tenth of a second. gap: the longest time without an answer, in ms
gap() {
	sed -n 's/^\[\([0-9.]*\)\].*bytes from.*/\1/p' $LAB/c/ping.log |
		awk 'NR > 1 && $1 - was > most { most = $1 - was } { was = $1 } END { print (NR ? int(most * 1000) : "all") }'
}
# outage NAME VERSION INTERVAL SECONDS
outage() {
	for h in r1:150 r2:100; do
		conf ${h%:*} ${h#*:}
		sed -i "s/vrrp_version 3/vrrp_version $2/; s/advert_int 0.1/advert_int $3/" $LAB/${h%:*}.conf
		forget ${h%:*}
		start_vrrpd ${h%:*} $LAB/${h%:*}.conf
	done
	wait_until 20 sole_master r1 r2
	forget r1
	forget r2
	: >$LAB/c/ping.log
	bg c ping ping -n -D -i 0.01 $VIP
	wait_until 5 grep -q 'bytes from' $LAB/c/ping.log
	sleep 0.3
	kill_it
	sleep 0.1
	start_vrrpd r1 $LAB/r1.conf
	sleep $4
	end c ping INT
	gap=$(gap)
	echo "# $1: $gap ms without an answer; the peer took over $(log_count r2 'Entering MASTER') times"
	is "$1: hardly noticed" [ "$gap" -lt 1000 ]
	is "$1: its addresses were not touched before" logged r1 'was MASTER when it was killed: its addresses stay'
	soon "$1: the better one is MASTER" 20 sole_master r1 r2
	end r1 vrrpd
	end r2 vrrpd
}
outage 'v3, 100 ms' 3 0.1 2
outage 'v2, 1 s' 2 1 6
finish
