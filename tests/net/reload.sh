#!/bin/sh
# reload.sh - SIGHUP touches what changed and nothing else: no role changes, no advert is missed.
# shellcheck disable=SC2016,SC2086,SC2317	# for the scripts; words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

host r1 eth0=10.9.0.1/24
host r2 eth0=10.9.0.2/24
file=$LAB/r1.conf

# three routers: A never changes, B does, C comes and goes
router() {
	printf 'vrrp_instance %s {\n\tinterface eth0\n\tvirtual_router_id %s\n\tpriority %s\n\tadvert_int 0.1\n' $1 $2 $3
	printf '\tvirtual_ipaddress {\n'
	shift 3
	printf '\t\t%s/24\n' "$@"
	printf '\t}\n\ttrack_script {\n\t\tchk\n\t}\n\tnotify %s\n}\n' $LAB/tell
}
check() {
	printf 'global_defs {\n\tvrrp_version 3\n}\n'
	printf 'vrrp_script chk {\n\tscript %s\n\tinterval %s\n}\n' $LAB/check "$1"
}
cat >$LAB/check <<EOF2
#!/bin/sh
echo run >>$LAB/r1/runs
EOF2
printf '#!/bin/sh\necho "$2 $3 $4" >>%s\n' $LAB/r1/told >$LAB/tell
chmod +x $LAB/check $LAB/tell
: >$LAB/r1/told

reloads() {
	had=$(log_count r1 "reloaded $file")
	hit r1 vrrpd HUP
	wait_until 20 reloaded_since || not_ok 'reload' 'not done after 20 s'
}
reloaded_since() { [ "$(log_count r1 "reloaded $file")" -gt $had ]; }
entered() { grep -c "($1) Entering" $LAB/r1/vrrpd.log; }
state() { on r1 sed -n 's/^STATE=//p' /run/vrrpd/$1.state; }
is_master() { [ "$(state $1 2>/dev/null)" = MASTER ]; }
# the longest time between two adverts of a VRID, in ms
gap() {
	end r2 tcpdump-eth0 INT
	frames r2 eth0 -tt "proto 112" | awk -v v="vrid $1," 'index($0, v) {
		if (last && $1 - last > max) max = $1 - last; last = $1 } END { printf "%d\n", max * 1000 }'
}
heard() { [ "$(frames r2 eth0 proto 112 | grep -c 'vrid 61,')" -ge 8 ]; }
steady() {	# on a busy machine a late one is no missed one
	wait_until 20 heard || not_ok "$1" 'A is silent'
	gap_ms=$(gap 61)
	is "$1: no advert of A is missed ($gap_ms ms between two)" [ $gap_ms -lt 1000 ]
	same "$1: A changed no role" "$(entered A)" 0
	rm -f $LAB/r2/eth0.pcap
	forget r1
	capture r2 eth0
}

{ check 0.2; router A 61 150 10.9.0.101; router B 62 150 10.9.0.102 10.9.0.112; } >$file
start_vrrpd r1 $file
for v in A B; do
	soon "$v is MASTER" 20 is_master $v
done
forget r1
capture r2 eth0
pid=$(on r1 cat /run/vrrpd/vrrpd.pid)
since=$(on r1 grep SINCE /run/vrrpd/A.state)

for _ in 1 2 3 4 5; do
	reloads
done
same 'nothing changed: B changed no role' "$(entered B)" 0
steady 'nothing changed'

{ check 0.2; router A 61 150 10.9.0.101; router B 62 120 10.9.0.102 10.9.0.113; } >$file
reloads
soon 'addresses: the new one is set' 20 has_vip r1 10.9.0.113
soon 'addresses: the old one is gone' 20 no_vip r1 10.9.0.112
is 'addresses: the third stays' has_vip r1 10.9.0.102
new_prio() { frames r2 eth0 proto 112 | grep -q 'vrid 62, prio 120'; }
soon 'priority: adverts say it' 20 new_prio
same 'priority, addresses: B changed no role' "$(entered B)" 0
steady 'priority, addresses'

{ check 0.2; router A 61 150 10.9.0.101; router C 63 150 10.9.0.103; } >$file
reloads
soon 'B is removed: its addresses go' 20 no_vip r1 10.9.0.102
resigned() { frames r2 eth0 proto 112 | grep -q 'vrid 62, prio 0'; }
soon 'B is removed: it resigns' 20 resigned
is 'B is removed: its state file goes' on r1 test ! -e /run/vrrpd/B.state
soon 'C is new: MASTER' 20 is_master C
is 'C is new: its address' has_vip r1 10.9.0.103
steady 'removed and new'

{ check 0.2; router A 61 150 10.9.0.101; router C 64 150 10.9.0.103; } >$file
reloads
soon 'C has another VRID: MASTER again' 20 is_master C
new_vrid() { frames r2 eth0 proto 112 | grep -q 'vrid 64, prio 150'; }
soon 'C has another VRID: adverts have it' 20 new_vrid
soon 'C has another VRID: its address' 20 has_vip r1 10.9.0.103
steady 'another VRID'

# removed while its slow script still tells an older state: the last one is told all the same, whatever is reloaded meanwhile
printf '#!/bin/sh\nsleep 1\necho "$2 $3" >>%s\n' $LAB/r1/slow >$LAB/slowly
chmod +x $LAB/slowly
: >$LAB/r1/slow
slowly() { router E 65 150 10.9.0.105 | sed "s|notify .*|notify $LAB/slowly|"; }
{ check 0.2; router A 61 150 10.9.0.101; router C 64 150 10.9.0.103; slowly; } >$file
reloads
soon 'E is new: MASTER' 20 is_master E
{ check 0.2; router A 61 150 10.9.0.101; router C 64 150 10.9.0.103; } >$file
reloads
reloads
reloads
last_told() { [ "$(tail -n 1 $LAB/r1/slow)" = "E $1" ]; }
soon 'E is removed, two more reloads: its end is told' 20 last_told FAULT
steady 'told while reloading'

# refused: the old one goes on
{ check 0.2; router A 61 150 10.9.0.199; echo 'vrrp_instance D {'; echo 'interface eth0'; echo '}'; } >$file
hit r1 vrrpd HUP
soon 'a file with an error: refused' 20 logged r1 'reload refused: '
soon 'a file with an error: says where' 20 logged r1 "$file:"
is 'a file with an error: the old addresses stay' has_vip r1 10.9.0.101
is 'a file with an error: no new one' no_vip r1 10.9.0.199
mv $file $file.away
forget r1
hit r1 vrrpd HUP
soon 'no file: refused' 20 logged r1 'reload refused: '
mv $file.away $file
steady 'refused'

# the check: another interval starts it anew, a result is not forgotten in between
{ check 0.5; router A 61 150 10.9.0.101; router C 64 150 10.9.0.103; } >$file
reloads
steady 'the check changed'
{ check 0.5; router A 61 150 10.9.0.101; router C 64 150 10.9.0.103; } | sed 's/notify .*/notify \/bin\/true/' >$file
told=$(wc -l <$LAB/r1/told)
reloads
same 'another notify script: it does not run by itself' "$(wc -l <$LAB/r1/told)" "$told"
steady 'another notify script'

same 'the same process' "$(on r1 cat /run/vrrpd/vrrpd.pid)" "$pid"
same 'A is MASTER since the beginning' "$(on r1 grep SINCE /run/vrrpd/A.state)" "$since"
same 'what A told' "$(grep '^A ' $LAB/r1/told | tr '\n' ';')" 'A BACKUP 150;A MASTER 150;'
fds() { on r1 sh -c "ls /proc/$pid/fd | wc -l"; }
before=$(fds)
for _ in 1 2 3 4 5 6 7 8 9 10; do
	hit r1 vrrpd HUP
done
for _ in 1 2 3 4 5 6 7 8 9 10; do
	reloads
done
same 'ten more: no descriptor is lost' "$(fds)" "$before"
end r1 vrrpd
same 'stopped: no address' "$(vrrp_master r1; net r1 ip -o addr show to 10.9.0.96/27)" ''
finish
