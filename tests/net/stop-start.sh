#!/bin/sh
# stop-start.sh - what a stop leaves, what a start finds: nothing is left, nothing of others is taken.
# shellcheck disable=SC2086,SC2317	# words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

host r1 eth0=10.9.0.1/24
host r2 eth0=10.9.0.2/24
conf r1 100
conf r2 200

# killed as MASTER, back as BACKUP
start_vrrpd r1 $LAB/r1.conf
wait_until 20 has_vip r1
end r1 vrrpd KILL
is 'killed: its address stays' has_vip r1
is 'killed: its pid file stays' on r1 test -s /run/vrrpd/vrrpd.pid
start_vrrpd r2 $LAB/r2.conf
wait_until 20 has_vip r2
start_vrrpd r1 $LAB/r1.conf
soon 'back as BACKUP: the leftover goes' 20 sole_master r2 r1
same 'back as BACKUP: the state file says so' "$(on r1 head -n 1 /run/vrrpd/VI_1.state)" STATE=BACKUP
same 'back as BACKUP: the pid file is its own' "$(on r1 cat /run/vrrpd/vrrpd.pid)" "$(on r1 pidof vrrpd)"

# a second one
on r1 $VRRPD -n -l -G -f $LAB/r1.conf >$LAB/second 2>&1
same 'a second one: exit code' $? 1
is 'a second one: says whose place it is' grep -q "already running as pid $(cat $LAB/r1/vrrpd.pid) " $LAB/second
is 'a second one: the first goes on' alive r1 vrrpd
is 'a second one: the pid file stays' on r1 test -s /run/vrrpd/vrrpd.pid
end r2 vrrpd
soon 'a second one: the first still works' 20 has_vip r1
sed 's/router_id 51/router_id 52/; s/10.9.0.100/10.9.0.101/' $LAB/r1.conf >$LAB/other.conf
on r1 $VRRPD -l -G -f $LAB/other.conf --run-dir /run/other >$LAB/second 2>&1
same 'another run directory: it may run' $? 0
soon 'another run directory: it works' 20 has_vip r1 10.9.0.101
is 'another run directory: the first is unharmed' has_vip r1
on r1 sh -c "kill $(on r1 cat /run/other/vrrpd.pid)"
soon 'another run directory: it leaves nothing' 20 no_vip r1 10.9.0.101
end r1 vrrpd

# -V
start_vrrpd r1 $LAB/r1.conf -V
wait_until 20 has_vip r1
end r1 vrrpd
is '-V: the address stays' has_vip r1
start_vrrpd r1 $LAB/r1.conf
soon '-V: adopted by the next' 20 logged r1 'Entering MASTER STATE'
end r1 vrrpd
is '-V: removed by the next' no_vip r1

# an owner's address is its own before and after
conf r1 255
net r1 ip addr add $VIP/24 dev eth0
net r1 ip addr del 10.9.0.1/24 dev eth0
net r1 ip addr show dev eth0 | grep -q $VIP || net r1 ip addr add $VIP/24 dev eth0
bg r1 monitor ip monitor address
forget r1
start_vrrpd r1 $LAB/r1.conf
soon 'owner: MASTER at once' 20 logged r1 'Entering MASTER STATE (init): owns the addresses (priority 255)'
end r1 vrrpd KILL
forget r1
start_vrrpd r1 $LAB/r1.conf
soon 'owner: again after a kill' 20 logged r1 'Entering MASTER STATE (init): owns the addresses (priority 255)'
end r1 vrrpd TERM
is 'owner: its address stays after a stop' has_vip r1
same 'owner: its address was never touched' "$(grep -c "$VIP" $LAB/r1/monitor.log)" 0
end r1 monitor

# one that it set itself is a leftover when it was killed, and goes at the next stop
net r1 ip addr flush dev eth0
net r1 ip addr add 10.9.0.1/24 dev eth0
forget r1
start_vrrpd r1 $LAB/r1.conf
soon 'owner without the address: sets it' 20 has_vip r1
end r1 vrrpd KILL
forget r1
start_vrrpd r1 $LAB/r1.conf
soon 'owner without the address: again after a kill' 20 logged r1 'Entering MASTER STATE'
end r1 vrrpd TERM
is 'owner without the address: none is left' no_vip r1

# it has no other: taken away and put back, it is still where adverts come from
net r1 ip addr flush dev eth0
net r1 ip addr add $VIP/24 dev eth0
forget r1
start_vrrpd r1 $LAB/r1.conf
soon 'owner: MASTER with its only address' 20 logged r1 'Entering MASTER STATE'
net r1 ip addr del $VIP/24 dev eth0
soon 'owner: put back' 20 has_vip r1
net r1 ip link set eth0 mtu 1400
sleep 0.3
is 'owner: still MASTER' no_log r1 FAULT
end r1 vrrpd

# the real address went and came while we were MASTER: the shared one leads its subnet now and must not take it along
net r1 ip addr flush dev eth0
net r1 ip addr add 10.9.0.1/24 dev eth0
net r1 sysctl -q -w net.ipv4.conf.eth0.promote_secondaries=0
conf r1 150
sed -i 's/interface eth0/&\n mcast_src_ip 10.9.0.1/' $LAB/r1.conf
forget r1
start_vrrpd r1 $LAB/r1.conf
soon 'first of the subnet: MASTER' 20 has_vip r1
net r1 ip addr del 10.9.0.1/24 dev eth0
soon 'first of the subnet: put back' 20 has_vip r1
net r1 ip addr add 10.9.0.1/24 dev eth0
secondary() { net r1 ip addr show dev eth0 secondary | grep -q 'inet 10.9.0.1/'; }
is 'first of the subnet: it is the shared one' secondary
end r1 vrrpd
is 'first of the subnet: gone' no_vip r1
is 'first of the subnet: the real address stays' [ -n "$(net r1 ip addr show dev eth0 to 10.9.0.1)" ]
same 'first of the subnet: the sysctl is as it was' "$(on r1 cat /proc/sys/net/ipv4/conf/eth0/promote_secondaries)" 0

# many
net r1 ip addr flush dev eth0
net r1 ip addr add 10.9.0.1/24 dev eth0
{
	printf 'global_defs {\nvrrp_version 3\n}\n'
	for i in $(seq 255); do
		printf 'vrrp_instance V%d {\n interface eth0\n virtual_router_id %d\n priority 100\n advert_int 0.5\n' $i $i
		printf ' virtual_ipaddress {\n 10.8.0.%d/32\n }\n}\n' $i
	done
} >$LAB/many.conf
addresses() { [ "$(net $1 ip -o addr show dev eth0 to 10.8.0.0/24 | grep -c inet)" = $2 ]; }
capture r2 eth0
start_vrrpd r1 $LAB/many.conf
soon '255 routers: all MASTER' 30 addresses r1 255
now_cs
began=$now_cs
end r1 vrrpd
now_cs
is '255 routers: stopped within a second' [ $((now_cs - began)) -lt 100 ]
is '255 routers: no address is left' addresses r1 0
resigned() { [ "$(frames r2 eth0 proto 112 | grep -c 'prio 0')" = 255 ]; }
soon '255 routers: each resigned once' 10 resigned
same '255 routers: no state file is left' "$(on r1 ls /run/vrrpd)" ''
finish
