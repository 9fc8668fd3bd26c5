#!/bin/sh
# sync-group.sh - two networks through one pair of routers: the addresses of both move together, or not at all. Then with
# keepalived as the peer, both ways round, and with the same configuration on both.
# timeout: 100
# shellcheck disable=SC2086,SC2317	# words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

host r1 eth0=10.9.0.1/24 eth1=10.9.1.1/24
host r2 eth0=10.9.0.2/24 eth1=10.9.1.2/24
host c eth0=10.9.0.7/24 eth1=10.9.1.7/24
told=$LAB/told
IN=10.9.1.100

cat >$LAB/tell <<EOF2
#!/bin/sh
echo "\$(hostname) \$*" >>$told
EOF2
chmod +x $LAB/tell

# groups HOST PRIO_OUT PRIO_IN: writes its file; the group stands before its members
groups() {
	cat >"$LAB/$1.conf" <<EOF2
global_defs {
	vrrp_version 3
	script_user root
}
vrrp_sync_group edge {
	group {
		OUT
		IN
	}
	notify $LAB/tell
}
vrrp_instance OUT {
	interface eth0
	virtual_router_id 51
	priority $2
	advert_int 0.1
	notify $LAB/tell
	virtual_ipaddress {
		$VIP/24
	}
}
vrrp_instance IN {
	interface eth1
	virtual_router_id 52
	priority $3
	advert_int 0.1
	virtual_ipaddress {
		$IN/24
	}
}
EOF2
}

both_on() { has_vip "$1" && has_vip "$1" $IN; }
none_on() { no_vip "$1" && no_vip "$1" $IN; }
moved() { both_on "$1" && none_on "$2"; }
answers() { net c ping -c 1 -W 1 $VIP >/dev/null 2>&1 && net c ping -c 1 -W 1 $IN >/dev/null 2>&1; }
says() { [ "$(on "$1" env VRRP_RUN_DIR= $LAB/bin/vrrp-state "$2" 2>/dev/null)" = "$3" ]; }
ln -s vrrpd $LAB/bin/vrrp-state

# start HOST DAEMON
start() {
	if [ "$2" = keepalived ]; then start_keepalived "$1" $LAB/$1.conf; else start_vrrpd "$1" $LAB/$1.conf; fi
}

# the whole round: $1 and $2 are what runs on r1 and r2
round() {
	groups r1 150 150
	groups r2 100 100
	: >$told
	forget r1
	forget r2
	start r1 $1
	start r2 $2
	soon "$1, $2: both addresses on the better one" 10 moved r1 r2
	soon "$1, $2: a client reaches both" 10 answers
	cable r1 out eth1
	soon "$1, $2: the inner link is cut, both move" 10 moved r2 r1
	cable r1 in eth1
	soon "$1, $2: and return together" 10 moved r1 r2
	if [ $1 = vrrpd ]; then		# keepalived leaves a process behind
		hit r1 vrrpd KILL
		wait_until 5 gone r1 vrrpd
		soon "$1, $2: killed: the other one has both" 10 both_on r2
		start r1 $1
		soon "$1, $2: started again: both return, nothing is left of before" 10 moved r1 r2
	fi
	end r1 vrrpd
	soon "$1, $2: stopped: both move" 10 moved r2 r1
	end r2 vrrpd
	soon "$1, $2: nothing is left" 10 none_on r2
}

round vrrpd vrrpd
same 'member and group are told, each once per change' "$(grep '^r1 ' $told | head -n 4 | sort | tr '\n' ';')" \
	'r1 GROUP edge BACKUP 0;r1 GROUP edge MASTER 0;r1 INSTANCE OUT BACKUP 150;r1 INSTANCE OUT MASTER 150;'
same 'and as often the one as the other' "$(grep -c '^r1 GROUP' $told)" "$(grep -c '^r1 INSTANCE' $told)"
is 'the culprit is named' logged r1 '(OUT) Entering FAULT STATE: IN of its sync group is in FAULT: interface eth1 is down'
same 'nobody was split: MASTER as often as the group' "$(log_count r1 'Entering MASTER STATE')" \
	"$(($(log_count r1 'Syncing instances to MASTER state') * 2))"

# each is better on one LAN: the one that is MASTER stays, whoever comes first
groups r1 150 100
groups r2 100 150
forget r1
forget r2
start_vrrpd r1 $LAB/r1.conf
soon 'mixed: the first has both' 10 both_on r1
start_vrrpd r2 $LAB/r2.conf
held() { logged r2 'would be MASTER, and waits for OUT of its sync group'; }
soon 'mixed: the second waits, and says for whom' 10 held
is 'mixed: the first keeps both' moved r1 r2
is 'why says so' on r2 sh -c "$LAB/bin/vrrp-state why IN | grep -q 'waits for OUT'"
is 'a group has a state' says r1 edge MASTER
on r1 $LAB/bin/vrrp-state demote edge
soon 'demoted by the group: both move' 10 moved r2 r1
on r1 $LAB/bin/vrrp-state restore OUT
# both start at the same moment: they meet once at most
end r2 vrrpd
end r1 vrrpd
forget r1
forget r2
start_vrrpd r1 $LAB/r1.conf &
start_vrrpd r2 $LAB/r2.conf
wait $!
one_has_both() { moved r1 r2 || moved r2 r1; }
soon 'mixed, at once: one has both' 10 one_has_both
sleep 2
is 'mixed, at once: it stays so' one_has_both
is 'mixed, at once: no ping-pong' [ "$(($(log_count r1 'Syncing instances to MASTER') + $(log_count r2 'Syncing instances to MASTER')))" -le 3 ]

# keepalived's dump has its section and label
hit r1 vrrpd USR1
dumped() { on r1 grep -qx -e "$1" /tmp/keepalived.data 2>/dev/null; }
soon 'keepalived.data: the section' 5 dumped '------< VRRP Sync groups >------'
is 'keepalived.data: the group' dumped ' VRRP Sync Group = edge, .*'
is 'keepalived.data: its members' dumped '   Num member fault 0, num member init 0'
is 'keepalived.data: of an instance' dumped '   Sync group = edge'
is 'JSON names the group' on r1 sh -c "$LAB/bin/vrrp-state -j | grep -q '\"sync-group\":\"edge\"'"
is 'metrics name the group' on r1 sh -c "$LAB/bin/vrrp-state -m | grep -q 'instance_info{.*sync_group=\"edge\"'"

# a member added to a MASTER group: the others notice nothing
who=r1
both_on r1 || who=r2
before=$(log_count $who 'Entering BACKUP STATE')
sed -e 's/^\t\tIN$/&\n\t\tMORE/' $LAB/$who.conf >$LAB/new
cat >>$LAB/new <<'EOF2'
vrrp_instance MORE {
	interface eth1
	virtual_router_id 77
	priority 120
	advert_int 0.1
	virtual_ipaddress {
		10.9.1.177/24
	}
}
EOF2
cp $LAB/new $LAB/$who.conf
hit $who vrrpd HUP
more() { has_vip $who 10.9.1.177; }
soon 'a new member joins the MASTERs' 10 more
is 'the others did not notice' both_on $who
same 'nobody but it was BACKUP' "$(log_count $who 'Entering BACKUP STATE')" $((before + 1))
end r1 vrrpd
end r2 vrrpd

if command -v keepalived >/dev/null; then
	round vrrpd keepalived
	round keepalived vrrpd
else
	skip 'beside keepalived' 'not installed'
fi
finish
