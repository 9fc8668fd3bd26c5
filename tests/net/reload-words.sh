#!/bin/sh
# reload-words.sh - what a reload would do, asked before; and keepalived's words around a reload: reload_check_config,
# reload_file, reload_time_file, reload_repeat.
# shellcheck disable=SC2086,SC2317	# words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

ln -s vrrpd $LAB/bin/vrrp-state
host r1 eth0=10.9.0.1/24
mkdir $LAB/r1/marks
# PRIO [GLOBAL...]: the configuration
write() {
	write_prio=$1
	shift
	CONF_TOP="global_defs {
	reload_check_config $LAB/r1/findings
	reload_file $LAB/r1/marks/reading
$(printf '\t%s\n' "$@")
}"
	conf r1 $write_prio 'track_check up "link eth0"'
}
diff() { on r1 $LAB/bin/vrrp-state diff "$@" 2>&1; }
door() { on r1 $LAB/bin/vrrpd --diff "$@" 2>&1; }
reloads() { [ "$(log_count r1 'reloaded ')" -gt $had ]; }

write 150
start_vrrpd r1 $LAB/r1.conf
soon 'MASTER' 20 has_vip r1
same 'diff: the same' "$(diff)" 'nothing changes'
same 'vrrpd --diff: the same' "$(door)" 'nothing changes'
write 160
same 'diff: a number' "$(diff)" '~ vrrp_instance VI_1: priority 150 -> 160'
same 'vrrpd --diff: a number' "$(door)" '~ vrrp_instance VI_1: priority 150 -> 160'
sed "s/priority 160/priority 170/; s/$VIP/10.9.0.111/" $LAB/r1.conf >$LAB/other.conf
same 'diff: another file' "$(diff $LAB/other.conf)" \
	'~ vrrp_instance VI_1: priority 150 -> 170, virtual_ipaddress +10.9.0.111/24, virtual_ipaddress -10.9.0.100/24'
same 'vrrpd --diff -f: another file' "$(door -f $LAB/other.conf)" "$(diff $LAB/other.conf)"
is 'diff changes nothing' has_vip r1
same 'diff changes nothing: no reload' "$(log_count r1 'reloading')" 0
sed 's/virtual_router_id.*/virtual_router_id/' $LAB/r1.conf >$LAB/broken.conf
diff $LAB/broken.conf >$LAB/said
same 'diff: a broken file: exit code' $? 1
is 'diff: a broken file: the place' grep -q "$LAB/broken.conf:[0-9]*:[0-9]*: error: virtual_router_id" $LAB/said
door -f $LAB/broken.conf >$LAB/said
same 'vrrpd --diff: a broken file: exit code' $? 1

# reload_check_config: the findings go to its file, the broken file is refused
cp $LAB/r1.conf $LAB/good.conf
cp $LAB/broken.conf $LAB/r1.conf
was=$(stat -c %y $LAB/r1/marks)
hit r1 vrrpd HUP
soon 'reload_check_config: refused' 20 logged r1 'reload refused: '
is 'reload_check_config: the findings are in its file' grep -q 'virtual_router_id' $LAB/r1/findings
is 'reload_file: something was there' [ "$(stat -c %y $LAB/r1/marks)" != "$was" ]
is 'reload_file: it is gone' [ ! -e $LAB/r1/marks/reading ]
cp $LAB/good.conf $LAB/r1.conf

# reload_time_file
write 150 "reload_time_file $LAB/r1/time"
had=$(log_count r1 'reloaded ')
hit r1 vrrpd HUP
soon 'reload_time_file: is known' 20 reloads
had=$(log_count r1 'reloaded ')
write 155 "reload_time_file $LAB/r1/time"
on r1 date -d '+2 sec' +%H:%M:%S >$LAB/r1/time
soon 'reload_time_file: reloads when the time has come' 20 reloads
is 'reload_time_file: it is used up' [ ! -e $LAB/r1/time ]
is 'reload_time_file: what it was for' logged r1 'Changing effective priority from 150 to 155'
echo tomorrow >$LAB/r1/time
soon 'reload_time_file: words: said' 20 logged r1 'expected [DATE ]HH:MM:SS'
on r1 date -u -d '-1 day' '+%Y-%m-%d %H:%M:%SZ' >$LAB/r1/time.new
mv $LAB/r1/time.new $LAB/r1/time
sleep 2	# a finding of the same file is said once; nothing else may happen
same 'reload_time_file: a day that is over: nothing' "$(log_count r1 'it is the time')" 1
rm $LAB/r1/time
write 155 "reload_time_file $LAB/r1/time" reload_repeat
had=$(log_count r1 'reloaded ')
hit r1 vrrpd HUP
soon 'reload_repeat: is known' 20 reloads
had=$(log_count r1 'reloaded ')
on r1 date -u -d '+2 sec' '+%Y-%m-%d %H:%M:%SZ' >$LAB/r1/time
soon 'reload_repeat: reloads' 20 reloads
is 'reload_repeat: the file stays' [ -e $LAB/r1/time ]

# somebody cleans up below us: a reload puts back what keeps a second daemon out
on r1 rm -r /run/vrrpd
hit r1 vrrpd HUP
there() { on r1 test -s /run/vrrpd/vrrpd.pid -a -S /run/vrrpd/ctl.sock; }
soon 'the run directory is removed: it is there again after a reload' 20 there
on r1 $LAB/bin/vrrpd -n -l -G -f $LAB/r1.conf >$LAB/said 2>&1
same 'the run directory is removed: a second daemon is refused' "$? $(grep -c 'already running as pid' $LAB/said)" '1 1'
end r1 vrrpd
same 'no daemon: vrrpd --diff' "$(door >/dev/null; echo $?)" 3
finish
