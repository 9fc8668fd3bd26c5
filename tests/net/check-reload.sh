#!/bin/sh
# check-reload.sh - checks in the middle of something: a reload among many processes, while --start's command runs, while a
# hold lasts; scripts that hang beside checks that do not; what they look at goes and comes back.
# timeout: 200
# shellcheck disable=SC2016,SC2034,SC2086,SC2317	# for the hosts' shells; lib.sh uses it; words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

host r1 eth0=10.9.0.1/24 eth1=10.9.1.1/24
host r2 eth0=10.9.0.2/24,10.9.1.2/24
mkfifo $LAB/never
cat >$LAB/bin/web-under-test <<END
#!/bin/sh
exec 3<>$LAB/never
read -r never <&3
END
chmod 755 $LAB/bin/web-under-test

reload() {
	reload_n=$(log_count r1 'reloaded ')
	hit r1 vrrpd HUP
	soon "$1: reloaded" 20 reloaded
}
reloaded() { [ "$(log_count r1 'reloaded ')" -gt $reload_n ]; }
good() { soon "$1" 20 has_vip r1; }
begin() { [ ! -s $LAB/r1/vrrpd.pid ] || end r1 vrrpd; forget r1; start_vrrpd r1 $LAB/r1.conf; }

# ---- many processes: to count them takes longer than one look may ----
bg r1 web $LAB/bin/web-under-test
bg r1 crowd sh -c 'i=0; while [ $i -lt 1200 ]; do sleep 1000 & i=$((i + 1)); done; echo all; wait'
soon 'crowd: is there' 60 grep -q all $LAB/r1/crowd.log
conf r1 150 'track_check web "-i 0.1 -t 0.008 process web-under-test"'
begin
good 'crowd: MASTER in the end'
forget r1
for i in 1 2 3; do
	reload "crowd $i"
	sleep 0.5
done
same 'crowd: three reloads change nothing' "$(log_count r1 'Entering') $(log_count r1 'failed')" '0 0'
hit r1 web KILL
soon 'crowd: its end is seen' 20 logged r1 'VRRP_Script(web) failed (process web-under-test: none running)'
on r1 pkill -KILL -x sleep
end r1 crowd KILL

# ---- --start's command is at work: a reload does not hurry it, nor take it for one that has failed ----
cat >$LAB/bin/web-start <<END
#!/bin/sh
echo started >>$LAB/r1/starts
sleep 1
exec $LAB/bin/web-under-test
END
chmod 755 $LAB/bin/web-start
started() { [ -e $LAB/r1/starts ] && grep -q started $LAB/r1/starts; }
bg r1 web $LAB/bin/web-under-test
conf r1 150 "track_check web \"-i 0.2 process web-under-test --start $LAB/bin/web-start --wait 1.5\""
begin
good 'start: MASTER'
forget r1
hit r1 web KILL
soon 'start: its command runs' 20 started
reload 'start'
sleep 3.5
same 'start: no failure is seen' "$(log_count r1 'Entering') $(log_count r1 'failed')" '0 0'
same 'start: it ran once' "$(wc -l <$LAB/r1/starts)" 1
end r1 vrrpd
on r1 pkill -KILL -f 'web-start|web-under-test'
no_web() { ! on r1 pgrep -f 'web-start|web-under-test' >/dev/null; }
wait_until 10 no_web

# ---- programs that hang fill every place for programs: checks inside need none ----
printf '#!/bin/sh\nexec sleep 2000\n' >$LAB/bin/hang
chmod 755 $LAB/bin/hang
CONF_TOP=$(i=0; while [ $i -lt 90 ]; do
	printf 'vrrp_script h%d {\n\tscript "%s %d"\n\tinterval 1\n\ttimeout 100\n\tweight -1\n}\n' $i $LAB/bin/hang $i
	i=$((i + 1))
done)
on r1 touch /run/up
conf r1 200 'track_check up "-i 0.1 file /run/up"' "track_script {
$(i=0; while [ $i -lt 90 ]; do printf '\t\th%d\n' $i; i=$((i + 1)); done)
	}"
begin
all_hang() { [ "$(on r1 pgrep -fc 'sleep 2000$')" -ge 64 ]; }
soon 'hang: 64 programs, and no more' 20 all_hang
good 'hang: MASTER beside them'
on r1 rm /run/up
soon 'hang: the check inside is not held up' 5 logged r1 'Entering FAULT STATE'
same 'hang: 64 programs at most' "$(on r1 pgrep -fc 'sleep 2000$')" 64
CONF_TOP=
end r1 vrrpd
on r1 pkill -KILL -x sleep

# ---- a hold is as long as the configuration says now ----
with_hold() {
	CONF_TOP="vrrp_track_process web {
	process web-under-test
	hold $1
}"
	conf r1 150 'track_process {
		web
	}'
	CONF_TOP=
}
bg r1 web $LAB/bin/web-under-test
with_hold 300
begin
good 'hold: MASTER'
hit r1 web KILL
soon 'hold: FAULT' 20 no_vip r1
bg r1 web $LAB/bin/web-under-test
soon 'hold: it runs again' 20 logged r1 'succeeded'
reload 'hold: the same'
sleep 0.5
is 'hold: goes on over a reload' no_vip r1
with_hold 1
reload 'hold: shorter'
good 'hold: the shorter one is over'
hit r1 web KILL

# ---- the directory above its directory is replaced ----
CONF_TOP='track_file number {
	file /run/top/dir/number
	weight 1
}'
conf r1 100 'track_file {
		number
	}'
CONF_TOP=
on r1 sh -c 'mkdir -p /run/top/dir; echo 10 >/run/top/dir/number'
begin
soon 'file: read' 20 logged r1 'track_file(number): 10'
on r1 sh -c 'mv /run/top /run/old; mkdir -p /run/top/dir; echo 20 >/run/top/dir/number'
soon 'file: another directory above' 15 logged r1 'track_file(number): 20'
on r1 sh -c 'echo 30 >/run/top/dir/number'
soon 'file: and it is heard there' 2 logged r1 'track_file(number): 30'
on r1 sh -c 'mv /run/top/dir /run/top/dir2; mkdir /run/top/dir; echo 40 >/run/top/dir/number'
soon 'file: another directory' 2 logged r1 'track_file(number): 40'
forget r1
on r1 sh -c 'mount -t tmpfs t /run/top; mkdir /run/top/dir; echo 50 >/run/top/dir/number'
soon 'file: mounted over' 15 logged r1 'track_file(number): 50'

# ---- what is asked goes away in the middle: a reason, and good again when it is back ----
conf r1 150 'track_check ping "-i 0.1 -t 0.5 ping 10.9.0.2 --dev eth0" weight -10' 'track_check arp "-i 0.1 -t 0.5 arp 10.9.1.2 --dev eth1" weight -10' \
	'track_check web "-i 0.1 -t 0.5 tcp 10.9.0.2:9" weight -10'
begin
soon 'gone: ping answers' 20 logged r1 'VRRP_Script(ping) succeeded'
soon 'gone: arp hears' 20 logged r1 'VRRP_Script(arp) succeeded'
ln -s vrrpd $LAB/bin/vrrp-state
because() { on r1 $LAB/bin/vrrp-state why VI_1 | grep -qF "$1"; }
gone_and_back() {	# NAME GOES COMES REASON
	forget r1
	$2
	soon "gone: $1" 20 logged r1 'VRRP_Script(arp) failed'
	soon "gone: $1: a reason" 10 because "$4"
	forget r1
	$3
	soon "gone: $1, and back" 20 logged r1 'VRRP_Script(arp) succeeded'
}
link_is() { net r1 ip link set eth1 $1; }
away() { net r1 ip link set eth1 netns "$(cat $LAB/r2/init)"; }
home() { net r2 ip link set eth1 netns "$(cat $LAB/r1/init)" && net r1 sh -c 'ip link set eth1 up; ip addr add 10.9.1.1/24 dev eth1'; }
gone_and_back 'down' 'link_is down' 'link_is up' 'on eth1: the interface is down'
gone_and_back 'another namespace' away home 'no such interface'
removed() { net r1 ip link del eth1; }
made() { port r1 eth1 10.9.1.1/24; }
gone_and_back 'removed' removed made 'no such interface'
is 'gone: the daemon goes on' has_vip r1
finish
