#!/bin/sh
# static.sh - static addresses, routes and rules: there from start to stop, put back; track_group makes their device a fault.
# shellcheck disable=SC2016,SC2086,SC2317	# called by name; words without blanks
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

host r1 eth0 wan
file=$LAB/r1.conf
route() { net r1 ip route show table all proto keepalived to exact $1 | grep -q .; }
no_route() { ! route "$@"; }
rule() { net r1 ip rule show priority $1 | grep -q .; }
reloaded_since() { [ "$(log_count r1 "reloaded $file")" -gt $had ]; }
reloads() {
	had=$(log_count r1 "reloaded $file")
	hit r1 vrrpd HUP
	wait_until 20 reloaded_since || not_ok 'reload' 'not done after 20 s'
}
make_conf() {
	CONF_TOP="static_ipaddress {
	10.9.0.1/24 dev eth0
	10.8.0.1/24 dev wan track_group G
	$1
}
static_routes {
	10.7.0.0/24 via 10.8.0.9 dev wan
	$2
}
static_rules {
	from 10.9.0.0/24 table main priority 200
}
track_group G {
	group { VI_1 }
}" conf r1 150
}
make_conf '' ''
start_vrrpd r1 $file
soon 'an address' 5 has_vip r1 10.9.0.1
soon 'another one' 5 has_vip r1 10.8.0.1
soon 'a route' 5 route 10.7.0.0/24
is 'a rule' rule 200
soon 'an instance sends from a static address' 20 has_vip r1
no_log r1 'no usable source address' && ok 'and has it from the first moment' || not_ok 'and has it from the first moment' 'no'
net r1 ip addr del 10.8.0.1/24 dev wan
soon 'removed by others: the address is put back' 5 has_vip r1 10.8.0.1
soon 'and the route that went with it' 5 route 10.7.0.0/24
net r1 ip rule del priority 200
soon 'and the rule' 5 rule 200
cable r1 out wan
soon 'its device is down: the group is in fault' 10 logged r1 'tracked interface wan is down'
cable r1 in wan
soon 'it is up' 20 has_vip r1
soon 'the route too' 5 route 10.7.0.0/24
make_conf '10.9.0.77/24 dev eth0' '10.6.0.0/24 via 10.8.0.9'
reloads
soon 'reload: a new address' 5 has_vip r1 10.9.0.77
soon 'reload: a new route' 5 route 10.6.0.0/24
make_conf '' ''
reloads
soon 'reload: it goes' 5 no_vip r1 10.9.0.77
soon 'reload: so does the route' 5 no_route 10.6.0.0/24
is 'reload: the others stay' route 10.7.0.0/24
on r1 kill -USR1 "$(cat $LAB/r1/vrrpd.pid)"
dumped() { on r1 grep -q 'Static Rules' /tmp/keepalived.data; }
soon 'keepalived.data has them' 5 dumped
hit r1 vrrpd KILL
wait_until 10 gone r1 vrrpd
start_vrrpd r1 $file
soon 'killed and started again: MASTER' 20 has_vip r1
end r1 vrrpd
is 'stop: no address' no_vip r1 10.8.0.1
is 'stop: no route' no_route 10.7.0.0/24
rule 200 && not_ok 'stop: no rule' 'it is there' || ok 'stop: no rule'
start_vrrpd r1 $file -V
soon '-V: started' 20 has_vip r1
end r1 vrrpd
is '-V: the address stays' has_vip r1 10.8.0.1
is '-V: the route stays' route 10.7.0.0/24
finish
