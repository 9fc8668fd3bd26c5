#!/bin/sh
# interfaces.sh - interfaces come late, go, come back, change name and address: a master again each time, by itself.
# shellcheck disable=SC2086,SC2317	# words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

host r1
host r2 eth0=10.9.0.2/24
conf r1 150
sed -i 's/eth0/wan/' $LAB/r1.conf
start_vrrpd r1 $LAB/r1.conf

fault() { soon "$1: FAULT" 20 logged r1 "STATE$2: $3"; is "$1: no address" no_vip r1; }
master() { soon "$1: MASTER" 20 logged r1 'Entering MASTER STATE'; soon "$1: address" 20 has_vip r1; }
wan() { net r1 ip link set wan "$@"; }
transitions() { grep -c 'Entering' $LAB/r1/vrrpd.log; }

fault 'missing at start' ' (init)' 'interface wan does not exist'
ip link add r1-wan type veth peer name wan netns "$(cat $LAB/r1/init)"
ip link set r1-wan master lan up
soon 'created: still FAULT, says what is missing' 20 logged r1 'still in FAULT: interface wan is down or has no carrier'
wan up
soon 'up: still FAULT, says what is missing' 20 logged r1 'still in FAULT: interface wan has no usable source address'
net r1 ip addr add 10.9.0.1/24 dev wan
master 'late address'

forget r1
net r1 ip addr del $VIP/24 dev wan
soon 'address deleted by hand: back' 20 has_vip r1
soon 'address deleted by hand: said' 20 logged r1 "$VIP was taken off wan by somebody else: putting it back"
for _ in 1 2 3 4 5 6 7 8 9; do
	wait_until 20 has_vip r1
	net r1 ip addr del $VIP/24 dev wan
done
soon 'address deleted ten times: back' 20 has_vip r1
same 'address deleted ten times: no role changed' "$(transitions)" 0
is 'address deleted ten times: not said ten times' [ "$(log_count r1 'taken off')" -lt 6 ]

wan down
fault 'down' '' 'interface wan is down or has no carrier'
forget r1
wan up
master 'up again'

forget r1
ip link set r1-wan down
fault 'no carrier' '' 'interface wan is down or has no carrier'
forget r1
ip link set r1-wan up
master 'carrier again'

forget r1
net r1 ip link del wan
soon 'deleted: FAULT, says so' 20 logged r1 'interface wan does not exist'
is 'deleted: no address' no_vip r1
forget r1
port r1 wan 10.9.0.1/24
master 'made anew'

forget r1
wan down
wan name lan7
soon 'renamed: FAULT' 20 logged r1 'still in FAULT: interface wan does not exist'
net r1 ip link set lan7 up
is 'renamed: no address' no_vip r1
forget r1
net r1 ip link set lan7 down
net r1 ip link set lan7 name wan
wan up
master 'renamed back'

forget r1
net r1 ip addr add 10.9.0.11/24 dev wan
net r1 ip addr del 10.9.0.1/24 dev wan
fault 'its addresses are gone' '' 'interface wan has no usable source address'
forget r1
net r1 ip addr add 10.9.0.1/24 dev wan
master 'it has an address again'

# with promotion the second one steps in, and nobody need know
net r1 sysctl -q -w net.ipv4.conf.wan.promote_secondaries=1
net r1 ip addr add 10.9.0.11/24 dev wan
capture r2 eth0
forget r1
net r1 ip addr del 10.9.0.1/24 dev wan
from_new() { frames r2 eth0 src 10.9.0.11 and proto 112 | grep -q VRRP; }
soon 'another source address: adverts come from it' 20 from_new
same 'another source address: no role changed' "$(transitions)" 0
is 'another source address: the shared one stays' has_vip r1

net r1 ip link set wan mtu 1400
net r1 ip link set wan txqueuelen 50
same 'other changes: no role changed' "$(transitions)" 0

for _ in 1 2 3 4 5 6 7 8 9 10; do
	wan down
	wan up
done
forget r1
wait_until 20 has_vip r1
soon 'flapping: the address in the end' 20 has_vip r1
pid=$(cat $LAB/r1/vrrpd.pid)
# shellcheck disable=SC2016
before=$(on r1 awk '{ print $14 + $15 }' /proc/$pid/stat)
sleep 1
# shellcheck disable=SC2016
after=$(on r1 awk '{ print $14 + $15 }' /proc/$pid/stat)
is 'flapping: no busy waiting afterwards' [ $((after - before)) -lt 20 ]

end r1 vrrpd
is 'stopped: no address' no_vip r1
finish
