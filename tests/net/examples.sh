#!/bin/sh
# examples.sh - the files of board/examples, only faster: -t finds nothing, a pair runs them, a client sees one address that
# works, one machine dies and returns. nginx-pair.conf has a lab of its own, nginx.sh.
# timeout: 200
# shellcheck disable=SC2086,SC2317	# words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"
EX=board/examples
W=20

for f in "$EX"/*.conf; do
	$VRRPD -t -d -f $f >$LAB/test 2>&1
	same "${f##*/}: -t finds nothing" "$? $(grep -c "^$f:" $LAB/test)" '0 0'
	same "${f##*/}: a comment on top says where to look" "$(sed '/^#/!q' $f | grep -qE 'vrrp-state|/var/run/vrrpd/' && echo yes)" yes
done

ip link add wan type bridge mcast_snooping 0 forward_delay 0 && sysctl -qw net.ipv6.conf.wan.disable_ipv6=1 && ip link set wan up
host r1 eth0=192.0.2.2/24,192.168.1.2/24 eth1=
host r2 eth0=192.0.2.3/24,192.168.1.3/24 eth1=
host c eth0=192.0.2.50/24,192.168.1.50/24,2001:db8::50/64
host isp eth0=203.0.113.1/30,10.8.0.1/24
for h in r1-eth1 r2-eth1 isp-eth0; do ip link set $h master wan; sysctl -qw net.ipv6.conf.$h.disable_ipv6=1; done
for h in r1 r2 isp; do net $h sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 0 >/proc/sys/net/ipv4/conf/all/send_redirects
	echo 0 >/proc/sys/net/ipv4/conf/eth0/send_redirects'; done
for h in r1 r2; do net $h sh -c 'echo 1 >/proc/sys/net/ipv6/conf/eth1/disable_ipv6'; done
net isp ip addr add 198.51.100.1/32 dev lo
net isp ip route add 192.168.1.0/24 via 203.0.113.2

# the other machine's priority is the only other line
pair() {	# EXAMPLE [SED]
	example=$1
	sed -e 's/virtual_router_id [0-9]*$/&\n\tversion 3\n\tadvert_int 0.1/' -e "${2:-}" $EX/$1.conf >$LAB/r1.conf
	sed 's/priority 150/priority 120/' $LAB/r1.conf >$LAB/r2.conf
}
begin() { start_vrrpd $1 $LAB/$1.conf ${2:-}; }
both_end() { for h in r1 r2; do end $h vrrpd; forget $h; done; }
die() { end $1 vrrpd KILL; }
# who answers, by what the neighbour table of the client says after a ping
reaches() { net c ping -c 1 -W 1 "$1" >/dev/null 2>&1; }
serves() {	# HOST ADDR
	for s in r1 r2; do
		if [ $s = $1 ]; then has_vip $s $2 || return 1; else no_vip $s $2 || return 1; fi
	done
	reaches $2
}
to() { soon "$example: $1: $2" $W serves $2 $3; }

# ---- two addresses, each machine has one
pair double-master
cp $LAB/r1.conf $LAB/r2.conf		# one file for both
says() { [ "$(net c timeout 1 busybox nc $2 80 </dev/null 2>/dev/null)" = $1 ]; }
for h in r1 r2; do bg $h web busybox nc -ll -p 80 -e /bin/hostname; done
begin r1 '-i web1'
begin r2 '-i web2'
round() {
	soon "$example: $1: the first name's address" $W says $2 192.0.2.11
	soon "$example: $1: the second's" $W says $3 192.0.2.12
}
round 'each has one' r1 r2
end r1 web
round 'its service dies' r2 r2
bg r1 web busybox nc -ll -p 80 -e /bin/hostname
round 'and returns' r1 r2
die r2
net r2 ip addr flush dev eth0 to 192.0.2.12/32	# a machine that is off has it not
round 'the other machine dies' r1 r1
begin r2 '-i web2'
round 'and returns' r1 r2
for h in r1 r2; do end $h web; done
both_end

# ---- both families in one group
cat >$LAB/bin/radvd <<'EOF'
#!/bin/sh
echo "$1" >/run/radvd
EOF
chmod 755 $LAB/bin/radvd
pair dual-stack "s|/etc/init.d/radvd|$LAB/bin/radvd|"
radvd() { [ "$(on $1 cat /run/radvd 2>/dev/null)" = $2 ]; }
stack() {	# WHAT HOST
	for vip in 192.0.2.1 fe80::1 2001:db8::1; do
		case $vip in fe80*) reach=$vip%eth0 ;; *) reach=$vip ;; esac
		soon "$example: $1: $2 has $vip" $W has_vip $2 $vip
		soon "$example: $1: $vip answers" $W reaches $reach
	done
	soon "$example: $1: router advertisements come from $2" $W radvd $2 start
}
begin r1
begin r2
stack 'at first' r1
cable r1 out
soon "$example: cable: r1 has given up both families" $W no_vip r1 fe80::1
stack 'the cable is out' r2
soon "$example: the cable is out: r1's router advertisements end" $W radvd r1 stop
cable r1 in
stack 'and in again' r1
soon "$example: and in again: r2's router advertisements end" $W radvd r2 stop
soon "$example: and in again: r2 has nothing" $W no_vip r2 fe80::1
both_end

# ---- one public address that follows the role
pair wan-pair
net c ip route add default via 192.168.1.1
net isp ip link set eth0 addrgenmode none 2>/dev/null
net r1 ip link add probe link eth0 type macvlan mode bridge 2>/dev/null && vmac=1 && net r1 ip link del probe
if [ -n "${vmac:-}" ]; then
	capture isp eth0
	begin r1
	begin r2
	online() { serves $1 192.168.1.1 && has_vip $1 203.0.113.2 && net c ping -c 1 -W 1 198.51.100.1 >/dev/null; }
	goes() { [ -n "$(net $1 ip route show default dev vrrp.53 2>/dev/null)" ]; }
	goes_not() { ! goes $1; }
	uplink() {	# WHAT HOST OTHER
		soon "$example: $1: online by $2" $W online $2
		is "$example: $1: default route" goes $2
		soon "$example: $1: none on the other" $W goes_not $3
		soon "$example: $1: no public address on the other" $W no_vip $3 203.0.113.2
	}
	uplink 'at first' r1 r2
	cable r1 out eth1
	uplink 'the uplink fails' r2 r1
	cable r1 in eth1
	uplink 'it is back' r1 r2
	end r1 vrrpd
	forget r1
	uplink 'stopped' r2 r1
	same "$example: stopped: no device is left" "$(net r1 ip -br link | grep -c vrrp)" 0
	begin r1
	uplink 'started' r1 r2
	mac=00:00:5e:00:01:35
	same "$example: the provider knows one MAC" "$(net isp ip neigh show 203.0.113.2 | grep -c $mac)" 1
	end isp tcpdump-eth0
	same "$example: and never saw another one" \
		"$(frames isp eth0 -e "not ether src $mac and not ether src $(on isp cat /sys/class/net/eth0/address)" | wc -l)" 0
	both_end
else
	skip "$example" 'the kernel has no macvlan'
fi
net c ip route del default

# ---- a side router before the provider's box
pair home-side-router
cp $LAB/r1.conf $LAB/r2.conf
host box eth0=192.168.1.1/24
net box ip addr add 198.51.100.1/32 dev lo
net r1 ip addr add 10.8.0.2/24 dev eth1
for h in r1 r2; do net $h ip route add default via 192.168.1.1; done
net c ip route add default via 192.168.1.254
by() { has_vip $1 192.168.1.254 && net c ping -c 1 -W 1 198.51.100.1 >/dev/null; }
way() { soon "$example: $1: by $2" $W by $2; soon "$example: $1: the other has it not" $W no_vip $3 192.168.1.254; }
begin r1 '-i side'
begin r2 '-i spare'
way 'at first' r1 r2
net isp ip addr del 10.8.0.1/24 dev eth0
way 'the VPN is down' r2 r1
net isp ip addr add 10.8.0.1/24 dev eth0
way 'and up' r1 r2
on r1 touch /var/run/no-side-router
way 'taken out by hand' r2 r1
on r1 rm /var/run/no-side-router
way 'and in' r1 r2
cable r1 out
die r1
soon "$example: switched off: by r2" $W by r2
net r1 ip addr flush dev eth0 to 192.168.1.254/32
cable r1 in
net r1 ip route replace default via 192.168.1.1
begin r1 '-i side'
way 'and on' r1 r2
both_end

# ---- connections first, then the address
pair conntrack-pair
for h in r1 r2; do
	on $h sh -c "cat >/etc/conntrack-role.sh" <$EX/conntrack-role.sh
	# in conntrackd's place: what was asked, and was the address here by then?
	on $h sh -c 'cat >/usr/local/sbin/conntrackd; chmod 755 /usr/local/sbin/conntrackd' <<'EOF'
#!/bin/sh
ip -o addr show to 192.168.1.1 | grep -q . && vip=up || vip=none
echo "$1 $vip" >>/run/conntrackd
[ "$1" != -c ] || [ ! -e /run/hang ] || exec sleep 60
EOF
done
asked() { on $1 sed "s/ .*//" /run/conntrackd 2>/dev/null | tail -n "$2" | xargs; }
asked_is() { [ "$(asked $1 "$2")" = "$3" ]; }
commits() { on $1 grep -c "^-c $2" /run/conntrackd; }
GW=192.168.1.1
begin r1
begin r2
to 'at first' r1 $GW
soon "$example: master: commit, flush, resync, bulk" $W asked_is r1 4 '-c -f -R -B'
soon "$example: backup: timers, request" $W asked_is r2 2 '-t -n'
end r1 vrrpd
to 'stopped' r2 $GW
soon "$example: stopped: r2 commits" $W asked_is r2 4 '-c -f -R -B'
forget r1
begin r1
to 'started' r1 $GW
soon "$example: started: r2 is backup" $W asked_is r2 2 '-t -n'
die r1
net r1 ip addr flush dev eth0 to $GW/32; net r1 ip addr flush dev eth0 to 192.168.1.254/32
to 'killed' r2 $GW
forget r1
on r1 touch /run/hang
begin r1
to 'conntrackd hangs: later, but it comes' r1 $GW
same "$example: each commit was before the address" \
	"$(commits r1 none) $(commits r1 up) $(commits r2 none) $(commits r2 up)" '3 0 2 0'
both_end
same "$example: stopped: not ready" "$(on r1 cat /run/vrrpd.ct) $(on r2 cat /run/vrrpd.ct)" '1 1'
finish
