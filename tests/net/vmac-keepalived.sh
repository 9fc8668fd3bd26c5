#!/bin/sh
# vmac-keepalived.sh - virtual MACs beside keepalived: who sends from where, who hears whom, and what each makes of one file.
. "${0%/*}/lib.sh"
command -v keepalived >/dev/null || lab_cannot 'keepalived is not installed'
MAC4=00:00:5e:00:01:33

host a eth0=10.9.0.1/24,fe80::a/64
host b eth0=10.9.0.2/24,fe80::b/64
net a ip link add probe link eth0 type macvlan mode bridge 2>/dev/null || lab_cannot 'the kernel has no macvlan'
net a ip link del probe

# Ours on a with the words of $2, keepalived on b with those of $3; priorities $4 and $5.
pair() {
	pair_name=$1 pair_ours=$2 pair_theirs=$3
	conf a "$4" "$pair_ours" use_vmac
	conf b "$5" "$pair_theirs" use_vmac
	: >$LAB/a/vrrpd.log
	: >$LAB/b/vrrpd.log
	start_vrrpd a $LAB/a.conf
	start_keepalived b $LAB/b.conf
	wait_until 5 one_only
	sleep 1
	is "$pair_name" sole_master "$([ "$4" -gt "$5" ] && echo a b || echo b a)"
}
one_only() { case $(vrrp_master a b) in 'a '|'b ') ;; *) return 1 ;; esac; }
sole_master() {
	# shellcheck disable=SC2086
	set -- $1
	has_vip "$1" && no_vip "$2"
}
apart() {
	end a vrrpd
	end b vrrpd
	wait_until 5 no_vip b
}

pair 'ours leads, both from the virtual MAC' '' '' 150 100
end a vrrpd KILL
soon 'keepalived takes over from a kernel that lives on' 5 has_vip b
is 'the switch follows' sh -c "bridge fdb show br lan | grep -q '$MAC4 dev b-eth0'"
start_vrrpd a $LAB/a.conf
soon 'ours comes back' 5 sole_master 'a b'
apart
pair 'keepalived leads, both from the virtual MAC' '' '' 100 150
end b vrrpd KILL
soon 'ours takes over from it' 5 has_vip a
is 'the switch follows' sh -c "bridge fdb show br lan | grep -q '$MAC4 dev a-eth0'"
net b ip link del vrrp.51
apart
pair 'ours leads, both from the parents' vmac_xmit_base vmac_xmit_base 150 100
apart
pair 'keepalived leads, both from the parents' vmac_xmit_base vmac_xmit_base 100 150
apart
pair 'ours leads from its parent' vmac_xmit_base '' 150 100
apart
pair 'keepalived leads from the virtual MAC: heard on the parent' vmac_xmit_base '' 100 150
apart
pair 'keepalived leads from its parent' '' vmac_xmit_base 100 150
apart
# Its macvlan of mode private takes what our virtual MAC sends away from its own parent, where it listens then.
conf a 150 use_vmac
conf b 100 use_vmac vmac_xmit_base
start_vrrpd a $LAB/a.conf
start_keepalived b $LAB/b.conf
wait_until 5 has_vip b
if has_vip a && has_vip b; then
	ok 'keepalived with vmac_xmit_base does not hear a virtual MAC: two masters, as with another keepalived'
else
	skip 'keepalived with vmac_xmit_base' 'this release hears a virtual MAC'
fi
apart

# ---- one file, two daemons: the same devices and addresses but for what is meant ----
printf '%s\n' 'global_defs {' ' vrrp_version 3' '}' >$LAB/one.conf
for f in 4 6; do
	case $f in 4) v=10.9.0.100/24 w=10.9.0.101/24 ;; 6) v=fe80::100/64 w=2001:db8::100/64 ;; esac
	printf '%s\n' "vrrp_instance V$f {" ' interface eth0' ' virtual_router_id 51' ' advert_int 0.1' ' use_vmac' ' virtual_ipaddress {' \
		"  $v" "  $w" ' }' '}' >>$LAB/one.conf
done
seen() {
	net a ip -j -d link show type macvlan | tr ',' '\n' |
		grep -E '"(ifname|link|address|mode|inet6_addr_gen_mode|operstate|group)":' | tr -d '{}[] '
	net a ip -o addr show | awk '$2 ~ /^vrrp/ { print $2, $4, $5, $6 }' | sort
}
start_vrrpd a $LAB/one.conf
wait_until 5 has_vip a fe80::100
wait_until 5 has_vip a
cp /dev/null $LAB/x; seen >$LAB/ours
end a vrrpd
start_keepalived a $LAB/one.conf
wait_until 5 has_vip a fe80::100
wait_until 5 has_vip a
seen >$LAB/theirs
end a vrrpd
# Meant: mode bridge, not private, and no copy of the parent's link-local address.
sed 's/"mode":"private"/"mode":"bridge"/; /fe80::a\/64/d; /fe80::.*:.*\/64/d' $LAB/theirs >$LAB/theirs.want
same 'the same file makes the same devices and addresses' "$(cat $LAB/ours)" "$(cat $LAB/theirs.want)"
finish
