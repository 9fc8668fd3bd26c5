#!/bin/sh
# process.sh - vrrp_track_process and the check "process" with real processes: numbers, delays, reloads, and no process of our own.
# timeout: 240
# shellcheck disable=SC2086,SC2317	# words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

host r1 eth0=10.9.0.1/24

# Waits without a child; comm is its file's name.
cat >$LAB/bin/daemon-under-test <<END
#!/bin/sh
exec 3<>$LAB/never
read -r never <&3
END
chmod 755 $LAB/bin/daemon-under-test
mkfifo $LAB/never
chmod 666 $LAB/never
run() { bg r1 $1 $LAB/bin/daemon-under-test $1; }
stop_all() { for d in a b c d; do ! alive r1 $d || end r1 $d KILL; done; }

# Run VI_1 with this tracker, LINEs are its own; TRACK what stands behind its name there
with() {
	CONF_TOP="vrrp_track_process d {
$(printf '\t%s\n' "$@")
}"
	conf r1 150 "track_process {
		d ${TRACK:-}
	}"
}
begin() {
	[ ! -s $LAB/r1/vrrpd.pid ] || end r1 vrrpd
	forget r1
	with "$@"
	start_vrrpd r1 $LAB/r1.conf
}
reload() { with "$@"; hit r1 vrrpd HUP; }
good() { soon "$1" 20 has_vip r1; }
bad() { soon "$1" 20 no_vip r1; }
said() { soon "$1: said" 10 logged r1 "VRRP_Process(d) $2"; }

begin 'process daemon-under-test'
soon 'none: FAULT' 20 logged r1 'Entering FAULT STATE (init): process tracker d is bad'
said 'none' 'failed (0 of at least 1 running)'
same 'how is said once' "$(log_count r1 'watching processes: ')" 1
run a
good 'started'
said 'started' 'succeeded (1 running)'
hit r1 a KILL
bad 'killed with -9'
run a
good 'started again'

# the kernel tells of an end: long before the next look
if logged r1 'the kernel tells'; then
	capture r1 eth0
	now_cs
	killed=$now_cs
	hit r1 a KILL
	wait_until 20 no_vip r1
	now_cs
	is "its end is heard of at once ($(((now_cs - killed) * 10)) ms)" [ $((now_cs - killed)) -lt 50 ]
	resigned() { frames r1 eth0 'ip proto 112' | grep -q 'prio 0'; }
	soon 'and told to the LAN' 10 resigned
else
	skip 'its end is heard of at once' 'the kernel has no pidfds'
fi

# numbers
TRACK='weight -60' begin 'process daemon-under-test' 'quorum 2' 'quorum_max 3'
good 'weight: MASTER'
soon 'weight: lower' 10 logged r1 'Changing effective priority from 150 to 90'
said 'quorum' 'failed (0 of at least 2 running)'
run a
run b
said 'quorum: both' 'succeeded (2 running)'
soon 'weight: as before' 10 logged r1 'Changing effective priority from 90 to 150'
run c
run d
said 'quorum_max' 'failed (4 running, 3 at most)'
forget r1
hit r1 d KILL
said 'quorum_max: one less' 'succeeded (3 running)'
is 'weight: MASTER all the while' has_vip r1

# a reload: other numbers are looked at again, the same ones change nothing
forget r1
TRACK='weight -60' reload 'process daemon-under-test' 'quorum 5'
said 'reload: quorum 5' 'failed (3 of at least 5 running)'
TRACK='weight -60' reload 'process daemon-under-test' 'quorum 3'
said 'reload: quorum 3' 'succeeded (3 running)'
forget r1
TRACK='weight -60' reload 'process daemon-under-test' 'quorum 3' 'fork_delay 1'
hit r1 vrrpd HUP
TRACK='weight -60' reload "process $LAB/bin/daemon-under-test b" 'quorum 2'
said 'reload: another process' 'failed (1 of at least 2 running)'
same 'reload: nothing else was said' "$(log_count r1 'VRRP_Process(d)')" 1
is 'reload: MASTER all the while' no_log r1 'Entering'
stop_all

# delays
begin 'process daemon-under-test' 'fork_delay 1.5' 'terminate_delay 2'
said 'delay: the first result is at once' 'failed'
now_cs
started=$now_cs
run a
good 'fork_delay: over'
now_cs
is 'fork_delay: kept' [ $((now_cs - started)) -ge 150 ]
forget r1
for _ in 1 2 3; do
	hit r1 a KILL
	wait_until 10 gone r1 a
	run a
	sleep 1.3	# newcomers are seen within a second
done
sleep 2.2
is 'terminate_delay: a crash loop within it' no_log r1 'VRRP_Process'
now_cs
killed=$now_cs
hit r1 a KILL
bad 'terminate_delay: over'
now_cs
is 'terminate_delay: kept' [ $((now_cs - killed)) -ge 200 ]

# a crash loop costs at most one move per hold
begin 'process daemon-under-test' 'hold 4'
run a
good 'hold: at first'
forget r1
for _ in 1 2 3; do
	hit r1 a KILL
	wait_until 10 gone r1 a
	run a
	sleep 1.1
done
same 'hold: three ends, one FAULT' "$(log_count r1 'Entering FAULT STATE')" 1
good 'hold: over'
stop_all

# command lines
begin "process $LAB/bin/daemon-under-test a"
said 'words: none' 'failed'
run b
run a
good 'words: the right ones'
said 'words: only it counts' 'succeeded (1 running)'
begin "process $LAB/bin/daemon-under-test" 'param_match'
said 'words: there must be none' 'failed'
begin "process $LAB/bin/daemon-under-test"
good 'path'
said 'path: both' 'succeeded (2 running)'

# hidden from others, not from root
stop_all
bad 'all stopped'
ln -s vrrpd $LAB/bin/vrrp-check
# WANTED STATUS WORDS COMMAND...: what vrrp-check says begins with WORDS
check() {
	check_name=$1 check_want=$2 check_words=$3
	shift 3
	on r1 "$@" >$LAB/said 2>&1
	check_rc=$?
	case "$check_rc $(cat $LAB/said)" in
	"$check_want $check_words"*) ok "$check_name" ;;
	*) not_ok "$check_name" "$check_rc $(cat $LAB/said), want $check_want $check_words" ;;
	esac
}
p="$LAB/bin/vrrp-check process daemon-under-test"
check 'vrrp-check: none' 1 'bad: process daemon-under-test: none running' $p
check 'vrrp-check: none wanted' 0 'good: ! process daemon-under-test: none running' $LAB/bin/vrrp-check ! process daemon-under-test
run a
run b
check 'vrrp-check: two' 0 "good: process daemon-under-test: 2 running ($(cat $LAB/r1/a.pid)...)" $p
check 'vrrp-check: too few' 1 'bad: process daemon-under-test: 2 running, wanted at least 3' $p --min 3
check 'vrrp-check: too many' 1 'bad: process daemon-under-test: 2 running, wanted at most 1' $p --max 1
check 'vrrp-check: words' 0 "good: process $LAB/bin/daemon-under-test b: 1 running ($(cat $LAB/r1/b.pid))" \
	$LAB/bin/vrrp-check process $LAB/bin/daemon-under-test b
stop_all
bad 'stopped again'
if on r1 mount -o remount,hidepid=2 /proc; then
	check 'vrrp-check: hidden' 1 'bad: cannot run: process daemon-under-test: cannot see other users' \
		setpriv --reuid=65534 --regid=65534 --clear-groups $p
	check 'vrrp-check: hidden, and not wanted' 1 'bad: cannot run: ! process daemon-under-test: cannot see other users' \
		setpriv --reuid=65534 --regid=65534 --clear-groups $LAB/bin/vrrp-check ! process daemon-under-test
	on r1 setpriv --reuid=nobody $LAB/bin/daemon-under-test hidden &
	hidden=$!
	good 'hidepid: root sees it'
	on r1 pkill -KILL -f daemon-under-test
	wait $hidden 2>/dev/null
	bad 'hidepid: and its end'
	on r1 mount -o remount,hidepid=0 /proc
else
	skip 'hidepid' 'the kernel has it not'
fi

# as a check of our own: the same watch, nothing is started
run a
[ ! -s $LAB/r1/vrrpd.pid ] || end r1 vrrpd
forget r1
CONF_TOP=
conf r1 150 'track_check two "-i 0.1 process daemon-under-test --min 2"' 'track_check few "-i 0.1 process daemon-under-test --max 2"' \
	'track_check not "-i 0.1 ! process another-daemon"'
start_vrrpd r1 $LAB/r1.conf
soon 'check: too few' 20 logged r1 'VRRP_Script(two) failed (process daemon-under-test: 1 running, wanted at least 2)'
run b
good 'check: enough'
soon 'check: not there, not wanted' 5 logged r1 'VRRP_Script(not) succeeded (! process another-daemon: none running)'
run c
bad 'check: too many'
soon 'check: too many, said' 5 logged r1 'VRRP_Script(few) failed (process daemon-under-test: 3 running, wanted at most 2)'
hit r1 c KILL
good 'check: as many as may be'
hit r1 vrrpd HUP
if command -v strace >/dev/null; then
	pid=$(cat $LAB/r1/vrrpd.pid)
	on r1 timeout 4 strace -f -qq -e trace=clone,clone3,fork,vfork,execve -o $LAB/forks -p "$pid" 2>/dev/null
	same 'check: processes started in 4 s' "$(wc -l <$LAB/forks)" 0
else
	skip 'check: processes started' 'no strace (Debian: strace)'
fi
is 'check: still MASTER after the reload' has_vip r1
end r1 vrrpd
finish
