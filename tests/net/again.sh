#!/bin/sh
# again.sh - the daemon is killed and its machine lives: its helper starts it again, and nobody on the LAN has noticed.
# shellcheck disable=SC2016,SC2086,SC2317	# for a script; words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

host r1 eth0=10.9.0.1/24
host r2 eth0=10.9.0.2/24
printf '#!/bin/sh\necho $$ "$3" >>%s/r1/told\nexec sleep 100\n' $LAB >$LAB/tell
chmod 755 $LAB/tell
: >$LAB/r1/told
ln -s vrrpd $LAB/bin/vrrp-state
state() { on $1 $LAB/bin/vrrp-state "${2:-VI_1}" | grep -qx $3; }
pid() { on r1 cat /run/vrrpd/vrrpd.pid; }
another() { now_pid=$(pid) && [ "$now_pid" != "$before" ] && on r1 kill -0 "$now_pid" 2>/dev/null && state r1 VI_1 "$1"; }
# The engine alone, not its helper.
murder() {
	before=$(pid)
	on r1 kill -KILL "$before"
}
start() {
	conf r1 150 "notify $LAB/tell" "$@"
	conf r2 100
	sed -i "s/advert_int .*/advert_int ${ADV:-0.1}/" $LAB/r1.conf $LAB/r2.conf
	sed -i 's/PRIO/150/' $LAB/r1.conf
	sed -i 's/PRIO/100/' $LAB/r2.conf
	start_vrrpd r1 $LAB/r1.conf --ready-fd 9 9>>$LAB/r1/works
	wait_until 20 has_vip r1
	start_vrrpd r2 $LAB/r2.conf
	forget r2
	rm -f $LAB/r1/monitor.log
	bg r1 monitor ip monitor address
}
stop() {
	end r1 monitor
	pid >$LAB/r1/vrrpd.pid
	end r1 vrrpd
	end r2 vrrpd
}

# an interval of a second, as most have it: what a machine under load needs to start is far below two of them
ADV=1 start
soon 'r2 follows' 20 state r2 VI_1 BACKUP
sleep 1.1	# whoever has not lived a second is not started again at once
script=$(awk '/MASTER/ { print $1 }' $LAB/r1/told)
: >$LAB/r1/told
murder
soon 'killed: it is MASTER again' 20 another MASTER
same 'killed: who waited for it was told once' "$(wc -c <$LAB/r1/works)" 1
same 'killed: nobody took the address away' "$(grep -c "Deleted.*$VIP" $LAB/r1/monitor.log)" 0
is 'killed: the other one saw nothing' no_log r2 'Entering MASTER'
is 'killed: why says so' sh -c "nsenter -t $(cat $LAB/r1/init) -n -m -p -u -r -w $LAB/bin/vrrp-state why VI_1 | grep -q 'started again'"
same 'killed: the process is called as before' "$(on r1 cat "/proc/$(pid)/comm")" vrrpd
same 'killed: one daemon, one helper' "$(on r1 pgrep -c vrrpd)" 2
same 'killed: scripts do not see how' "$(on r1 sh -c "tr '\0' '\n' </proc/$(on r1 pgrep -x vrrpd-programs)/environ" | grep -c '^VRRPD_AGAIN=')" 1
soon 'killed: what it ran has ended' 20 sh -c "! nsenter -t $(cat $LAB/r1/init) -p -m kill -0 $script 2>/dev/null"
soon 'killed: scripts run' 20 grep -q MASTER $LAB/r1/told
: >$LAB/r1/told
murder
soon 'killed soon after: once more' 20 another MASTER
soon 'killed soon after: scripts run' 20 grep -q MASTER $LAB/r1/told
stop
is 'TERM: it stays away' no_vip r1
same 'TERM: and its helper' "$(on r1 pgrep -c vrrpd)" 0

# the other one has taken over meanwhile: it is not fought by one that does not preempt
start nopreempt 'state BACKUP'
hit r1 vrrpd STOP
soon 'asleep: r2 takes over' 20 has_vip r2
murder
soon 'asleep, then killed: BACKUP' 20 another BACKUP
soon 'asleep, then killed: its address goes' 20 sole_master r2 r1
stop

# of a sync group
CONF_TOP='vrrp_sync_group G {
	group { VI_1 VI_2 }
}
vrrp_instance VI_2 {
	interface eth0
	virtual_router_id 52
	priority PRIO
	advert_int 1
	virtual_ipaddress { 10.9.0.101/24 }
}' ADV=1 start
sleep 1.1
murder
soon 'sync group: MASTER again' 20 another MASTER
soon 'sync group: the other member too' 20 state r1 VI_2 MASTER
same 'sync group: nobody took an address away' "$(grep -c "Deleted.*10.9.0.10[01]" $LAB/r1/monitor.log)" 0
is 'sync group: the other one saw nothing' no_log r2 'Entering MASTER'
stop

# a supervisor has -n, and starts it again itself
conf r1 150
bg r1 vrrpd $VRRPD -n -l -G -f $LAB/r1.conf
soon '-n: MASTER' 20 has_vip r1
murder
soon '-n: it stays dead' 20 sh -c "! nsenter -t $(cat $LAB/r1/init) -p -m pgrep vrrpd >/dev/null"
finish
