#!/bin/sh
# mixed.sh - send_v2_and_v3 between keepaliveds of which one knows version 2 only and one version 3: one master, multicast and unicast.
. "${0%/*}/lib.sh"
command -v keepalived >/dev/null || lab_cannot 'no keepalived here'
command -v tcpdump >/dev/null || lab_cannot 'the command tcpdump is missing'

UNI=10.9.0.200
instance() {	# NAME VRID PRIO ADDR LINE...
	printf 'vrrp_instance %s {\n\tinterface eth0\n\tvirtual_router_id %s\n\tpriority %s\n\tvirtual_ipaddress {\n\t\t%s/24\n\t}\n' "$1" "$2" "$3" "$4"
	shift 4
	printf '\t%s\n' "$@" '}'
}
config() {	# HOST PRIO OWN VERSION PEERS LINE...
	config_host=$1 config_prio=$2 config_own=$3 config_version=$4 config_peers=$5
	shift 5
	{
		printf 'global_defs {\n\tvrrp_version %s\n}\n' "$config_version"
		instance MULTI 51 "$config_prio" $VIP "$@"
		# shellcheck disable=SC2086	# a line each
		[ -z "$config_peers" ] || instance UNI 52 "$config_prio" $UNI "$@" "unicast_src_ip $config_own" 'unicast_peer {' $config_peers '}'
	} >"$LAB/$config_host.conf"
}
why() { on "$1" $LAB/bin/vrrp-state why MULTI | grep -q "$2"; }
json() { on "$1" $LAB/bin/vrrp-state -j | grep -q "$2"; }
only() { sole_master "$@"; }
quiet() {	# NAME HOST HOST...: it stays the only master, longer than a version 2 router waits
	quiet_name=$1
	shift
	sleep 4.5
	same "$quiet_name" "$(vrrp_master "$@")" "$1 "
}
sent() { [ "$(frames k2 eth0 "src 10.9.0.1 and dst $1 and ip[20] == $2 and ip[22] == $3" | grep -c .)" -gt "${4:-0}" ]; }

host a eth0=10.9.0.1/24
host b eth0=10.9.0.2/24
host k2 eth0=10.9.0.3/24
host k3 eth0=10.9.0.4/24
ln -s vrrpd $LAB/bin/vrrp-state
config a 254 10.9.0.1 3 '10.9.0.3 10.9.0.4' 'advert_int 0.2' send_v2_and_v3
config b 250 10.9.0.2 3 '' 'advert_int 0.2' send_v2_and_v3
config k2 20 10.9.0.3 2 10.9.0.1 'advert_int 1'
config k3 10 10.9.0.4 3 10.9.0.1 'advert_int 0.2'
capture k2 eth0
start_vrrpd a "$LAB/a.conf"
start_vrrpd b "$LAB/b.conf"
start_keepalived k2 "$LAB/k2.conf"
start_keepalived k3 "$LAB/k3.conf"
soon 'a is master' 6 only a b
quiet 'and nobody else, of whatever version' a b k2 k3
is 'unicast: it is master' has_vip a $UNI
is 'unicast: version 2 follows' no_vip k2 $UNI
is 'unicast: version 3 follows' no_vip k3 $UNI
is 'version 2 to the group' sent 224.0.0.18 33 254 10
is 'and to the peer' sent 10.9.0.3 33 254 10
is 'told why' why b 'version 3 and 2, an advert every 0.2'
is 'and of the other' why b 'heard 10.9.0.1 .*version 3 and 2'
is 'JSON' json b '"send-v2-and-v3":true.*"v2_beside_v3":[1-9]'
is 'nothing is refused' no_log b 'ignored advert'

end a vrrpd
soon 'a leaves: b at once' 1 only b a
is 'in version 3' sent 224.0.0.18 49 0
is 'and 2' sent 224.0.0.18 33 0
is 'and 2 by unicast' sent 10.9.0.3 33 0
quiet 'and nobody else' b k2 k3
start_vrrpd a "$LAB/a.conf"
soon 'a is back' 5 only a b
cable a out
hit a vrrpd KILL
soon 'a is dead: b' 2 only b k2 k3
quiet 'and nobody else again' b k2 k3
end b vrrpd
cable a in
end k3 vrrpd
soon 'version 2 alone' 6 only k2 k3 b

config b 5 10.9.0.2 3 '' 'advert_int 0.2' send_v2_and_v3
start_vrrpd b "$LAB/b.conf"
quiet 'b follows version 2, every second' k2 b
end k2 vrrpd
soon 'which leaves: b' 2 has_vip b
start_keepalived k3 "$LAB/k3.conf"
soon 'version 3 preempts' 3 only k3 b
soon 'b says what that means' 2 logged b '10.9.0.4 sends no version 2'
end k3 vrrpd
soon 'it leaves: b' 2 has_vip b
sed -i /send_v2_and_v3/d "$LAB/b.conf"
hit b vrrpd HUP
soon 'a reload ends it' 2 why b 'version 3, an advert'
sleep 0.3
before=$(frames k2 eth0 "src 10.9.0.2 and ip[20] == 33" | wc -l)
sleep 0.6
same 'no more version 2' "$(frames k2 eth0 "src 10.9.0.2 and ip[20] == 33" | wc -l)" "$before"
is 'still master' has_vip b
finish
