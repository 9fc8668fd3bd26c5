#!/bin/sh
# accept.sh - packets to the addresses: taken, or dropped by a table of our own that is there exactly as long as it is needed.
. "${0%/*}/lib.sh"

V6=fd00:9::100 LL=fe80::9:100
v6_block() { printf 'vrrp_instance V6 {\n\tinterface eth0\n\tvirtual_router_id 51\n\tpriority 100\n\tadvert_int 0.1\n%s\tvirtual_ipaddress {\n\t\t%s/64\n\t\t%s/64\n\t}\n}\n' "${1:-}" $LL $V6; }
table() { net a nft -j list table inet "${1:-vrrpbox}" 2>/dev/null; }
has() { table "${2:-vrrpbox}" | grep -qF "\"$1\""; }
hasnt() { ! has "$@"; }
gone_table() { ! table "$@" >/dev/null; }
alone() { [ "$(net a nft list tables)" = "${1:-}" ]; }
pings() { net b ping -c 1 -W 1 "$@" >/dev/null 2>&1; }
silent() { net b ping -c 1 -W 0.3 "$@" >/dev/null 2>&1; [ $? = 1 ]; }
knows() { net b ip neigh flush dev eth0; net b ping -c 1 -W 0.3 "$@" >/dev/null 2>&1; net b ip neigh show to "${1%\%*}" dev eth0 | grep -q lladdr; }
# refused: a listener nowhere, but the kernel answers; silence: dropped
connects() { net b python3 -c 'import socket,sys
s=socket.create_connection((sys.argv[1], 7), 0.4)' "$1" 2>&1 | grep -q "${2:-refused}"; }

host a eth0=10.9.0.1/24,fd00:9::1/64
host b eth0=10.9.0.2/24,fd00:9::2/64

conf a 100 no_accept
v6_block '	no_accept
' >>"$LAB/a.conf"
net a nft add table ip other
start_vrrpd a "$LAB/a.conf"
soon 'an address in the set before it is set' 5 has $VIP
soon 'master' 5 has_vip a
soon 'both families' 5 has_vip a $V6
is 'IPv6 in its set' has $V6
is 'link-local with its interface' has $LL
is 'no ping' silent $VIP
is 'no connection' connects $VIP 'timed out'
is 'ARP is answered' knows $VIP
is 'IPv6: no ping' silent $V6
is 'IPv6: ND is answered' knows $V6
is 'link-local: no ping' silent $LL%eth0
is 'link-local: ND is answered' knows $LL%eth0
is 'its own address answers' pings 10.9.0.1
is 'said once' test "$(log_count a 'packets to its addresses are dropped')" = 2

net a nft flush ruleset
soon 'flushed: put back' 3 has $VIP
is 'with IPv6' has $V6
is 'still no ping' silent $VIP
is 'said' logged a 'removed by somebody else: put back'
sleep 1.1
net a nft flush chain inet vrrpbox input
soon 'rules flushed: put back' 3 sh -c "nsenter -t $(cat "$LAB/a/init") -n nft list table inet vrrpbox | grep -q drop"

hit a vrrpd KILL
wait_until 5 gone a vrrpd
is 'killed: the table stays, the addresses too' has $VIP
sed -i '/no_accept/d' "$LAB/a.conf"
start_vrrpd a "$LAB/a.conf"
soon 'started without no_accept: the table is gone' 3 gone_table
soon 'and the address answers' 5 pings $VIP
is 'a connection is refused by the kernel' connects $VIP

{ printf 'global_defs {\n\tnftables_counters\n\tnftables_ifindex\n\tnftables mine\n\tnftables_priority -149\n}\n'; cat "$LAB/a.conf"; } >"$LAB/new"
sed 's/priority 100/&\n\tno_accept/' "$LAB/new" >"$LAB/a.conf"
hit a vrrpd HUP
soon 'a reload brings it, under another name' 3 has $VIP mine
is 'and priority' sh -c "nsenter -t $(cat "$LAB/a/init") -n nft list table inet mine | grep -q 'priority -149\|mangle + 1'"
is 'still master' has_vip a
is 'no ping' silent $VIP
is 'counted' sh -c "nsenter -t $(cat "$LAB/a/init") -n nft list table inet mine | grep -q 'counter packets [1-9]'"
is 'interface by number' silent $LL%eth0

# another daemon of more priority: BACKUP takes nothing in, so nothing needs to be dropped
conf b 200
start_vrrpd b "$LAB/b.conf"
soon 'BACKUP' 5 no_vip a
soon 'out of the set' 3 hasnt $VIP mine
end b vrrpd
soon 'MASTER again' 5 has $VIP mine
end a vrrpd
is 'stopped: nothing of ours is left' gone_table mine
is 'nothing of ours at all' alone ''

conf a 100 strict_mode
start_vrrpd a "$LAB/a.conf"
soon 'strict: in the set' 5 has $VIP
soon 'strict: master' 5 has_vip a
is 'strict: no ping' silent $VIP
conf a 100 strict_mode accept
hit a vrrpd HUP
soon 'strict with accept: no table' 3 gone_table
is 'strict with accept: answers' pings $VIP
conf a 255 strict_mode
hit a vrrpd HUP
soon 'an owner answers' 5 pings $VIP
is 'and needs no table' gone_table
end a vrrpd

if command -v keepalived >/dev/null; then
	for words in no_accept accept strict_mode 'strict_mode on
	accept'; do
		conf a 100 "$words"
		start_keepalived a "$LAB/a.conf"
		soon "keepalived is master: $words" 8 has_vip a
		theirs=$(pings $VIP && echo answers || echo silent)
		end a vrrpd
		start_vrrpd a "$LAB/a.conf"
		wait_until 5 has_vip a
		same "as keepalived: $words" "$(pings $VIP && echo answers || echo silent)" "$theirs"
		end a vrrpd
	done
else
	skip 'as keepalived' 'no keepalived here'
fi
finish
