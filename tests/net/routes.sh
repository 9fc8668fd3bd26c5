#!/bin/sh
# routes.sh - routes and rules follow the role: set, taken away by others, reloaded, left behind by kill -9, removed.
# shellcheck disable=SC2016,SC2086,SC2317	# called by name; words without blanks
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

host r1 eth0=10.9.0.1/24 wan=10.8.0.1/24,2001:db8:8::1/64
host r2 eth0=10.9.0.2/24
host isp wan=10.8.0.9/24,2001:db8:8::9/64 far=10.7.0.1/24
host client eth0=10.9.0.50/24
for h in r1 isp; do
	on $h sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
done
net isp ip route add 10.9.0.0/24 via 10.8.0.1
net client ip route add default via $VIP

routes() {
	printf '\tvirtual_routes {\n'
	printf '\t\t%s\n' "$@"
	printf '\t}\n'
}
rules() {
	printf '\tvirtual_rules {\n'
	printf '\t\t%s\n' "$@"
	printf '\t}\n'
}
# what is ours in the kernel of r1
have() { net r1 ip -o $1 route show table all proto keepalived; }
count() { have -4 | wc -l; }
ours() { [ "$(count)" = $1 ]; }
route() { net r1 ip route show table all proto keepalived to exact $1 | grep -q "${2:-.}"; }
no_route() { ! route "$@"; }
rule() { net r1 ip rule show priority $1 | grep -q "${2:-.}"; }
no_rule() { ! rule "$@"; }
bare() { no_rule 100 && no_rule 101 && ours 0 && [ -z "$(have -6)" ]; }
reloaded_since() { [ "$(log_count r1 "reloaded $file")" -gt $had ]; }
reloads() {
	had=$(log_count r1 "reloaded $file")
	hit r1 vrrpd HUP
	wait_until 20 reloaded_since || not_ok 'reload' 'not done after 20 s'
}

ln -s vrrpd $LAB/bin/vrrp-state
file=$LAB/r1.conf
wan='10.7.0.0/24 via 10.8.0.9 dev wan table 77'
base() {
	conf r1 150 "$(routes "$wan" 'default via 10.8.0.9' "10.6.0.0/24 via 10.8.0.9 src $VIP" 'blackhole 10.5.0.0/16' \
		'2001:db8:7::/48 via 2001:db8:8::9' '10.4.0.0/24 nexthop via 10.8.0.9 nexthop via 10.9.0.2 weight 3' "$@")" \
		"$(rules 'from 10.9.0.0/24 table 77 priority 100' 'inet6 fwmark 7 table 77 priority 101')" \
		"notify \"$LAB/tell\""
}
printf '#!/bin/sh\nip route get 10.7.0.1 from 10.9.0.50 iif eth0 >>%s/told\n' $LAB >$LAB/tell
chmod +x $LAB/tell
: >$LAB/told
base
start_vrrpd r1 $file
soon 'MASTER: five IPv4 routes' 20 ours 5
soon 'MASTER: an IPv6 route' 5 route 2001:db8:7::/48 || have -6
soon 'MASTER: a rule' 5 rule 100 'lookup 77'
same 'MASTER: the route of a table' "$(net r1 ip -j route show table 77 | grep -o '"gateway":"[0-9.]*","dev":"wan"')" '"gateway":"10.8.0.9","dev":"wan"'
same 'MASTER: its source is the virtual address' "$(net r1 ip -j route show 10.6.0.0/24 | grep -o '"prefsrc":"[0-9.]*"')" "\"prefsrc\":\"$VIP\""
same 'MASTER: two gateways' "$(net r1 ip route show 10.4.0.0/24 | grep -c nexthop)" 2
is 'a client is carried by the table of the rule' on client ping -c 1 -W 3 -q 10.7.0.1
told() { grep -q 'via 10.8.0.9 dev wan' $LAB/told; }
soon 'notify is told behind the routes' 5 told

# others take away
net r1 ip route del 10.5.0.0/16
soon 'a route that somebody removes is put back' 5 route 10.5.0.0/16
net r1 ip rule del priority 100
soon 'a rule that somebody removes is put back' 5 rule 100
soon 'it is said' 5 logged r1 'route blackhole 10.5.0.0/16 was taken away by somebody else: put back'
net r1 ip route flush proto keepalived
net r1 ip -6 route flush proto keepalived
soon 'so is everything' 5 ours 5
net r1 ip route replace default via 10.9.0.2
dflt() { net r1 ip route show default | head -n 1 | grep -q 10.8.0.9; }
soon 'a default route that somebody puts in its place comes second' 5 dflt
net r1 ip route del default via 10.9.0.2
net r1 ip route replace 10.6.0.0/24 via 10.9.0.2
six() { net r1 ip route show 10.6.0.0/24 | head -n 1 | grep -q 10.8.0.9; }
soon 'so does another one that somebody puts in its place by hand' 5 six
net r1 ip route del 10.6.0.0/24 via 10.9.0.2
net r1 ip -6 route replace blackhole 2001:db8:7::/48
soon 'and of IPv6' 5 route 2001:db8:7::/48 2001:db8:8::9
net r1 ip -6 route del blackhole 2001:db8:7::/48 2>/dev/null
net r1 ip addr del $VIP/24 dev eth0
soon 'a route whose source address went comes back with it' 5 route 10.6.0.0/24 "src $VIP"
net r1 ip addr del 10.8.0.1/24 dev wan
net r1 ip addr add 10.8.0.1/24 dev wan
soon 'the WAN gets its address anew: its routes are there again' 5 ours 5
grep -q 'FAULT' $LAB/r1/vrrpd.log && not_ok 'none of it is a fault' 'see its log'
cable r1 out wan
soon 'the device of a route is down: fault' 10 logged r1 'interface wan is down'
soon 'and nothing is left' 10 bare
cable r1 in wan
soon 'it is up: routes' 20 ours 5

# a reload touches what changed
net r1 ip monitor route >$LAB/monitor 2>&1 &
monitor=$!
base '10.3.0.0/24 via 10.8.0.9'
reloads
soon 'reload: a new one' 10 route 10.3.0.0/24
base
reloads
soon 'reload: it goes' 10 no_route 10.3.0.0/24
kill $monitor
same 'reload: no other one was touched' "$(grep -vc '10.3.0.0/24' $LAB/monitor)" 0

# a table of the internet comes and goes beside it: nothing of that wakes us
seq -f 'route add 100.%g.0.0/16 via 10.8.0.9 proto bgp metric 20' 0 255 >$LAB/bgp
for n in 101 102 103 104 105 106 107 108; do
	seq -f "route add $n.%g.0.0/16 via 10.8.0.9 proto bgp metric 20" 0 255
done >>$LAB/bgp
turns() { on r1 awk '/^voluntary/ { print $2 }' /proc/"$(cat $LAB/r1/vrrpd.pid)"/status; }
before=$(turns)
for n in 1 2 3; do
	net r1 ip -batch $LAB/bgp
	net r1 ip route flush proto bgp
done
net r1 ip -batch $LAB/bgp
sed -i 's/^route add/route replace/' $LAB/bgp
net r1 ip -batch $LAB/bgp
net r1 ip route flush proto bgp
after=$(turns)
is "13824 routes of others pass: vrrpd waits on ($((after - before)) turns)" [ $((after - before)) -lt 300 ]
is 'ours are all there' ours 5

# what cannot be set is said, and tried again
base '10.2.0.0/24 via 10.66.0.9'
reloads
soon 'no such gateway: said' 10 logged r1 'cannot set route 10.2.0.0/24 via 10.66.0.9: '
same 'no such gateway: why knows it' "$(on r1 $LAB/bin/vrrp-state why VI_1 | grep -c '10.2.0.0/24 via 10.66.0.9 is not set: ')" 1
net r1 ip addr add 10.66.0.1/24 dev wan
soon 'there is one: it is set' 10 route 10.2.0.0/24
net r1 ip addr del 10.66.0.1/24 dev wan
base
reloads

# many, a predecessor's leftovers, the end
# shellcheck disable=SC2046 # words
base $(seq -f '10.100.%g.0/24~via~10.8.0.9' 1 250 | sed p | sed '2~2s/10.100/10.101/' | head -n 300)
sed -i 's/~/ /g' $file
reloads
soon '300 more: all of them' 20 ours 305
hit r1 vrrpd KILL
wait_until 10 gone r1 vrrpd
same 'kill -9: they stay' "$(count)" 305
sed -i 's/priority 150/priority 90/' $file
conf r2 200
start_vrrpd r2 $LAB/r2.conf
soon 'another router is MASTER' 20 has_vip r2
start_vrrpd r1 $file
soon 'started as BACKUP: what a predecessor left is removed' 20 bare
end r2 vrrpd
soon 'MASTER again: 305 routes' 20 ours 305
end r1 vrrpd
soon 'stop: nothing is left' 10 bare
is 'stop: the address is gone' no_vip r1

# keepalived in our place: the same entries in the kernel
tables() { net r1 ip -j -4 route show table all proto keepalived; net r1 ip -j -6 route show table all proto keepalived; net r1 ip -j -4 rule; net r1 ip -j -6 rule; }
taken() { tables | tr '}' '\n' | sed 's/"expires":[0-9]*//; s/,"ifindex":[0-9]*//' | sort; }
if command -v keepalived >/dev/null; then
	conf r1 150 "$(routes 'default via 10.8.0.9 dev wan metric 5' '10.7.0.0/24 via 10.8.0.9 table 77 src 10.8.0.1' 'blackhole 10.5.0.0/16' \
		'unreachable 10.5.0.0/17' '10.6.0.0/24 dev wan scope link' '10.4.0.0/24 nexthop via 10.8.0.9 dev wan weight 2 nexthop via 10.9.0.2 dev eth0 onlink' \
		'10.3.0.0/24 via 10.8.0.9 tos 0x10 realms 3/4 mtu lock 1400 advmss 900 initcwnd 5 initrwnd 6 window 7000 features ecn quickack 1 congctl reno hoplimit 9' \
		'10.2.0.0/24 via 10.8.0.9 onlink dev wan' '10.1.0.0/24 via 10.8.0.9 protocol static' '2001:db8:7::/48 via 2001:db8:8::9 pref high' \
		'2001:db8:6::/48 dev wan expires 600' 'prohibit 2001:db8:5::/48')" \
		"$(rules 'from 10.9.0.0/24 table 77 priority 100' 'to 10.7.0.0/24 lookup main priority 101' 'not fwmark 7/0xff table 77 priority 102' \
		'iif eth0 oif wan table 77 priority 103' 'from 10.9.0.0/24 tos 0x10 table 77 priority 104' 'from 10.9.0.7 prohibit priority 105' \
		'from 10.9.0.8 goto 32766 priority 106' 'uidrange 100-200 table 77 priority 107' 'sport 10-20 ipproto tcp dport 30-40 table 77 priority 108' \
		'from 10.9.0.9 table 77 sup_pl 0 priority 109' 'from 10.9.0.0/25 table 77' 'from 2001:db8::/32 table 77' 'l3mdev priority 110' \
		'tunnel-id 9 table 77 priority 111' 'from 10.9.0.5 realms 3/4 table 77 priority 112')"
	start_vrrpd r1 $file
	soon 'one more: MASTER' 20 rule 16384
	soon 'one more: all routes' 5 ours 9
	taken >$LAB/ours.txt
	end r1 vrrpd
	start_keepalived r1 $file
	soon 'keepalived: MASTER' 20 rule 16384
	soon 'keepalived: all routes' 5 ours 9
	taken >$LAB/theirs.txt
	end r1 vrrpd
	same 'the kernel has of us what it has of keepalived' "$(diff $LAB/ours.txt $LAB/theirs.txt)" ''
	is 'and that is not nothing' [ "$(wc -l <$LAB/ours.txt)" -gt 30 ]
else
	skip 'the same as keepalived' 'keepalived is not installed'
fi
finish
