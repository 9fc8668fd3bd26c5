#!/bin/sh
# scripts.sh - checks that hang, shout, multiply, die, are missing: a verdict each time, and nothing is left running.
# shellcheck disable=SC2016,SC2086,SC2317	# for the hosts' shells; words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

host r1 eth0=10.9.0.1/24

# NAME COMMAND [LINE...]: run VI_1 with this one check
with() {
	with_cmd=$2
	shift 2
	CONF_TOP="vrrp_script chk {
	script \"$with_cmd\"
	interval 0.2
$(printf '\t%s\n' "$@")
}"
	conf r1 150 'track_script {
		chk
	}'
	[ ! -s $LAB/r1/vrrpd.pid ] || end r1 vrrpd
	forget r1
	start_vrrpd r1 $LAB/r1.conf
}
file() { cat >"$LAB/$1"; chmod +x "$LAB/$1"; }
good() { soon "$1: good" 20 has_vip r1; }
bad() { soon "$1: bad" 20 logged r1 'Entering FAULT STATE'; soon "$1: said" 20 logged r1 "VRRP_Script(chk) $2"; is "$1: no address" no_vip r1; }
still_there() { on r1 pgrep -f "$1" >/dev/null; }
none_left() { ! still_there "$1"; }
no_zombies() { ! on r1 ps -eo stat= | grep -q '^Z'; }

file hang <<'EOF2'
#!/bin/sh
trap '' TERM
while :; do sleep 97; done
EOF2
with hang $LAB/hang 'timeout 0.3'
bad 'hangs and ignores TERM' 'timed out'
# it is killed 2 s later
is 'hangs: the verdict does not wait for its end' still_there 'sleep 97'
soon 'hangs: the next run is left out' 20 logged r1 'VRRP_Script(chk) is still running: this run is left out'
end r1 vrrpd
soon 'hangs: nothing is left after a stop' 20 none_left 'sleep 97'

file shout <<'EOF2'
#!/bin/sh
yes 'much to say' | head -c 20000000
yes 'much to say' | head -c 20000000 >&2
EOF2
with shout $LAB/shout 'timeout 10'
good 'prints 40 MB'

file fork <<'EOF2'
#!/bin/sh
for i in 1 2 3 4 5; do sleep 98 & done
wait
EOF2
with fork $LAB/fork 'timeout 0.2'
bad 'has children' 'timed out'
soon 'has children: they go with it' 20 none_left 'sleep 98'
end r1 vrrpd
soon 'has children: none is left after a stop' 20 none_left 'sleep 98'

file leave <<'EOF2'
#!/bin/sh
(sleep 0.01 &) ; (sleep 0.02 &)
exit 0
EOF2
with leave $LAB/leave
good 'leaves children behind'
soon 'leaves children behind: no zombies' 5 no_zombies

echo 'kill -9 $$' | file kill
with killed $LAB/kill
bad 'killed' 'failed (killed by signal 9)'
echo 'exit 126' | file code
with code $LAB/code
bad 'exit code 126' 'failed (exited with status 126)'

with missing $LAB/later
bad 'not there' 'cannot run /run/lab/later: No such file or directory; that counts as a failure'
forget r1
printf 'exit 0\n' >$LAB/later
soon 'not executable: said' 20 logged r1 'cannot run /run/lab/later: Permission denied'
is 'not executable: no address' no_vip r1
chmod +x $LAB/later
good 'there, and without an interpreter line'
soon 'there: said' 20 logged r1 'VRRP_Script(chk) succeeded'

# rise and fall: runs are counted by what the script itself writes
file count <<EOF2
#!/bin/sh
test -e $LAB/up; rc=\$?
echo \$rc >>$LAB/runs
exit \$rc
EOF2
: >$LAB/up
: >$LAB/runs
with count $LAB/count 'rise 3' 'fall 4'
good 'first result counts alone'
rm $LAB/up
soon 'fall 4' 20 no_vip r1
is 'fall 4: not before the fourth' [ "$(grep -c 1 $LAB/runs)" -ge 4 ]
is 'fall 4: soon after the fourth' [ "$(grep -c 1 $LAB/runs)" -le 12 ]
: >$LAB/runs
: >$LAB/up
soon 'rise 3' 20 has_vip r1
is 'rise 3: not before the third' [ "$(grep -c 0 $LAB/runs)" -ge 3 ]

# a slow first result is waited for: no state is told before it
file slow <<EOF2
#!/bin/sh
sleep 1
exit 0
EOF2
with slow $LAB/slow 'timeout 5'
is 'slow: no state before the first result' no_log r1 'Entering'
good 'slow'

with user "$LAB/whoami" 'user nobody'
: >$LAB/who
chmod 666 $LAB/who
file whoami <<EOF2
#!/bin/sh
echo "\$(id -un) \${LD_PRELOAD:-clean}" >>$LAB/who
EOF2
good 'as another user'
same 'as another user: it is' "$(sort -u $LAB/who)" 'nobody clean'
with user /usr/bin/true 'user nosuchuser'
soon 'no such user: said' 20 logged r1 'nosuchuser'
is 'no such user: no address' no_vip r1

with reverse /usr/bin/false 'weight -50 reverse'
soon 'weighted, reversed: 50 more' 20 logged r1 'Changing effective priority from 150 to 200'
good 'weighted'
end r1 vrrpd
finish
