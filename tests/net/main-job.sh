#!/bin/sh
# main-job.sh - two routers share an address; what happens to one, the client does not notice for long.
# shellcheck disable=SC2086,SC2317	# words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

r1=10.9.0.1 r2=10.9.0.2
host r1 eth0=$r1/24
host r2 eth0=$r2/24
host c eth0=10.9.0.9/24
CONF_TOP="vrrp_script web {
	script \"/usr/bin/test -e /run/web\"
	interval 0.1
	weight -60
}"
track='track_script {
		web
	}'
conf r1 150 "$track"
conf r2 100 "$track"
on r1 touch /run/web
on r2 touch /run/web

served_by() { net c ping -q -c 1 -W 1 $VIP >/dev/null && net c ip neigh show $VIP | grep -q "$2"; }
mac1=$(net r1 ip -o link show eth0 | sed 's/.*ether \([0-9a-f:]*\).*/\1/')
mac2=$(net r2 ip -o link show eth0 | sed 's/.*ether \([0-9a-f:]*\).*/\1/')

# NAME HOST MAC OTHER: the address is there and only there, the client knows
moved() {
	soon "$1: $2 has the address, $4 has not" 20 sole_master "$2" "$4"
	soon "$1: the client reaches $2" 20 served_by "$2" "$3"
}
# prints what of the capture comes from HOST's MAC, one word a frame, runs of a word joined
story() {
	frames c eth0 "ether src $1" | sed -n -e 's/.*VRRPv3.* prio \([0-9]*\),.*/advert-\1/p' \
		-e "s/.*ARP, Request who-has $VIP .* tell $VIP,.*/garp/p" | uniq -c | awk '{ print $2 (($2 == "garp") ? "*" $1 : "") }'
}

capture c eth0
start_vrrpd r2 $LAB/r2.conf
moved 'alone' r2 "$mac2" r1
story "$mac2" >$LAB/story
same 'take-over: first an advert, then announcements' "$(head -n 2 $LAB/story | tr '\n' ' ' | sed 's/\*.*//')" 'advert-100 garp'
start_vrrpd r1 $LAB/r1.conf
moved 'the better one comes' r1 "$mac1" r2
soon 'the better one comes: r2 says why' 20 logged r2 'Entering BACKUP STATE: advert with a higher priority (150, ours 100) from 10.9.0.1'
same 'state file' "$(on r1 grep -E '^(STATE|PRIORITY)=' /run/vrrpd/VI_1.state | tr '\n' ' ')" 'STATE=MASTER PRIORITY=150 '

on r1 rm /run/web
moved 'the check fails' r2 "$mac2" r1
soon 'the check fails: said' 20 logged r1 'Changing effective priority from 150 to 90'
on r1 touch /run/web
moved 'the check is good again' r1 "$mac1" r2

cable r1 out
moved 'the cable is pulled' r2 "$mac2" r1
soon 'the cable is pulled: said' 20 logged r1 'Entering FAULT STATE: interface eth0 is down or has no carrier'
cable r1 in
moved 'the cable is back' r1 "$mac1" r2

forget r2
hit r1 vrrpd KILL
cable r1 out
soon 'power is lost: r2 has the address' 20 has_vip r2
soon 'power is lost: r2 says why' 20 logged r2 'Entering MASTER STATE: silence for 0.'
soon 'power is lost: the client reaches r2' 20 served_by r2 "$mac2"
is 'power is lost: the dead one could not clean up' has_vip r1
cable r1 in
start_vrrpd r1 $LAB/r1.conf
moved 'power is back' r1 "$mac1" r2

end c tcpdump-eth0 INT
rm -f $LAB/c/eth0.pcap
capture c eth0
forget r2
now_cs
began=$now_cs
end r1 vrrpd TERM
now_cs
is 'TERM: it has ended within a second' [ $((now_cs - began)) -lt 100 ]
is 'TERM: no address is left' no_vip r1
moved 'TERM' r2 "$mac2" r1
soon 'TERM: r2 heard it' 20 logged r2 'Entering MASTER STATE: 10.9.0.1 left (priority 0)'
story "$mac1" >$LAB/story
same 'TERM: its last word is priority 0, once' "$(tail -n 1 $LAB/story) $(grep -cx advert-0 $LAB/story)" 'advert-0 1'
is 'TERM: the state file is gone' on r1 test ! -e /run/vrrpd/VI_1.state
is 'TERM: the pid file is gone' on r1 test ! -e /run/vrrpd/vrrpd.pid
end r2 vrrpd TERM
is 'the last one leaves nothing' no_vip r2
finish
