#!/bin/sh
# vmac.sh - virtual MACs: devices, switches of the kernel, who answers and what leaves, before, during and after; killed and
# started again; devices that others remove, bring or refuse.
. "${0%/*}/lib.sh"
MAC4=00:00:5e:00:01:33 MAC6=00:00:5e:00:02:33 VIP6=2001:db8::100

host a eth0=10.9.0.1/24,fe80::a/64,2001:db8::1/64 eth1=10.8.0.1/24
host b eth0=10.9.0.2/24,fe80::b/64,2001:db8::2/64 eth1=10.8.0.2/24
host c eth0=10.9.0.3/24,fe80::c/64,2001:db8::3/64
ln -s vrrpd $LAB/bin/vrrp-state
ip link add lan2 type bridge
ip link set lan2 up
for h in a b; do ip link set $h-eth1 master lan2; done
net a ip link add probe link eth0 type macvlan mode bridge 2>/dev/null || lab_cannot 'the kernel has no macvlan'
net a ip link del probe
for h in a b; do net $h sh -c 'echo 1 >/proc/sys/net/ipv4/conf/all/rp_filter; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'; done

# Both families with one VRID, and an address on the other interface.
both() {
	conf "$1" "$2" use_vmac use_vmac_addr 'virtual_ipaddress_excluded {' '10.8.0.100/24 dev eth1' '}'
	cat >>"$LAB/$1.conf" <<-END
	vrrp_instance VI_6 {
		interface eth0
		virtual_router_id 51
		priority $2
		advert_int 0.1
		use_vmac
		virtual_ipaddress {
			fe80::100/64
			$VIP6/64
		}
	}
	END
}
switch() { net "$1" cat "/proc/sys/net/ipv$2/conf/$3/$4" | tr '\n' ' '; }
found() {
	net "$1" ip -br link | sed 's/ .*//' | tr '\n' ' '
	for s in arp_ignore arp_announce rp_filter promote_secondaries arp_filter; do
		for i in all default eth0 eth1; do switch "$1" 4 $i $s; done
	done
}
fdb() { bridge fdb show br lan | awk -v m="$1" '$1 == m && $3 ~ /eth0/ { print $3 }'; }
fdb_is() { [ "$(fdb "$1")" = "$2" ]; }
from_vmac() { frames "$1" "$2" "ether src $MAC4 or ether src $MAC6"; }
link_is() { net "$1" ip -d -j link show "$2" 2>/dev/null | grep -q "$3"; }
no_link() { ! net "$1" ip link show "$2" >/dev/null 2>&1; }
is_up() { net "$1" ip -br link show "$2" 2>/dev/null | grep -q ',UP'; }
down() { ! is_up "$@"; }
on_dev() { net "$1" ip -o addr show dev "$2" 2>/dev/null | grep -q " $3/"; }

before_a=$(found a) before_b=$(found b)
both a 150
both b 100
on b tcpdump --version >/dev/null 2>&1 || lab_cannot 'tcpdump is not installed'
bg b silence tcpdump -U -n -B 8192 -i eth0 -Q out -w $LAB/b/out.pcap --immediate-mode -Z root
wait_until 20 grep -q 'listening on' $LAB/b/silence.log
capture c eth0
start_vrrpd a $LAB/a.conf
start_vrrpd b $LAB/b.conf
soon 'the master has its addresses' 5 has_vip a
soon 'of both families' 5 has_vip a $VIP6

# ---- devices and switches ----
is 'IPv4: a macvlan in mode bridge' link_is a vrrp.51 '"info_kind":"macvlan".*"mode":"bridge"'
is 'with the virtual MAC' link_is a vrrp.51 "$MAC4"
is 'IPv6: another name, its own MAC' link_is a vrrp6.51 "$MAC6"
is 'the other interface has one too' link_is a vrrp1.51 "\"link\":\"eth1\".*$MAC4"
is 'an address on the other interface' on_dev a vrrp1.51 10.8.0.100
is 'up where it is MASTER' is_up a vrrp.51
is 'down where it is BACKUP' down b vrrp.51
same 'no address of its own' "$(net a ip -o -6 addr show dev vrrp6.51 | awk '{ print $4 }' | sort | tr '\n' ' ')" "2001:db8::100/64 fe80::100/64 "
same 'no IPv6 on the IPv4 one' "$(switch a 6 vrrp.51 disable_ipv6)$(net a ip -o -6 addr show dev vrrp.51)" '1 '
same 'switches of the device' "$(for s in arp_ignore rp_filter promote_secondaries; do switch a 4 vrrp.51 $s; done; switch a 6 vrrp6.51 addr_gen_mode; switch a 6 vrrp6.51 accept_ra)" '1 2 1 1 0 '
same 'switches of its parent' "$(for s in arp_ignore arp_announce; do switch a 4 eth0 $s; done)" '1 2 '
same 'nothing else is touched' "$(for s in rp_filter arp_ignore; do switch a 4 all $s; switch a 4 default $s; done)" '1 0 0 0 '
same 'vrrp-state names it' "$(on a $LAB/bin/vrrp-state -j | grep -o '"vmac":"[^"]*"' | tr '\n' ' ')" '"vmac":"vrrp.51" "vmac":"vrrp6.51" '

# ---- who answers ----
net c ip neigh flush all
on c ping -c 2 -i 0.2 -W 1 $VIP >/dev/null && ok 'a host reaches the address' || not_ok 'a host reaches the address' 'no answer'
on c ping -c 1 -W 1 10.9.0.1 >/dev/null
on c ping -c 2 -i 0.2 -W 1 $VIP6 >/dev/null && ok 'and the IPv6 one' || not_ok 'and the IPv6 one' 'no answer'
same 'one ARP answer, by the virtual MAC' "$(frames c eth0 'arp[6:2] = 2' | grep -o "10.9.0.100 is-at [^,]*")" "10.9.0.100 is-at $MAC4"
same 'the primary address keeps its own' "$(frames c eth0 'arp[6:2] = 2' | grep -c "10.9.0.1 is-at $MAC4")" 0
same 'no frame says the address with another MAC' "$(frames c eth0 -e "arp and arp[14:4] = 0x0a090064 and not ether src $MAC4" | wc -l)" 0
same 'neighbours of IPv6 learn the virtual MAC' "$(net c ip neigh show $VIP6 | grep -o "$MAC6")" "$MAC6"
same 'nothing leaves from an address made of it' "$(frames c eth0 'ip6' | grep -c 'fe80::200:5eff')" 0
is 'the switch sees it at the master' fdb_is $MAC4 a-eth0
end b silence INT
same 'the backup says nothing from it' "$(frames b ../b/out "ether src $MAC4 or ether src $MAC6" | wc -l)" 0
is 'the advert has the parent address and the virtual MAC' sh -c "tcpdump -n -e -r $LAB/c/eth0.pcap 'ip proto 112' 2>/dev/null | grep -q '$MAC4 > 01:00:5e:00:00:12.* 10.9.0.1 > 224.0.0.18'"
is 'the IPv6 one too' sh -c "tcpdump -n -e -r $LAB/c/eth0.pcap 'ip6 proto 112' 2>/dev/null | grep -q '$MAC6 > 33:33:00:00:00:12.* fe80::[a0-9:f]* > ff02::12'"
rounds=$(frames c eth0 -tt "arp and ether src $MAC4 and ether broadcast" | awk 'NR == 1 { t = $1 } $1 - t < 1 { n++ } END { print n + 0 }')
same 'five announcements, and another shortly after' "$rounds" 6

# ---- the master's daemon dies, its kernel lives on with the same MAC ----
end a vrrpd KILL
soon 'the backup takes over' 5 has_vip b
soon 'the switch follows' 1 fdb_is $MAC4 b-eth0
soon 'and for IPv6' 1 fdb_is $MAC6 b-eth0
on c ping -c 3 -i 0.2 -W 1 $VIP >/dev/null && ok 'hosts reach the address' || not_ok 'hosts reach the address' 'no answer'
is 'the switch stays there' fdb_is $MAC4 b-eth0
start_vrrpd a $LAB/a.conf
soon 'started again it hears the other and preempts' 5 sole_master a b
soon 'the other is silent' 2 down b vrrp.51
is 'with the same name' is_up a vrrp.51
end a vrrpd
same 'everything as found' "$(found a)" "$before_a"
same 'nothing in the run directory' "$(on a ls /run/vrrpd)" ''
end b vrrpd KILL
conf b 100
start_vrrpd b $LAB/b.conf
soon 'killed, and without the word then' 5 on_dev b eth0 $VIP
end b vrrpd
same 'everything as found there' "$(found b)" "$before_b"

# ---- others take things away ----
both a 150
start_vrrpd a $LAB/a.conf
soon 'master again' 5 on_dev a vrrp.51 $VIP
net a ip link del vrrp.51
soon 'a device that was deleted is made again' 3 on_dev a vrrp.51 $VIP
is 'without a change of state' no_log a 'Entering FAULT'
net a ip link set vrrp.51 down
soon 'one that was taken down is up again' 3 is_up a vrrp.51
net a ip link set vrrp.51 name other
soon 'one that was renamed is made again' 3 on_dev a vrrp.51 $VIP
is 'and the old one is gone' no_link a other
net a ip link del eth0
soon 'without its parent: FAULT' 3 logged a 'Entering FAULT STATE'
port a eth0 10.9.0.1/24,fe80::a/64
soon 'with it: master on a new device' 5 on_dev a vrrp.51 $VIP
on a $LAB/bin/vrrp-state reload >/dev/null
is 'a reload keeps it' on_dev a vrrp.51 $VIP
forget a
conf a 150 use_vmac use_vmac_addr vmac_xmit_base 'garp_extra_if 0.2' 'virtual_ipaddress_excluded {' "$VIP6/64" '}'
hit a vrrpd HUP
soon 'a reload brings an IPv6 address to an IPv4 device' 5 on_dev a vrrp.51 $VIP6
is 'and keeps what is there' on_dev a vrrp.51 $VIP
is 'without a change of state' no_log a 'Entering BACKUP'
on b tcpdump -n -e -c 5 -i eth0 'ip proto 112' >$LAB/adverts 2>/dev/null
same 'vmac_xmit_base: adverts from the parent' "$(grep -c "$MAC4" $LAB/adverts) $(grep -c 'vrid 51' $LAB/adverts)" '0 5'
on b timeout 5 tcpdump -n -e -c 3 -i eth0 "arp and ether src $MAC4 and ether broadcast" >$LAB/extra 2>/dev/null
same 'garp_extra_if: announcements go on' "$(grep -c "$VIP" $LAB/extra)" 3
conf a 150
hit a vrrpd HUP
soon 'a reload without the word: a plain address' 5 on_dev a eth0 $VIP
is 'no device is left' no_link a vrrp.51
same 'switches as found' "$(switch a 4 eth0 arp_ignore)$(switch a 4 eth1 arp_announce)" '0 0 '
end a vrrpd

# ---- devices that were there ----
net a ip link add vrrp.51 type bridge
conf a 150 use_vmac
start_vrrpd a $LAB/a.conf
soon 'a name that another device has: plain addresses' 5 on_dev a eth0 $VIP
is 'and it is said' logged a 'no virtual MAC vrrp.51 on eth0: the name belongs to another device'
end a vrrpd
is 'that device stays' link_is a vrrp.51 '"info_kind":"bridge"'
net a ip link del vrrp.51
net a ip link add mine link eth0 type macvlan mode private
net a ip link set mine up
conf a 150 'use_vmac mine 00:00:5e:00:01 group 7'
start_vrrpd a $LAB/a.conf
soon 'a macvlan that was there is used' 5 on_dev a mine $VIP
is 'with mode and MAC' link_is a mine "\"address\":\"$MAC4\".*\"mode\":\"bridge\""
end a vrrpd
is 'and is left as it was found' is_up a mine
is 'without the address' no_vip a
net a ip link del mine

# ---- no macvlan on lo ----
printf 'vrrp_instance L {\n interface lo\n virtual_router_id 9\n use_vmac\n virtual_ipaddress {\n  10.9.0.200\n }\n}\n' >$LAB/lo.conf
on a "$VRRPD" -t -f $LAB/lo.conf >$LAB/lo.out 2>&1
is 'no Ethernet: -t says so' grep -q 'lo is not Ethernet' $LAB/lo.out
finish
