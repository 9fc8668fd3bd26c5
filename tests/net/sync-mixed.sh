#!/bin/sh
# sync-mixed.sh - one sync group of a version 2 router, a version 3 router and an IPv6 router: a fault of any takes all, all
# return, and nobody is split. Then with keepalived as the peer, both ways round.
# timeout: 120
# shellcheck disable=SC2086,SC2317	# words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

host r1 eth0=10.9.0.1/24 eth1=10.9.1.1/24,2001:db8:9::1/64
host r2 eth0=10.9.0.2/24 eth1=10.9.1.2/24,2001:db8:9::2/64
host c eth0=10.9.0.7/24 eth1=10.9.1.7/24,2001:db8:9::7/64
ln -s vrrpd $LAB/bin/vrrp-state
NEW=10.9.1.100
SIX=2001:db8:9::100

# group HOST PRIO: writes its file
group() {
	cat >"$LAB/$1.conf" <<EOF2
global_defs {
	vrrp_version 2
}
vrrp_sync_group edge {
	group {
		OLD
		NEW
		SIX
	}
}
vrrp_instance OLD {
	interface eth0
	virtual_router_id 51
	priority $2
	advert_int 1
	virtual_ipaddress {
		$VIP/24
	}
}
vrrp_instance NEW {
	version 3
	interface eth1
	virtual_router_id 52
	priority $2
	advert_int 0.2
	virtual_ipaddress {
		$NEW/24
	}
}
vrrp_instance SIX {
	version 3
	interface eth1
	virtual_router_id 53
	priority $2
	advert_int 0.3
	virtual_ipaddress {
		fe80::9:100/64
		$SIX/64
	}
}
EOF2
}

all_on() { has_vip "$1" && has_vip "$1" $NEW && has_vip "$1" $SIX; }
none_on() { no_vip "$1" && no_vip "$1" $NEW && no_vip "$1" $SIX; }
moved() { all_on "$1" && none_on "$2"; }
answers() { net c ping -c 1 -W 1 $VIP && net c ping -c 1 -W 1 $NEW && net c ping -6 -c 1 -W 1 $SIX; }
reached() { answers >/dev/null 2>&1; }
start() { if [ "$2" = keepalived ]; then start_keepalived "$1" $LAB/$1.conf; else start_vrrpd "$1" $LAB/$1.conf; fi; }
state() { on r1 $LAB/bin/vrrp-state "$@"; }
both_say() { logged r1 "(SIX) Entering MASTER" && logged r1 "(NEW) Entering MASTER"; }

round() {
	group r1 150
	group r2 100
	forget r1
	forget r2
	start r1 $1
	soon "$1, $2: alone it has all three" 15 all_on r1
	start r2 $2
	soon "$1, $2: a client reaches all three" 10 reached
	is "$1, $2: the other one has none" none_on r2
	cable r1 out eth1
	soon "$1, $2: versions 3 lose their link: version 2 moves too" 15 moved r2 r1
	cable r1 in eth1
	soon "$1, $2: all return" 20 moved r1 r2
	cable r1 out eth0
	soon "$1, $2: version 2 loses its link: IPv6 moves too" 15 moved r2 r1
	soon "$1, $2: a client reaches all three there" 10 reached
	if [ $1 = vrrpd ]; then
		is "$1, $2: the culprit is named to IPv6" logged r1 '(SIX) Entering FAULT STATE: OLD of its sync group is in FAULT: interface eth0 is down'
	fi
	cable r1 in eth0
	soon "$1, $2: all return again" 20 moved r1 r2
}

round vrrpd vrrpd
# a sync group's name is as good as an instance's
state why edge >$LAB/why
is 'why of a group: its state' grep -q '^edge is a sync group of 3, MASTER for [0-9]*s$' $LAB/why
same 'why of a group: each member' "$(sed -n 's/^\([A-Z]*\) is MASTER since.*/\1/p' $LAB/why | xargs)" 'OLD NEW SIX'
same 'JSON of a group: its members' "$(state -j edge | grep -o '"name":"[A-Z]*"' | xargs)" 'name:OLD name:NEW name:SIX'
state wait edge MASTER 1
same 'wait for a group: it is so' $? 0
state wait edge FAULT 0
same 'wait for a group: it is not' $? 1
state wait nobody MASTER 1 2>/dev/null
same 'wait: no such name' $? 4
bg r1 waits $LAB/bin/vrrp-state wait edge FAULT 20
bg r1 watches $LAB/bin/vrrp-state -w edge
asks() { on r1 ls -l "/proc/$(cat $LAB/r1/$1.pid)/fd" 2>/dev/null | grep -q socket; }
wait_until 5 asks waits
wait_until 5 asks watches
cable r1 out eth0
soon 'wait for a group: until it is' 15 gone r1 waits
same 'wait for a group: and it is' "$(state edge)" FAULT
seen() { [ "$(grep -c ' MASTER -> FAULT: ' $LAB/r1/watches.log)" = 3 ]; }
soon 'watch a group: its members' 5 seen
end r1 watches
cable r1 in eth0
soon 'and back' 20 moved r1 r2
# killed and back at once: the group goes on, its addresses are there all the while
forget r2
bg r1 monitor ip -o monitor address
hit r1 vrrpd KILL
none() { ! on r1 pgrep vrrpd >/dev/null; }
wait_until 5 none
forget r1
start_vrrpd r1 $LAB/r1.conf
soon 'killed and started at once: MASTER again' 10 logged r1 'Syncing instances to MASTER'
is 'killed and started at once: not one address went' [ ! -s $LAB/r1/monitor.log ]
end r1 monitor
is 'killed and started at once: the other one never took over' no_log r2 'Entering MASTER'
# killed: what it leaves is gone when it is back; nobody is split
end r1 vrrpd KILL
soon 'killed: the other one has all' 15 all_on r2
start_vrrpd r1 $LAB/r1.conf
soon 'killed and started: all return' 20 moved r1 r2
same 'nobody was split: MASTER as often as the group' "$(log_count r1 'Entering MASTER STATE')" \
	"$(($(log_count r1 'Syncing instances to MASTER state') * 3))"
end r1 vrrpd
soon 'stopped: all move' 15 moved r2 r1
end r2 vrrpd
is 'stopped: nothing is left' none_on r2

if command -v keepalived >/dev/null; then
	round vrrpd keepalived
	end r1 vrrpd
	end r2 vrrpd
	round keepalived vrrpd
	end r1 vrrpd
	end r2 vrrpd
else
	skip 'beside keepalived' 'not installed'
fi
finish
