#!/bin/sh
# vrf.sh - instances without interface in a VRF: adverts leave by it and come in through it, the socket is bound to it.
# shellcheck disable=SC2086	# words without blanks
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

host a eth0=10.9.0.1/24
host b eth0=10.9.0.2/24
net a ip link add red type vrf table 100 2>/dev/null || { skip vrf 'the kernel has none (tests/boot/guest tests/net/vrf.sh has one)'; exit 0; }
net b ip link add red type vrf table 100
for row in a:1:2:200 b:2:1:100; do
	h=${row%%:*} row=${row#*:}
	net $h ip link set red up
	net $h ip link set eth0 master red
	printf '%s\n' 'global_defs {' 'vrrp_version 3' '}' 'vrrp_instance VI_1 {' 'vrf red' 'virtual_router_id 51' "priority ${row##*:}" \
		'advert_int 0.2' "unicast_src_ip 10.9.0.${row%%:*}" 'unicast_peer {' "10.9.0.$(peer=${row#*:}; echo ${peer%%:*})" '}' \
		'virtual_ipaddress {' "$VIP/24 dev eth0" '}' '}' >$LAB/$h.conf
done
start_vrrpd a $LAB/a.conf
soon 'master' 10 has_vip a
start_vrrpd b $LAB/b.conf
sleep 2
is 'the other hears it through its VRF' sole_master a b
end a vrrpd
soon 'and hears it leave' 10 has_vip b
start_vrrpd a $LAB/a.conf
soon 'and come back' 10 sole_master a b
net a ip link set red down
soon 'the VRF is down: fault' 10 logged a 'Entering FAULT STATE: interface red is down'
finish
