#!/bin/sh
# check-wire.sh - vrrp-check's ping, arp, vip, route, link and addr, both families: each kind good, bad, not able to run,
# out of time, answered wrongly, flooded with answers (forge.py); and that asking for a VIP moves nobody's cache.
# timeout: 180
# shellcheck disable=SC2317,SC2086,SC2016	# called by name; words without blanks; awk
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"
command -v python3 >/dev/null || lab_cannot 'the command python3 is missing'
CHECK=$LAB/bin/vrrp-check
cp "${LAB_CHECK:-$VRRPD}" $CHECK
$CHECK --help >/dev/null 2>&1
[ $? != 127 ] || lab_cannot 'this build has no vrrp-check'

# row NAME CODE TEXT HOST WORD...: the exit code, and the line (a pattern, its time left out).
row() {
	row_name=$1 row_code=$2 row_text=$3 row_host=$4
	shift 4
	got=$(net $row_host $CHECK "$@" 2>&1)
	code=$?
	got=${got% (*}
	# shellcheck disable=SC2254
	case "$code $got" in
	"$row_code "$row_text) ok "$row_name" ;;
	*) not_ok "$row_name" "[$code $got], want [$row_code $row_text]" ;;
	esac
}
good() { row "$1" 0 "good: $2" "$3" $4; }
bad() { row "$1" 1 "bad: $2" "$3" $4; }
cannot() { row "$1" 1 "bad: cannot run: $2" "$3" $4; }
cp "${0%/*}/forge.py" $LAB/bin
forge() { net x python3 $LAB/bin/forge.py "$@"; }
mac_of() { net $1 ip -o link show ${2:-eth0} | sed 's/.*link.ether \([^ ]*\).*/\1/'; }

host a eth0=10.9.0.1/24,fd00:9::1/64
host b eth0=10.9.0.2/24,fd00:9::2/64
host c eth0=10.9.0.3/24,fd00:9::3/64
host x eth0=10.9.0.77/24,fd00:9::77/64,10.9.0.78/24
net a ip link add eth1 type veth peer name far	# a LAN where nobody lives
net a ip link set eth1 up
net a ip link set far up
for h in a b c x; do
	# link-local addresses are there when they are not tentative any more
	settled() { ! net $h ip -6 addr show tentative | grep -q inet6; }
	wait_until 20 settled
done
mac_b=$(mac_of b) mac_c=$(mac_of c)
b_local=$(net b ip -6 -o addr show dev eth0 scope link | sed 's/.*inet6 \([^/]*\).*/\1/')

# ---- ping ----
good 'ping: answers' 'ping 10.9.0.2: answers' a 'ping 10.9.0.2'
good 'ping: by an interface' 'ping 10.9.0.2 on eth0: answers' a 'ping 10.9.0.2 --dev eth0'
good 'ping: IPv6' 'ping fd00:9::2: answers' a 'ping fd00:9::2'
good 'ping: a link-local address with its zone' "ping $b_local*: answers" a "ping $b_local%eth0"
good 'ping: ourselves' 'ping 10.9.0.1: answers' a 'ping 10.9.0.1'
bad 'ping: nobody there' 'ping 10.9.0.99: *' a 'ping 10.9.0.99 -t 0.3'
bad 'ping: nobody there, IPv6' 'ping fd00:9::99: *' a 'ping fd00:9::99 -t 0.3'
bad 'ping: wrong interface' 'ping 10.9.0.2 on eth1: *' a 'ping 10.9.0.2 --dev eth1 -t 0.3'
row 'ping: turned round' 0 'good: ! ping 10.9.0.99: no answer' a ! ping 10.9.0.99 -t 0.3
row 'ping: turned round, and it answers' 1 'bad: ! ping 10.9.0.2: answers' a ! ping 10.9.0.2
cannot 'ping: no such interface' 'ping 10.9.0.2 on eth7: no such interface' a 'ping 10.9.0.2 --dev eth7'
cannot 'ping: no route' 'ping 192.0.2.1: [Nn]etwork *unreachable' a 'ping 192.0.2.1'
row 'ping: no route is no proof of absence' 1 'bad: cannot run: ! ping 192.0.2.1: [Nn]etwork *unreachable' a ! ping 192.0.2.1
got=$(net a setpriv --reuid 65534 --regid 65534 --clear-groups $CHECK ping 10.9.0.2 2>&1)
same 'ping: without the right' "$?:${got% (*}" '1:bad: cannot run: ping 10.9.0.2: raw sockets need root or CAP_NET_RAW'

net a ip route add 192.0.2.0/24 via 10.9.0.2
net a ip route add 2001:db8::/32 via fd00:9::2
on b sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
net b ip route add unreachable 192.0.2.1
net b ip route add prohibit 192.0.2.2
net b ip route add unreachable 2001:db8::1
bad 'ping: a router says unreachable' 'ping 192.0.2.1: host unreachable, says 10.9.0.2' a 'ping 192.0.2.1 -t 5'
bad 'ping: a router refuses' 'ping 192.0.2.2: refused, says 10.9.0.2' a 'ping 192.0.2.2 -t 5'
bad 'ping: a router has no route' 'ping 192.0.2.3: network unreachable, says 10.9.0.2' a 'ping 192.0.2.3 -t 5'
bad 'ping: a router says unreachable, IPv6' 'ping 2001:db8::1: * says fd00:9::2' a 'ping 2001:db8::1 -t 5'
bad 'ping: the error comes through the filter of an interface' 'ping 192.0.2.1 on eth0: host unreachable, says 10.9.0.2' a \
	'ping 192.0.2.1 --dev eth0 -t 5'

# Many at once, the same target: everyone gets its own answer.
for i in 1 2 3 4 5 6 7 8; do
	net a $CHECK ping 10.9.0.2 >$LAB/many.$i 2>&1 &
	net a $CHECK ping fd00:9::2 >$LAB/many6.$i 2>&1 &
done
all_said() { [ "$(cat $LAB/many* | grep -c ': ')" = 16 ]; }
wait_until 20 all_said
same 'ping: sixteen at once' "$(cat $LAB/many* | grep -c '^good: .*: answers')" 16

# A machine whose answers are wrong in one thing.
on x sysctl -qw net.ipv4.icmp_echo_ignore_all=1
on x sysctl -qw net.ipv6.icmp.echo_ignore_all=1 2>/dev/null
for addr in 10.9.0.77 fd00:9::77; do
	for kind in wrong-id wrong-token wrong-type wrong-addr right; do
		other=10.9.0.78
		[ $addr = 10.9.0.77 ] || other=fd00:9::78
		bg x $kind python3 $LAB/bin/forge.py --addr $addr --other $other eth0 $kind
		wait_until 20 grep -q ready $LAB/x/$kind.log || not_ok "forge.py $kind" 'not ready'
		case $kind in
		right) good "ping $addr: $kind answers" 'ping *: answers' a "ping $addr -t 5" ;;
		*) bad "ping $addr: $kind answers" 'ping *: no answer' a "ping $addr -t 0.5" ;;
		esac
		end x $kind KILL
		rm $LAB/x/$kind.log
	done
done

# Foreign answers in masses, from the very address: the filter keeps them away, and the verdict comes in time.
flood() { forge --secs 60 --dst "$(mac_of a)" "$@" & flood=$!; sleep 0.3; }
calm() { kill $flood; wait $flood 2>/dev/null; }
flood --addr 10.9.0.77 eth0 echo
bad 'ping: a flood of foreign answers is none' 'ping 10.9.0.77: no answer' a 'ping 10.9.0.77 -t 0.5'
if command -v strace >/dev/null; then
	# some come between socket and filter
	rx() { on a cat /sys/class/net/eth0/statistics/rx_packets; }
	came=$(rx)
	net a strace -o $LAB/trace -e trace=recvfrom $CHECK ping 10.9.0.77 -t 2 >/dev/null 2>&1
	came=$(($(rx) - came)) reads=$(grep -c '^recvfrom' $LAB/trace)
	is "ping: and wakes nobody ($reads reads, $came frames)" [ $((reads * 50)) -lt $came ]
else
	skip 'ping: and wakes nobody' 'no strace'
fi
good 'ping: and hides no answer' 'ping 10.9.0.2: answers' a 'ping 10.9.0.2 -t 5'
calm
flood --addr fd00:9::77 --to fd00:9::1 eth0 echo
bad 'ping: a flood of foreign answers is none, IPv6' 'ping fd00:9::77: no answer' a 'ping fd00:9::77 -t 0.5'
calm

# ---- arp ----
good 'arp: answers' "arp 10.9.0.2 on eth0: $mac_b has it" a 'arp 10.9.0.2 --dev eth0'
good 'arp: IPv6' "arp fd00:9::2 on eth0: $mac_b has it" a 'arp fd00:9::2 --dev eth0'
good 'arp: a link-local address' "arp $b_local*: $mac_b has it" a "arp $b_local --dev eth0"
bad 'arp: nobody' 'arp 10.9.0.99 on eth0: no answer' a 'arp 10.9.0.99 --dev eth0 -t 0.3'
bad 'arp: nobody, IPv6' 'arp fd00:9::99 on eth0: no answer' a 'arp fd00:9::99 --dev eth0 -t 0.3'
bad 'arp: our own address' 'arp 10.9.0.1 on eth0: no answer, it is our own' a 'arp 10.9.0.1 --dev eth0 -t 0.3'
bad 'arp: a LAN where nobody lives' 'arp 10.9.0.2 on eth1: no answer' a 'arp 10.9.0.2 --dev eth1 -t 0.3'
cannot 'arp: no such interface' 'arp 10.9.0.2 on eth7: no such interface' a 'arp 10.9.0.2 --dev eth7'
cannot 'arp: loopback' 'arp 10.9.0.2 on lo: no ARP there' a 'arp 10.9.0.2 --dev lo'
cannot 'vip: loopback' 'vip fd00:9::2 on lo: no ARP there' a 'vip fd00:9::2 --dev lo'
got=$(net a setpriv --reuid 65534 --regid 65534 --clear-groups $CHECK arp 10.9.0.2 --dev eth0 2>&1)
same 'arp: without the right' "$?:${got% (*}" '1:bad: cannot run: arp 10.9.0.2 on eth0: raw sockets need root or CAP_NET_RAW'
net a ip link set far down
carrier() { [ "$(on a cat /sys/class/net/eth1/carrier 2>/dev/null)" = $1 ]; }
wait_until 20 carrier 0
cannot 'arp: no carrier' 'arp 10.9.0.2 on eth1: the interface has no carrier' a 'arp 10.9.0.2 --dev eth1'
row 'vip: no carrier is no proof of being alone' 1 'bad: cannot run: ! vip 10.9.0.2 on eth1: the interface has no carrier' \
	a ! vip 10.9.0.2 --dev eth1
bad 'link: no carrier' 'link eth1: up, but no carrier' a 'link eth1'
net a ip route add 198.51.100.0/24 dev eth1
bad 'route: no carrier' 'route 198.51.100.0/24: there, but its interface has no carrier' a 'route 198.51.100.0/24'
net a ip link set eth1 down
cannot 'arp: down' 'arp 10.9.0.2 on eth1: the interface is down' a 'arp 10.9.0.2 --dev eth1'
bad 'link: down' 'link eth1: down' a 'link eth1'
good 'link: up' 'link eth0: up and running' a 'link eth0'
good 'link: loopback' 'link lo: up and running' a 'link lo'
bad 'link: not there' 'link eth7: no such interface' a 'link eth7'

# A request may get lost: the address comes up only after the first one.
for addr in 10.9.0.50/24 fd00:9::50/64; do
	net a $CHECK arp ${addr%/*} --dev eth0 -t 20 >$LAB/late.${addr%/*} 2>&1 &
done
sleep 0.3
net b ip addr add 10.9.0.50/24 dev eth0
net b ip addr add fd00:9::50/64 dev eth0 nodad
said() { [ "$(cat $LAB/late.* | grep -c ': ')" = 2 ]; }
wait_until 30 said
same 'arp: asks again' "$(cat $LAB/late.* | grep -c "^good: .*: $mac_b has it")" 2

for family in '10.9.0.99 arp' 'fd00:9::99 na'; do
	addr=${family% *} kind=${family#* }
	flood --addr $addr eth0 $kind-bad
	bad "arp $addr: a flood of wrong answers" "arp $addr on eth0: no answer" a "arp $addr --dev eth0 -t 0.5"
	calm
	flood --addr $addr --mac "$(mac_of a)" eth0 $kind
	bad "vip $addr: a flood in our own name" "vip $addr on eth0: nobody else has it" a "vip $addr --dev eth0 -t 0.5"
	calm
	flood --addr $addr eth0 $kind
	good "arp $addr: a flood of liars is named, not followed" "arp $addr on eth0: 02:66:00:00:00:?? and 02:66:00:00:00:?? and others have it" \
		a "arp $addr --dev eth0 -t 20"
	calm
done

# ---- vip ----
# b talks to c's VIP; a second VIP of ours is here and at c too.
for cidr in $VIP/24 10.9.0.101/24 fd00:9::100/64 fd00:9::101/64 fe80::100/64; do
	case $cidr in
	*:*) net c ip addr add $cidr dev eth0 nodad ;;
	*) net c ip addr add $cidr dev eth0 ;;
	esac
done
take() {
	net a ip addr add $VIP/${1:-24} dev eth0
	net a ip addr add 10.9.0.101/${1:-24} dev eth0
	net a ip addr add fd00:9::100/${2:-64} dev eth0 nodad
	net a ip addr add fd00:9::101/${2:-64} dev eth0 nodad
	net a ip addr add fe80::100/${2:-64} dev eth0 nodad
}
release() {
	for addr in "$VIP/${1:-24}" 10.9.0.101/${1:-24} fd00:9::100/${2:-64} fd00:9::101/${2:-64} fe80::100/${2:-64}; do
		net a ip addr del $addr dev eth0 2>/dev/null	# secondary ones went with their first
	done
}
# Who believes what about the VIPs, and nothing about states, which age.
caches() {
	for h in b c x; do
		net $h ip neigh show | awk -v h=$h '$1 ~ /(100|101)$/ { m = "-"; for (i = 1; i < NF; i++) if ($i == "lladdr") m = $(i + 1)
			if ($NF != "FAILED") print h, $1, m }' | sort
	done
}
for addr in $VIP 10.9.0.101 fd00:9::100 fd00:9::101; do
	net b ip neigh replace $addr lladdr $mac_c nud stale dev eth0
done
net b ip neigh replace fe80::100 lladdr $mac_c nud stale dev eth0
before=$(caches)
same 'caches: b knows five' "$(echo "$before" | grep -c "$mac_c")" 5

vips() {	# WHAT TEXT-OF-IPv4 CODE
	for addr in $VIP fd00:9::100 fe80::100; do
		row "vip $addr: $1" $3 "$2" a vip $addr --dev eth0 -t ${4:-5}
	done
}
vips 'another has it, we do not' "good: vip *: $mac_c has it" 0
take
vips 'another has it too' "good: vip *: $mac_c has it" 0
row 'vip: split brain (001-check_vip.sh), a' 1 "bad: ! vip $VIP on eth0: $mac_c has it" a ! vip $VIP --dev eth0 -t 5
row 'vip: split brain (001-check_vip.sh), c' 1 "bad: ! vip $VIP on eth0: $(mac_of a) has it" c ! vip $VIP --dev eth0 -t 5
row 'vip: a third sees both' 0 "good: vip $VIP on eth0: * and * have it" x vip $VIP --dev eth0 -t 20
same 'vip: which are these two' "$(echo "$got" | grep -o '02:[0-9a-f:]*\|[0-9a-f:]\{17\}' | sort -u | tr '\n' ' ')" \
	"$(printf '%s\n%s\n' "$(mac_of a)" $mac_c | sort | tr '\n' ' ')"
release
take 32 128
vips 'single addresses, another has them too' "good: vip *: $mac_c has it" 0
release 32 128
same 'caches: as they were' "$(caches)" "$before"

# In our own name only: never as one of the addresses that move.
if command -v tcpdump >/dev/null; then
	net a ip addr del 10.9.0.1/24 dev eth0
	take
	capture b eth0
	vips 'asked from a router that has nothing but VIPs' "good: vip *: $mac_c has it" 0
	requests() { frames b eth0 'arp or (icmp6 and ip6[40] == 135)' | grep -cF -e "who-has $VIP" -e 'who has fd00:9::100'; }
	soon 'vip: the questions were seen' 10 eval '[ "$(requests)" -ge 2 ]'
	is 'vip: none in the name of a VIP' eval '! frames b eth0 "(arp and arp[7] == 1 and src host 10.9.0.101) or (icmp6 and ip6[40] == 135 and (src fd00:9::101 or src fe80::100))" | grep -q .'
	end b tcpdump-eth0
	release
	net a ip addr add 10.9.0.1/24 dev eth0
fi

for cidr in $VIP/24 10.9.0.101/24 fd00:9::100/64 fd00:9::101/64 fe80::100/64; do
	net c ip addr del $cidr dev eth0
done
vips 'nobody has it' 'bad: vip *: nobody else has it' 1 0.4
take
vips 'we alone have it' 'bad: vip *: nobody else has it' 1 0.4
row 'vip: we are alone (001-check_vip.sh)' 0 "good: ! vip $VIP on eth0: nobody else has it" a ! vip $VIP --dev eth0 -t 0.4
row 'vip: and the backup sees the master' 0 "good: vip $VIP on eth0: $(mac_of a) has it" c vip $VIP --dev eth0 -t 5
release

# ---- addr ----
good 'addr: set' 'addr 10.9.0.1: set on eth0' a 'addr 10.9.0.1'
good 'addr: set on that interface' 'addr fd00:9::1 on eth0: set on eth0' a 'addr fd00:9::1 --dev eth0'
bad 'addr: on another interface' 'addr 10.9.0.1 on eth1: not there' a 'addr 10.9.0.1 --dev eth1'
bad 'addr: not set' 'addr 10.9.0.2: not there' a 'addr 10.9.0.2'
bad 'addr: not set, IPv6' 'addr fd00:9::2: not there' a 'addr fd00:9::2'
cannot 'addr: no such interface' 'addr 10.9.0.1 on eth7: no such interface' a 'addr 10.9.0.1 --dev eth7'
row 'addr: turned round' 0 'good: ! addr 10.9.0.2: not there' a ! addr 10.9.0.2
on a sysctl -qw net.ipv6.conf.eth0.dad_transmits=30
net a ip addr add fd00:9::60/64 dev eth0
bad 'addr: tentative' 'addr fd00:9::60: tentative,*' a 'addr fd00:9::60'
net a ip addr del fd00:9::60/64 dev eth0
on a sysctl -qw net.ipv6.conf.eth0.dad_transmits=1
net a ip addr add fd00:9::2/64 dev eth0
duplicate() { net a ip -6 addr show dadfailed | grep -q fd00:9::2/; }
wait_until 20 duplicate
bad 'addr: duplicate' 'addr fd00:9::2: somebody else has it (duplicate address detection failed)' a 'addr fd00:9::2'
net a ip addr del fd00:9::2/64 dev eth0

# ---- route ----
bad 'route: none' 'route default: not there' a 'route default'
net a ip route add default via fd00:9::2
good 'route: default of either family' 'route default: via fd00:9::2 on eth0' a 'route default'
good 'route: default, IPv6' 'route ::/0: via fd00:9::2 on eth0' a 'route ::/0'
bad 'route: default, IPv4' 'route 0.0.0.0/0: not there' a 'route 0.0.0.0/0'
net a ip route add default via 10.9.0.2
good 'route: default, IPv4 first' 'route default: via 10.9.0.2 on eth0' a 'route default'
good 'route: a subnet' 'route 10.9.0.0/24: there on eth0' a 'route 10.9.0.0/24'
good 'route: IPv6' 'route 2001:db8::/32: via fd00:9::2 on eth0' a 'route 2001:db8::/32'
net a ip route add 10.5.1.0/24 via 10.9.0.2
net a ip route add 10.6.0.0/16 via 10.9.0.2 table 100
net a ip route add 10.7.0.0/16 nexthop via 10.9.0.2 nexthop via 10.9.0.3
net a ip -6 route add 2001:db9::/32 via fd00:9::2 table 100
bad 'route: a part of it only' 'route 10.5.0.0/16: not there' a 'route 10.5.0.0/16'
bad 'route: only one that covers it' 'route 10.5.1.1/32: not there' a 'route 10.5.1.1/32'
bad 'route: in another table' 'route 10.6.0.0/16: not there' a 'route 10.6.0.0/16'
bad 'route: in another table, IPv6' 'route 2001:db9::/32: not there' a 'route 2001:db9::/32'
bad 'route: a local address is not of the main table' 'route 10.9.0.1/32: not there' a 'route 10.9.0.1/32'
good 'route: several ways' 'route 10.7.0.0/16: there' a 'route 10.7.0.0/16'
n=0
for type in blackhole unreachable prohibit throw; do
	n=$((n + 1))
	net a ip route add $type 10.8.$n.0/24
	net a ip route add $type 2001:dba:$n::/48
done
bad 'route: blackhole' 'route 10.8.1.0/24: a blackhole' a 'route 10.8.1.0/24'
bad 'route: unreachable' 'route 10.8.2.0/24: unreachable' a 'route 10.8.2.0/24'
bad 'route: prohibit' 'route 10.8.3.0/24: prohibited' a 'route 10.8.3.0/24'
bad 'route: throw' 'route 10.8.4.0/24: a throw' a 'route 10.8.4.0/24'
bad 'route: blackhole, IPv6' 'route 2001:dba:1::/48: a blackhole' a 'route 2001:dba:1::/48'
net a ip route add 10.8.1.0/24 via 10.9.0.2 metric 50
good 'route: a better one beside it' 'route 10.8.1.0/24: via 10.9.0.2 on eth0' a 'route 10.8.1.0/24'

# A long table: read to its end, a piece a turn.
awk 'BEGIN { for (i = 0; i < 20000; i++) printf "route add 100.%d.%d.0/24 via 10.9.0.2\n", 64 + i / 256, i % 256 }' >$LAB/routes
net a ip -batch $LAB/routes
good 'route: the last of twenty thousand' 'route 100.142.31.0/24: via 10.9.0.2 on eth0' a 'route 100.142.31.0/24 -t 20'
bad 'route: none of twenty thousand' 'route 100.142.32.0/24: not there' a 'route 100.142.32.0/24 -t 20'
cannot 'route: no time to look' 'route 100.142.32.0/24: the kernel*s table was not read in time' a 'route 100.142.32.0/24 -t 0.001'
finish
