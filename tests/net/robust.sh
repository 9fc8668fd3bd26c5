#!/bin/sh
# robust.sh - odd orders: signals at bad moments, pauses, storms, things that change under a running master.
# shellcheck disable=SC2016,SC2086,SC2317	# for the host's shell; words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

host r1 eth0=10.9.0.1/24
host r2 eth0=10.9.0.2/24
file=$LAB/r1.conf

reloaded_since() { [ "$(log_count r1 "reloaded $file")" -gt $had ]; }
reloads() {
	had=$(log_count r1 "reloaded $file"); hit r1 vrrpd HUP
	wait_until 20 reloaded_since || not_ok reload 'not done after 20 s'
}
state_is() { [ "$(on r1 sed -n "s/^$2=//p" /run/vrrpd/$1.state 2>/dev/null)" = "$3" ]; }
pid() { cat $LAB/r1/vrrpd.pid; }
status() { on r1 sed -n "s/^$1:[^0-9]*//p" /proc/"$(pid)"/status; }
fds() { on r1 sh -c "ls /proc/$(pid)/fd | wc -l"; }
arps() { frames r2 eth0 arp and src host "${1:-$VIP}" | grep -c "${2:-}"; }
entered() { grep -c Entering $LAB/$1/vrrpd.log; }
router() {	# NAME VRID PRIO ADDRESS [LINE...]
	printf 'vrrp_instance %s {\n\tinterface eth0\n\tvirtual_router_id %s\n\tpriority %s\n\tadvert_int 0.1\n\tversion 3\n' $1 $2 $3
	printf '\tvirtual_ipaddress {\n\t\t%s\n\t}\n' "$4"
	shift 4
	[ $# = 0 ] || printf '\t%s\n' "$@"
	echo '}'
}

# a reload changes what timers and files rest on
capture r2 eth0
conf r1 150 'garp_master_refresh 1' 'garp_master_delay 0'
start_vrrpd r1 $file
soon 'reload: MASTER' 20 has_vip r1
conf r1 150 'garp_master_delay 0'
reloads
sleep 1.1	# its time comes
busy=$(status voluntary_ctxt_switches)
sleep 0.5
is 'garp_master_refresh taken away: nothing turns in a circle' [ $(($(status voluntary_ctxt_switches) - busy)) -gt 3 ]
sed -i 's/VI_1/VI_2/; s/150/140/' $file
reloads
soon 'another name: state file' 20 state_is VI_2 STATE MASTER
is 'another name: the old state file goes' on r1 test ! -e /run/vrrpd/VI_1.state
soon 'another priority: state file' 20 state_is VI_2 PRIORITY 140
on r1 rm -r /run/vrrpd
sed -i 's/140/130/' $file
reloads
soon 'the run directory was removed: made anew' 20 state_is VI_2 PRIORITY 130
sed -i 's/delay 0/delay 0\n\tvirtual_ipaddress_excluded {\n\t\t10.9.0.101\n\t}/; 1a vrrp_garp_interval 0.01' $file
reloads
announced() { [ "$(arps 10.9.0.101)" -ge 5 ]; }
soon 'another address, garp_interval: announced' 20 announced
# under a running master
net r1 ip link set eth0 address 02:00:00:00:00:77
new_mac() { [ "$(arps $VIP 02:00:00:00:00:77)" -ge 5 ]; }
soon 'another MAC: announced' 20 new_mac
port r1 eth1 10.8.0.1/24
sed -i "s,$VIP/24,&\n\t\t10.8.0.9/32 dev eth1 no_track," $file
reloads
soon 'an untracked device: its address' 20 has_vip r1 10.8.0.9
forget r1
net r1 ip link del eth1
port r1 eth1 10.8.0.1/24
soon 'an untracked device comes again: its address too' 20 has_vip r1 10.8.0.9
same 'an untracked device comes again: no role changed' "$(entered r1)" 0
printf '#!/bin/sh\necho "$3" >>%s/r1/told\n' $LAB >$LAB/tell
chmod +x $LAB/tell
sed -i "s,router_id 51,router_id 52\n\tnotify $LAB/tell," $file
: >$LAB/r1/told
reloads
told() { [ "$(tr '\n' ' ' <$LAB/r1/told)" = 'BACKUP MASTER ' ]; }
soon 'another VRID: told of the new router alone' 20 told
if net r1 ip link set eth0 name eth5 2>/dev/null; then
	soon 'renamed while up: FAULT' 20 logged r1 'Entering FAULT STATE: interface eth0 does not exist'
	is 'renamed while up: the address stays nowhere' no_vip r1
	net r1 ip link set eth5 down
	net r1 ip link set eth5 name eth0 up
else
	skip 'renamed while up' 'this kernel wants it down'
fi
end r1 vrrpd
# one address, two routers
{ router A 61 200 $VIP; router B 62 100 $VIP; } >$file
router B 62 150 10.9.0.9 >$LAB/r2.conf
start_vrrpd r1 $file
soon 'a shared address: both MASTER' 20 logged r1 '(B) Entering MASTER'
bg r1 monitor ip monitor address
start_vrrpd r2 $LAB/r2.conf
soon 'a shared address: one leaves' 20 logged r1 '(B) Entering BACKUP STATE: advert'
soon 'a shared address: it goes with that one' 20 grep -q "Deleted .*$VIP" $LAB/r1/monitor.log
soon 'a shared address: the other puts it back' 20 has_vip r1
is 'a shared address: nobody else is blamed' no_log r1 "(A) $VIP was taken off"
end r1 vrrpd
end r2 vrrpd
# pauses: the socket is looked at before the clock
conf r1 150
conf r2 100
start_vrrpd r1 $file && wait_until 20 has_vip r1
start_vrrpd r2 $LAB/r2.conf
soon 'BACKUP' 20 logged r2 'Entering BACKUP'
forget r1
forget r2
hit r2 vrrpd STOP
sleep 2
hit r2 vrrpd CONT
sleep 0.5
same 'a BACKUP slept: no role changed' "$(entered r1) $(entered r2)" '0 0'
hit r1 vrrpd STOP
soon 'the MASTER sleeps: the other answers' 20 logged r2 'Entering MASTER'
hit r1 vrrpd CONT
soon 'the MASTER slept: it has it back' 20 logged r2 'Entering BACKUP'
soon 'the MASTER slept: one address' 20 sole_master r1 r2
end r2 vrrpd
# storms
before="$(fds) $(status RssAnon)"
forget r1
for i in $(seq 300); do
	[ $((i % 20)) != 0 ] || sed -i "s/priority .*/priority $((150 + i % 50))/" $file
	on r1 kill -HUP "$(pid)"
done
reloads
same '300 reloads: descriptors and memory' "$(fds) $(status RssAnon)" "$before"
same '300 reloads: no role changed' "$(entered r1)" 0
end r1 vrrpd
# while it starts; notify scripts that do not end
printf '#!/bin/sh\nexec sleep 1000\n' >$LAB/hang
chmod +x $LAB/hang
for i in $(seq 250); do router V$i $i 100 10.8.1.$i/32 "notify $LAB/hang"; done >$file
{ echo 'vrrp_script chk {'; echo "script \"/usr/bin/touch $LAB/r1/checked\""; echo 'interval 0.1'; echo '}'
	router C 255 100 10.8.2.1/32 'track_script {' chk '}'; } >>$file
on r1 sh -c "$VRRPD -n -l -G -f $file >$LAB/r1/vrrpd.log 2>&1 & echo \$! >$LAB/r1/vrrpd.pid
	until grep -q starts $LAB/r1/vrrpd.log; do :; done; kill -HUP \$!"
wait_until 20 logged r1 'reloaded '
is 'HUP while it starts: it reloads' alive r1 vrrpd
many() { [ "$(on r1 pgrep -c -x sleep)" -gt 200 ]; }
soon 'many notify scripts run' 20 many
rm -f $LAB/r1/checked
soon 'many notify scripts run: checks do too' 20 test -e $LAB/r1/checked
end r1 vrrpd
few() { [ "$(on r1 pgrep -c -x sleep)" = 1 ]; }		# the host's own
soon 'stopped: they end' 20 few
# nothing to do
conf r1 150
sed -i 's/eth0/eth7/' $file
start_vrrpd r1 $file
soon 'FAULT' 20 logged r1 'interface eth7 does not exist'
sleep 1.3		# what is told once a second has been told
idle=$(status voluntary_ctxt_switches)
sleep 1
same 'FAULT: it sleeps' "$(status voluntary_ctxt_switches)" "$idle"
end r1 vrrpd
finish
