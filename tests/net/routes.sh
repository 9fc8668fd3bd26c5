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

# many, a predecessor's leftovers, the end
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
finish
