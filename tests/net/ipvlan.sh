#!/bin/sh
# ipvlan.sh - use_ipvlan, and virtual MACs below a VRF, where the kernel has them; without, what is done instead.
. "${0%/*}/lib.sh"

host a eth0=10.9.0.1/24
host b eth0=10.9.0.2/24
on_dev() { net "$1" ip -o addr show dev "$2" 2>/dev/null | grep -q " $3/"; }
no_link() { ! net "$1" ip link show "$2" >/dev/null 2>&1; }
link_is() { net "$1" ip -d -j link show "$2" 2>/dev/null | grep -q "$3"; }

conf a 150 'use_ipvlan 10.9.0.77 private group 5'
conf b 100 use_ipvlan
capture b eth0
start_vrrpd a $LAB/a.conf
start_vrrpd b $LAB/b.conf
if net a ip link show vrrp.51 >/dev/null 2>&1; then
	soon 'addresses on an ipvlan' 5 on_dev a vrrp.51 $VIP
	is 'with its flag and group' link_is a vrrp.51 '"group":"5".*"info_kind":"ipvlan".*private'
	soon 'adverts from its address' 3 sh -c "tcpdump -n -r $LAB/b/eth0.pcap 'ip proto 112' 2>/dev/null | grep -q '10.9.0.77 > 224.0.0.18'"
	is 'the backup has none' no_vip b
	on b ping -c 2 -i 0.3 -W 2 $VIP >/dev/null && ok 'the other reaches it' || not_ok 'the other reaches it' 'no answer'
	end a vrrpd KILL
	soon 'the backup takes over' 10 on_dev b vrrp.51 $VIP
	start_vrrpd a $LAB/a.conf
	soon 'and gives it back' 10 no_vip b
	soon 'to an ipvlan made anew' 5 on_dev a vrrp.51 $VIP
else
	skip ipvlan 'the kernel has none (tests/boot/guest tests/net/ipvlan.sh has one)'
	soon 'no ipvlan in the kernel: plain addresses' 5 on_dev a eth0 $VIP
	is 'and it is said' logged a 'the kernel has no macvlan or ipvlan'
	soon 'adverts from its address all the same' 3 sh -c "tcpdump -n -r $LAB/b/eth0.pcap 'ip proto 112' 2>/dev/null | grep -q '10.9.0.77 > 224.0.0.18'"
fi
end a vrrpd
end b vrrpd
is 'no device is left' no_link a vrrp.51
if net a ip link add red type vrf table 100 2>/dev/null; then
	net a ip link set red up
	net a ip link set eth0 master red
	conf a 150 use_vmac
	start_vrrpd a $LAB/a.conf
	soon 'in a VRF: master' 5 on_dev a vrrp.51 $VIP
	is 'the device joins it' link_is a vrrp.51 '"master":"red"'
	on b ping -c 2 -i 0.3 -W 2 $VIP >/dev/null && ok 'and is reached' || not_ok 'and is reached' 'no answer'
	end a vrrpd
else
	skip VRF 'the kernel has none (tests/boot/guest tests/net/ipvlan.sh has one)'
fi
finish
