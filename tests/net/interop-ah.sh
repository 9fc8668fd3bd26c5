#!/bin/sh
# interop-ah.sh - the authentication header beside keepalived, multicast and unicast at once, each as master and as backup.
. "${0%/*}/lib.sh"
command -v keepalived >/dev/null || lab_cannot 'no keepalived here'

UNI=10.9.0.200
instance() {	# NAME VRID PRIO ADDR [LINE...]
	printf 'vrrp_instance %s {\n\tinterface eth0\n\tvirtual_router_id %s\n\tpriority %s\n\tadvert_int 1\n' "$1" "$2" "$3"
	printf '\tauthentication {\n\t\tauth_type AH\n\t\tauth_pass s3cret\n\t}\n\tvirtual_ipaddress {\n\t\t%s/24\n\t}\n' "$4"
	shift 4
	printf '\t%s\n' "$@" '}'
}
config() {	# HOST PRIO OWN PEER
	{
		instance MULTI 51 "$2" $VIP
		instance UNI 52 "$2" $UNI "unicast_src_ip $3" 'unicast_ttl 64' 'unicast_peer {' "$4" '}'
	} >"$LAB/$1.conf"
}
has_both() { has_vip "$1" && has_vip "$1" $UNI; }
has_none() { no_vip "$1" && no_vip "$1" $UNI; }
only() { has_both "$1" && has_none "$2"; }

host a eth0=10.9.0.1/24
host b eth0=10.9.0.2/24
ln -s vrrpd $LAB/bin/vrrp-state
config a 200 10.9.0.1 10.9.0.2
config b 100 10.9.0.2 10.9.0.1
start_vrrpd a "$LAB/a.conf"
start_keepalived b "$LAB/b.conf"
soon 'ours is master' 8 has_both a
sleep 4.5	# longer than keepalived's master-down time
is 'keepalived follows' has_none b
end a vrrpd
soon 'ours leaves: keepalived takes over' 4 has_both b
start_vrrpd a "$LAB/a.conf"
soon 'back, ours preempts' 9 only a b
hit a vrrpd KILL
soon 'ours is killed: keepalived takes over' 6 has_both b
wait_until 3 gone a vrrpd
net a ip addr del $VIP/24 dev eth0
net a ip addr del $UNI/24 dev eth0
config a 50 10.9.0.1 10.9.0.2
start_vrrpd a "$LAB/a.conf"
sleep 4.5
is 'ours follows keepalived' has_none a
end b vrrpd
soon 'keepalived leaves: ours takes over' 4 has_both a
is 'ours refused nothing' no_log a 'ignored advert'
is 'keepalived refused nothing' no_log b 'IPSEC-AH'
end a vrrpd
finish
