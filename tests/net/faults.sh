#!/bin/sh
# faults.sh - what happens to routers: frames are lost, in one direction too, ports flap, addresses and interfaces go, a MASTER sleeps,
# clocks are set. In the end the right one has the address, alone.
# shellcheck disable=SC2016,SC2086,SC2317	# for the host's shell; words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

entered() { grep -c Entering $LAB/$1/vrrpd.log; }
fds() { on r1 sh -c "ls /proc/$(cat $LAB/r1/vrrpd.pid)/fd | wc -l"; }
mac() { net $1 ip -o link show eth0 | sed 's/.*ether //; s/ .*//'; }
known_at() { net x ip neigh show $VIP | grep -q "$(mac $1)"; }

host r1 eth0=10.9.0.1/24
host r2 eth0=10.9.0.2/24
host x eth0=10.9.0.77/24

# a MASTER of lower priority sleeps ten seconds, while the rest goes on elsewhere; the other one, once it is MASTER, is right to stay
host s1 eth0=10.9.0.11/24
host s2 eth0=10.9.0.12/24
SLEPT=10.9.0.101
conf s1 100 'garp_master_refresh 1'
conf s2 200 nopreempt 'garp_master_delay 0'
sed -i "s/$VIP/$SLEPT/; s/router_id 51/router_id 52/" $LAB/s1.conf $LAB/s2.conf
sed -i 's/priority 200/state BACKUP\n\tpriority 200/' $LAB/s2.conf
start_vrrpd s1 $LAB/s1.conf && wait_until 20 has_vip s1 $SLEPT
start_vrrpd s2 $LAB/s2.conf && wait_until 20 logged s2 'Entering BACKUP'
hit s1 vrrpd STOP
now_cs
asleep=$now_cs

# frames are lost
conf r1 200 'garp_master_delay 0'
conf r2 100 'down_timer_adverts 10'
start_vrrpd r1 $LAB/r1.conf && wait_until 20 has_vip r1
start_vrrpd r2 $LAB/r2.conf && wait_until 20 logged r2 'Entering BACKUP'
for percent in 10 30 50; do
	forget r1
	forget r2
	nft add rule bridge lab forward "iifname { r1-eth0, r2-eth0 } numgen random mod 100 < $percent counter drop"
	sleep 3
	lost=$(nft list chain bridge lab forward | sed -n 's/.*packets \([0-9]*\).*/\1/p')
	heal
	is "$percent % lost: so it was ($lost frames)" [ "$lost" -gt $((percent / 10)) ]
	# ten in a row: 10 %: never, 30 %: once in 50 hours, 50 %: once in two minutes
	[ $percent = 50 ] || same "$percent % lost: no role changed" "$(entered r1) $(entered r2)" '0 0'
	soon "$percent % lost: one address" 20 sole_master r1 r2
done
forget r2
cut r2 r1
sleep 1.5
same 'the MASTER hears nobody: no role changed' "$(entered r1) $(entered r2)" '0 0'
heal
cut r1 r2
soon 'the BACKUP hears nobody: MASTER' 20 logged r2 'Entering MASTER'
same 'the BACKUP hears nobody: the other one, who hears it, goes on' "$(entered r1)" 0
heal
soon 'it hears again: one address' 20 sole_master r1 r2

# the address moves from MAC to MAC
net x ping -c 1 -W 2 $VIP >$LAB/x/ping.log
is 'a neighbour knows the address' known_at r1
cable r1 out
soon 'no cable: the other one' 20 has_vip r2
soon 'no cable: the neighbour has the other MAC' 20 known_at r2
cable r1 in
soon 'the cable is back: one address' 20 sole_master r1 r2
soon 'the cable is back: and the neighbour the first MAC' 20 known_at r1
before=$(fds)
for _ in $(seq 25); do
	cable r1 out
	cable r1 in
done
soon 'a port flaps: one address' 20 sole_master r1 r2
soon 'a port flaps: and the neighbour the right MAC' 20 known_at r1
same_fds() { [ "$(fds)" -le $((before + 1)) ]; }	# a MASTER may listen for claims by now
soon 'a port flaps: as many descriptors' 10 same_fds

# a DHCP client lets go of everything, and has another lease
net r1 ip addr flush dev eth0
soon 'DHCP lets go: FAULT' 20 logged r1 'has no usable source address'
soon 'DHCP lets go: the other one' 20 sole_master r2 r1
net r1 ip addr add 10.9.0.31/24 dev eth0
soon 'DHCP has another address: one address' 20 sole_master r1 r2
capture x eth0
from_new() { frames x eth0 src 10.9.0.31 and proto 112 | grep -q VRRP; }
soon 'DHCP has another address: adverts come from it' 20 from_new

# the interface itself
net r1 ip link del eth0
soon 'interface deleted: the other one' 20 has_vip r2
wait_until 20 logged r1 'interface eth0 does not exist'
port r1 eth0 10.9.0.1/24
soon 'interface made anew: one address' 20 sole_master r1 r2
soon 'interface made anew: the neighbour has its MAC' 20 known_at r1
soon 'interface made anew: as many descriptors' 10 same_fds
end r1 vrrpd
end r2 vrrpd

# the sleeper wakes
slept() { now_cs; [ $now_cs -ge $((asleep + 1000)) ]; }
wait_until 20 slept
soon 'a MASTER sleeps: the other one' 20 has_vip s2 $SLEPT
capture s1 eth0
hit s1 vrrpd CONT
soon 'it wakes after 10 s: it hears first' 20 logged s1 'Entering BACKUP'
soon 'it wakes after 10 s: it has no address' 20 no_vip s1 $SLEPT
sleep 1.2
same 'it wakes after 10 s: it has not said a word' "$(frames s1 eth0 \( src 10.9.0.11 and proto 112 \) or \( arp and ether src "$(mac s1)" \) | wc -l)" 0
is 'it wakes after 10 s: the other one speaks' eval 'frames s1 eth0 src 10.9.0.12 and proto 112 | grep -q VRRP'
same 'it wakes after 10 s: the other one has heard nothing' "$(log_count s2 'Entering BACKUP')" 1
end s1 vrrpd
end s2 vrrpd

# Clocks. CLOCK_MONOTONIC can only begin elsewhere, as after sixty years without a pause.
if on r1 unshare -T -f --monotonic 2000000000 --boottime 2000000000 true 2>/dev/null; then
	bg r1 vrrpd unshare -T -f --kill-child --monotonic 2000000000 --boottime 2000000000 $VRRPD -n -l -G -f $LAB/r1.conf
	soon '63 years up: MASTER' 20 logged r1 'Entering MASTER STATE: silence for 0.3'
	soon '63 years up: the address' 20 has_vip r1
	on r1 kill "$(on r1 cat /run/vrrpd/vrrpd.pid)"
	soon '63 years up: it ends' 20 no_vip r1
	wait_until 20 gone r1 vrrpd
else
	skip '63 years up' 'no time namespaces'
fi

# CLOCK_REALTIME belongs to the whole machine; here time() is set, which is all that is asked (tests/purity.sh looks at the logic)
cat >$LAB/set.c <<'C'
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>
time_t time(time_t *t)
{
	struct timespec now;
	char text[16] = "";
	int fd = open("/run/lab/set", O_RDONLY);

	(void)t;
	if (fd >= 0 && read(fd, text, sizeof text - 1) < 0)
		text[0] = 0;
	close(fd);
	syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
	return now.tv_sec + atol(text);
}
C
if [ -x "${SAN:=out/san}/vrrpbox" ] && cc -shared -fPIC -O1 -o $LAB/set.so $LAB/set.c 2>$LAB/cc.log; then
	mkdir $LAB/bin/san
	cp "$SAN/vrrpbox" $LAB/bin/san/vrrpd
	ln -s vrrpd $LAB/bin/san/vrrp-state
	sed -i "1a reload_time_file $LAB/r1/when" $LAB/r1.conf
	date -d '+1 hour' '+%Y-%m-%d %H:%M:%S' >$LAB/r1/when
	forget r1
	bg r1 vrrpd env LD_PRELOAD=$LAB/set.so ASAN_OPTIONS=verify_asan_link_order=0 $LAB/bin/san/vrrpd -n -l -G -f $LAB/r1.conf
	wait_until 20 has_vip r1
	forget r1
	for set in 18000 -90000 2000000000 0; do
		echo $set >$LAB/set
		sleep 1.1
	done
	same 'the clock is set by hours and decades: no role changed' "$(entered r1)" 0
	is 'the clock is set: the address stays' has_vip r1
	is 'the clock is set: reload_time_file says that its time is over' logged r1 'that time is over'
	same 'the clock is set: nothing was reloaded' "$(log_count r1 reloaded)" 0
	same 'the clock is set: vrrp-state' "$(on r1 $LAB/bin/san/vrrp-state VI_1)" MASTER
	end r1 vrrpd
else
	skip 'the clock is set' "no $SAN/vrrpbox (make san), or no cc"
fi
finish
