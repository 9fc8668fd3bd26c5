#!/bin/sh
# if-words.sh - what the configuration says of interfaces and sockets, and who else has an address: delays, polling, shared
# pace, sysctls, buffers, filters, claims. Each is looked at in the kernel or on the wire.
# timeout: 90
# shellcheck disable=SC2016,SC2317,SC2086	# for the host's shell; called by name; words without blanks
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"
for tool in python3 tcpdump; do
	command -v $tool >/dev/null || lab_cannot "the command $tool is missing"
done

here=$(cd "${0%/*}" && pwd)
instance() {	# NAME IF VRID LINE...
	printf 'vrrp_instance %s {\n%s\nvirtual_router_id %s\n' $1 "${2:+interface $2}" $3
	shift 3
	printf '%s\n' "$@" '}'
}
vip() { printf 'virtual_ipaddress {\n%s\n}\n' "$@"; }
reload() {	# HOST
	reload_had=$(log_count $1 'reloaded '); hit $1 vrrpd HUP
	reloaded() { [ "$(log_count $1 'reloaded ')" -gt $reload_had ]; }
	wait_until 10 reloaded $1
}
sysctl_is() { [ "$(on $1 cat /proc/sys/net/ipv4/conf/$2/$3)" = $4 ]; }
asked() { on $1 vrrp-state -m | sed -n "s/^vrrp_$2_total{[^}]*\"$3\"[^}]*} //p"; }
claim() {	# ADDRESS [MAC]: x says that it has it
	case $1 in *:*) claim_kind=na ;; *) claim_kind=arp ;; esac
	net x python3 "${0%/*}/forge.py" eth0 $claim_kind --addr $1 --mac ${2:-02:66:00:00:00:01} --count 1
}

host r1 eth0=10.9.0.1/24,fe80::1/64 eth1=10.8.0.1/24 eth2=10.7.0.1/24
host r2 eth0=10.9.0.2/24
host x eth0=10.9.0.77/24
for h in r1 r2; do on $h ln -s $LAB/bin/vrrpd /usr/local/bin/vrrp-state; done
# DEVICE FIELD: 3: receive buffer, 4: instructions of the filter
socket_of() { on r1 python3 "$here/sockets.py" "$(cat $LAB/r1/vrrpd.pid)" | awk -v d=$1 -v f=$2 '$1 == d && $2 == 4 { print $f; exit }'; }

{
	cat <<-END
		interface_up_down_delays {
			eth0 1.5 1
		}
		linkbeat_interfaces {
			eth1 ETHTOOL
		}
		garp_group {
			garp_interval 0.1
			interfaces {
				eth1
				eth2
			}
		}
	END
	instance A eth0 51 'advert_int 1' promote_secondaries 'mcast_dst_ip 224.0.0.99' "$(vip 10.9.0.100/24)"
	instance A6 eth0 51 'advert_int 1' 'version 3' native_ipv6 "$(vip fe80::51 2001:db8::51/64)"
	instance B eth1 52 'version 3' 'advert_int 0.1' 'kernel_rx_buf_size 150000' "$(vip 10.8.0.100/24 10.8.0.101/24)"
	instance C eth2 53 'version 3' 'advert_int 0.1' "$(vip 10.7.0.100/24 10.7.0.101/24)"
} >$LAB/r1.conf
capture r1 eth1
capture r1 eth2
start_vrrpd r1 $LAB/r1.conf
soon 'B is master' 10 has_vip r1 10.8.0.101
soon 'C is master' 10 has_vip r1 10.7.0.101
soon 'A is master' 10 has_vip r1 10.9.0.100

# sockets
is 'promote_secondaries is on' sysctl_is r1 eth0 promote_secondaries 1
is 'and only where it is wanted' sysctl_is r1 eth1 promote_secondaries 0
same 'kernel_rx_buf_size, which the kernel doubles' "$(socket_of eth1 3)" 300000
same 'without a word there is room for a burst' "$(socket_of eth2 3)" 2097152
is "a filter keeps others out ($(socket_of eth2 4) instructions)" [ "$(socket_of eth2 4)" -gt 8 ]
group() { net r1 ip maddr show dev eth0 | grep -q "224.0.0.$1\$"; }
is 'the group is joined' group 99

# garp_group: 4 addresses, 5 rounds, twice: one frame each 0.1 s, on whichever of the two it is
said() { frames r1 $1 -tt arp and ether src "$(on r1 cat /sys/class/net/$1/address)" and ether broadcast; }
arps() { { said eth1; said eth2; } | grep '10[.][78][.]0[.]10' | sed 's/ .*//' | sort -n; }
enough() { [ "$(arps | wc -l)" -ge 12 ]; }
soon 'announcements of a garp_group come' 10 enough
arps | awk 'NR > 1 && ($1 - last < least || !least) { least = $1 - last } { last = $1 } END { printf "%.3f\n", least }' >$LAB/gap
is "garp_group: one pace on two interfaces (least $(cat $LAB/gap) s)" awk '{ exit !($1 > 0.08) }' $LAB/gap

# delays
forget r1
cable r1 out; sleep 0.3; cable r1 in
sleep 1.7
is 'a short loss of the carrier is not seen' no_log r1 'reports eth0 down'
is 'A is master still' has_vip r1
cable r1 out; now_cs; from=$now_cs
soon 'a longer one is' 10 logged r1 'reports eth0 down'
now_cs
is "after the delay ($((now_cs - from)) cs)" [ $((now_cs - from)) -ge 145 ]
cable r1 in; now_cs; from=$now_cs
soon 'the carrier comes back' 10 logged r1 'reports eth0 up'
now_cs
is "after its delay ($((now_cs - from)) cs)" [ $((now_cs - from)) -ge 95 ]
cable r1 out eth1
soon 'polling: down' 10 logged r1 '(B) Entering FAULT'
cable r1 in eth1
soon 'polling: and up' 10 has_vip r1 10.8.0.100

# a reload: words go, group and sysctl with them
sed -i '/promote_secondaries/d; /mcast_dst_ip/d; /kernel_rx_buf/d; s/^garp_group/global_defs {\nvrrp_rx_bufs_policy ADVERT\nvrrp_rx_bufs_multiplier 100\n}\n&/' $LAB/r1.conf
reload r1
is 'a reload without the word: promote_secondaries is off' sysctl_is r1 eth0 promote_secondaries 0
soon 'the other group is joined' 10 group 18
is 'and the old one left' eval '! group 99'
same 'vrrp_rx_bufs_policy ADVERT' "$(socket_of eth2 3)" 12800

# dynamic_interfaces: another kind of interface of the same name
net r1 ip link del eth2
soon 'no eth2' 10 logged r1 '(C) Entering FAULT'
net r1 ip link add eth2 type bridge
net r1 ip link set eth2 up
net r1 ip addr add 10.7.0.1/24 dev eth2
net r1 ip link add p2 type veth peer name q2
net r1 ip link set p2 up
net r1 ip link set q2 master eth2 up
soon 'eth2 is a bridge now: C goes on' 10 has_vip r1 10.7.0.100

# claims
soon 'A is master again' 10 has_vip r1
sleep 1.3
capture r1 eth0
claim 10.9.0.100
soon 'a claim is said' 10 logged r1 '(A) 02:66:00:00:00:01 says on eth0 that it has 10.9.0.100'
same 'and counted' "$(asked r1 address_conflicts A)" 1
answered() { frames r1 eth0 arp and ether src "$(on r1 cat /sys/class/net/eth0/address)" | grep -q 'who-has 10.9.0.100'; }
soon 'and answered by an announcement' 10 answered
claim fe80::51
soon 'the same by neighbour advertisement' 10 logged r1 '(A6) 02:66:00:00:00:01 says on eth0 that it has fe80::51'
claim 10.9.0.99
claim 10.9.0.100 "$(on r1 cat /sys/class/net/eth0/address)"
claim 10.9.0.1
sleep 0.2
same 'others are none: another address, our own MAC' "$(asked r1 address_conflicts A) $(log_count r1 'says on eth0')" '1 2'
is 'A stays master' has_vip r1
soon 'accept_local is back after the last claim' 14 sysctl_is r1 eth0 accept_local 0
sed -i 's/^global_defs {/&\nconflict_action yield/' $LAB/r1.conf
reload r1
claim 10.9.0.100; sleep 1.3
is 'yield: the first claim is defended' has_vip r1
claim 10.9.0.100
soon 'and the second one obeyed' 10 logged r1 '(A) Entering FAULT STATE: another machine has an address on eth0'
soon 'the address is gone' 10 no_vip r1
end r1 vrrpd
is 'a stop leaves accept_local as it was' sysctl_is r1 eth0 accept_local 0

# without a multicast word: sources and peers
{
	instance S eth0 61 'version 3' 'advert_int 0.1' track_src_ip 'mcast_src_ip 10.9.0.61' "$(vip 10.9.0.161/24)"
	instance P eth0 62 'version 3' 'advert_int 0.1' unicast_fault_no_peer 'unicast_peer {
		}' "$(vip 10.9.0.162/24)"
	instance D eth1 63 'version 3' 'advert_int 0.1' dont_track_primary "$(vip 10.8.0.163/24)"
	instance V '' 64 'version 3' 'advert_int 0.1' 'vrf eth0' 'unicast_src_ip 10.9.0.1' 'unicast_peer {
		10.9.0.2
		}' "$(vip '10.9.0.164/24 dev eth0')"
} >$LAB/r1.conf
cable r1 out eth1
start_vrrpd r1 $LAB/r1.conf
soon 'track_src_ip: FAULT without the address' 10 logged r1 '(S) Entering FAULT STATE (init): interface eth0 has no usable source address'
soon 'unicast_fault_no_peer: FAULT' 10 logged r1 '(P) Entering FAULT STATE (init): no unicast peer for P'
soon 'dont_track_primary: master without a carrier' 10 has_vip r1 10.8.0.163
soon 'vrf, without interface: master' 10 has_vip r1 10.9.0.164
is 'its socket is bound to that device' [ -n "$(socket_of eth0 3)" ]
net r1 ip addr add 10.9.0.61/32 dev eth0
soon 'track_src_ip: the address comes' 10 has_vip r1 10.9.0.161
net r1 ip addr del 10.9.0.61/32 dev eth0
soon 'and goes' 10 no_vip r1 10.9.0.161
end r1 vrrpd

# timer_expired_backup
for row in r1:150:nopreempt r2:100:; do
	h=${row%%:*} row=${row#*:}
	conf $h ${row%:*} 'state BACKUP' ${row#*:} "$([ $h = r2 ] || echo timer_expired_backup)"
	start_vrrpd $h $LAB/$h.conf
	[ $h = r2 ] || wait_until 10 has_vip r1
done
forget r1
hit r1 vrrpd STOP
soon 'r1 sleeps: r2 takes over' 10 has_vip r2
hit r1 vrrpd CONT
soon 'it wakes: nopreempt holds' 10 logged r1 'Entering BACKUP STATE: own timer so late that others took over'
soon 'and r2 stays' 5 sole_master r2 r1
end r1 vrrpd
end r2 vrrpd

# an owner whose only address is the VIP, which its backup has: the kernel takes it for a forgery (martian)
net x ip addr flush dev eth0
net r1 ip addr flush dev eth0 scope global
net r1 ip addr add $VIP/24 dev eth0
conf r1 255
conf r2 100
start_vrrpd r1 $LAB/r1.conf
start_vrrpd r2 $LAB/r2.conf
soon 'the owner is master' 10 logged r1 'Entering MASTER'
cable r1 out
soon 'it is cut off: its backup has the address' 10 has_vip r2
is 'accept_local is as it was' sysctl_is r2 eth0 accept_local 0
cable r1 in
soon 'the owner is back: the backup yields' 10 no_vip r2
is 'by its advert' logged r2 'Entering BACKUP STATE: advert with a higher priority (255'
soon 'accept_local is as it was again' 15 sysctl_is r2 eth0 accept_local 0
finish
