#!/bin/sh
# timeout: 240
# check.sh - vrrp-check against real servers that answer, refuse, hang, drip, lie, close early, talk junk and never stop:
# one clear line each, in time, over IPv4 and IPv6; files, pid files, programs; --start; -i over 10,000 runs without a leak.
# shellcheck disable=SC2016,SC2086,SC2317	# for the hosts' shells; words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

command -v python3 >/dev/null || lab_cannot 'no python3'
cp "${0%/*}/serve.py" $LAB/
CHECK=$LAB/bin/vrrp-check
ln -s vrrpd $CHECK
host c eth0=10.9.0.1/24,fd09::1/64
host s eth0=10.9.0.2/24,fd09::2/64
bg s serve python3 $LAB/serve.py
wait_until 20 grep -q ready $LAB/s/serve.log || lab_cannot 'no servers'

# NAME CODE TEXT WORD...: on c it ends with that code and says TEXT (and how long it took) in one line, within 5 s
says() {
	says_name=$1 says_code=$2 says_text=$3
	shift 3
	on c ${with:-} timeout 5 $CHECK "$@" >$LAB/out 2>$LAB/err </dev/null
	says_got=$?
	# the second half: musl's words for what glibc calls otherwise
	sed -i 's/ ([0-9]*\.[0-9] ms)$/ (ms)/; s/host is unreachable/no route to host/; s/network unreachable/network is unreachable/
		s/no file descriptors available/too many open files/' $LAB/out
	same "$says_name" "$says_got $(cat $LAB/out $LAB/err)" "$says_code $says_text"
}

# ---- streams, in both families ----
for at in 10.9.0.2 '[fd09::2]'; do
	says "tcp $at" 0 "good: tcp $at:8001: connected (ms)" tcp $at:8001
	says "tcp $at: refused" 1 "bad: tcp $at:9: connection refused (ms)" tcp $at:9
	says "! tcp $at" 1 "bad: ! tcp $at:8001: connected (ms)" ! tcp $at:8001
	says "! tcp $at: refused" 0 "good: ! tcp $at:9: connection refused (ms)" ! tcp $at:9
	says "http $at" 0 "good: http $at:8001/: status 200 (ms)" http http://$at:8001/
	says "http $at: refused" 1 "bad: http $at:9/: connection refused (ms)" http http://$at:9/
	says "http $at: text" 0 "good: http $at:8001/: status 200, text found (ms)" http http://$at:8001/ --contains 'it works'
	says "http $at: no text" 1 "bad: http $at:8001/: status 200, text not found (ms)" http http://$at:8001/ --contains 'It works'
	says "http $at: 500" 1 "bad: http $at:8002/: status 500 (ms)" http http://$at:8002/
	says "http $at: 500 wanted" 0 "good: http $at:8002/: status 500 (ms)" http http://$at:8002/ --status 500-599
	says "http $at: hangs" 1 "bad: http $at:8003/: connected, no answer after 0.3 s (ms)" -t 0.3 http http://$at:8003/
	says "http $at: drips" 1 "bad: http $at:8004/: connected, answer not complete after 0.4 s (ms)" -t 0.4 http http://$at:8004/
	says "http $at: drips, but in time" 0 "good: http $at:8016/: status 200, text found (ms)" \
		-t 4 http http://$at:8016/ --contains 'it works'
	says "http $at: shorter than it says" 1 "bad: http $at:8005/: status 200, closed before its end (ms)" http http://$at:8005/
	says "http $at: shorter, and stays" 1 "bad: http $at:8006/: connected, answer not complete after 0.3 s (ms)" \
		-t 0.3 http http://$at:8006/
	says "http $at: closes" 1 "bad: http $at:8007/: closed without an answer (ms)" http http://$at:8007/
	says "http $at: junk" 1 "bad: http $at:8008/: the answer is not HTTP (ms)" http http://$at:8008/
	says "http $at: body without end" 0 "good: http $at:8009/: status 200 (ms)" http http://$at:8009/
	says "http $at: body without end, no text" 1 "bad: http $at:8009/: status 200, text not in the first 64 kB (ms)" \
		http http://$at:8009/ --contains y
	says "http $at: header without end" 1 "bad: http $at:8010/: status 200, header longer than 16 kB (ms)" http http://$at:8010/
	says "http $at: text across chunks" 0 "good: http $at:8011/: status 200, text found (ms)" \
		http http://$at:8011/ --contains 'it works'
	says "http $at: chunks" 0 "good: http $at:8011/: status 200 (ms)" http http://$at:8011/
	says "http $at: chunks, no text" 1 "bad: http $at:8011/: status 200, text not found (ms)" http http://$at:8011/ --contains '5'
	says "http $at: bad chunks" 1 "bad: http $at:8017/: status 200, its chunks make no sense (ms)" http http://$at:8017/
	says "http $at: path, query, host" 0 "good: http $at:8012/health?full: status 200 (ms)" \
		http http://$at:8012/health?full --host www.example.org
	says "http $at: another host" 1 "bad: http $at:8012/health?full: status 400 (ms)" http http://$at:8012/health?full
	says "http $at: HEAD" 0 "good: http $at:8013/: status 200 (ms)" http http://$at:8013/ --head
	says "http $at: GET" 1 "bad: http $at:8013/: status 405 (ms)" http http://$at:8013/
	says "http $at: reset" 1 "bad: http $at:8014/: connection reset by peer (ms)" http http://$at:8014/
	says "http $at: 100 before 200" 0 "good: http $at:8015/: status 200, text found (ms)" http http://$at:8015/ --contains works
	says "http $at: 100 for ever" 1 "bad: http $at:8018/: header longer than 16 kB (ms)" http http://$at:8018/
done
same 'nothing stays behind in the kernel' "$(net c ss -Htan state time-wait '( dport = :8001 )' | wc -l)" 0

on c sh -c 'ip route add blackhole 10.66.0.0/16; ip route add unreachable fd66::/64'
says 'tcp: nobody there' 1 'bad: tcp 10.9.0.77:80: no connection after 0.3 s (ms)' -t 0.3 tcp 10.9.0.77:80
says 'tcp IPv6: nobody there' 1 'bad: tcp [fd09::77]:80: no connection after 0.3 s (ms)' -t 0.3 tcp '[fd09::77]:80'
says 'tcp: nobody there, the kernel says' 1 'bad: tcp 10.9.0.77:80: no route to host (ms)' -t 4.5 tcp 10.9.0.77:80
says 'tcp: no route' 1 'bad: tcp 192.0.2.1:80: network is unreachable (ms)' tcp 192.0.2.1:80
says 'tcp IPv6: unreachable' 1 'bad: tcp [fd66::1]:80: no route to host (ms)' tcp '[fd66::1]:80'
says '! tcp: nobody there' 0 'good: ! tcp 10.9.0.77:80: no connection after 0.3 s (ms)' -t 0.3 ! tcp 10.9.0.77:80
says 'tcp: localhost' 1 'bad: tcp localhost:9: connection refused (ms)' tcp localhost:9
ll=$(net s ip -o -6 addr show dev eth0 scope link | awk '{ sub("/.*", "", $4); print $4 }')
wait_until 5 on c $CHECK -q tcp "[$ll%eth0]:8001"
says 'tcp: link-local' 0 "good: tcp [$ll%eth0]:8001: connected (ms)" tcp "[$ll%eth0]:8001"
says 'http: link-local' 0 "good: http [$ll%eth0]:8001/: status 200 (ms)" http "http://[$ll%eth0]:8001/"
says 'tcp: no such interface' 1 "bad: cannot run: tcp [$ll%eth7]:80: no such interface" tcp "[$ll%eth7]:80"
says '! tcp: no such interface' 1 "bad: cannot run: ! tcp [$ll%eth7]:80: no such interface" ! tcp "[$ll%eth7]:80"
with='setpriv --reuid 65534 --clear-groups'
says 'as anybody' 0 'good: tcp 10.9.0.2:8001: connected (ms)' tcp 10.9.0.2:8001
with='env ASAN_OPTIONS=detect_leaks=0 prlimit --nofile=6:6'
says 'no descriptors left' 1 'bad: cannot run: tcp 10.9.0.2:8001: socket: too many open files' tcp 10.9.0.2:8001
with=

# a closed port of our own that the kernel picks as the source: it connects to itself unless somebody looks
on c sysctl -qw net.ipv4.ip_local_port_range='40000 40001'
n=0
for _ in 1 2 3 4 5 6 7 8 9 10; do
	for at in 127.0.0.1 '[::1]'; do
		on c $CHECK -q tcp $at:40000 || n=$((n + 1))
		on c $CHECK -q tcp $at:40001 || n=$((n + 1))
	done
done
on c sysctl -qw net.ipv4.ip_local_port_range='32768 60999'
same 'nobody listens, and we are not somebody' $n 40

# ---- files, pid files, programs ----
on c sh -c 'cd /run; echo x >there; mkdir dir; : >empty; echo junk >junk; echo 1 >one; printf " 1\n/data\n" >lines; mkfifo fifo
	sleep 0.01 & echo $! >gone; wait; echo 99999999999999999999 >big; echo 0 >zero; echo "1x" >odd'
says 'file' 0 'good: file /run/there: exists (ms)' file /run/there
says 'file: a directory' 0 'good: file /run/dir: exists (ms)' file /run/dir
says 'file: missing' 1 'bad: file /run/nope: does not exist (ms)' file /run/nope
says 'file: missing directory' 1 'bad: file /run/there/nope: does not exist (ms)' file /run/there/nope
says '! file' 0 'good: ! file /run/nope: does not exist (ms)' ! file /run/nope
on c sh -c 'mkdir -m 700 /run/secret; : >/run/secret/x'
with='setpriv --reuid 65534 --clear-groups'
says 'file: no permission' 1 'bad: cannot run: file /run/secret/x: permission denied' file /run/secret/x
says '! file: no permission' 1 'bad: cannot run: ! file /run/secret/x: permission denied' ! file /run/secret/x
says 'pidfile: of root' 0 'good: pidfile /run/one: process 1 is running (ms)' pidfile /run/one
says 'pidfile: no permission' 1 'bad: cannot run: pidfile /run/secret/x: permission denied' pidfile /run/secret/x
with=
says 'pidfile' 0 'good: pidfile /run/one: process 1 is running (ms)' pidfile /run/one
says 'pidfile: more lines' 0 'good: pidfile /run/lines: process 1 is running (ms)' pidfile /run/lines
says 'pidfile: missing' 1 'bad: pidfile /run/nope: does not exist (ms)' pidfile /run/nope
says 'pidfile: empty' 1 'bad: pidfile /run/empty: empty (ms)' pidfile /run/empty
for f in junk big zero odd; do
	says "pidfile: $f" 1 "bad: pidfile /run/$f: no pid in it (ms)" pidfile /run/$f
done
says 'pidfile: a directory' 1 'bad: pidfile /run/dir: not a regular file (ms)' pidfile /run/dir
says 'pidfile: a pipe' 1 'bad: pidfile /run/fifo: not a regular file (ms)' pidfile /run/fifo
says 'pidfile: gone' 1 "bad: pidfile /run/gone: process $(on c cat /run/gone) is gone (ms)" pidfile /run/gone
bg c mother python3 -c 'import os, time, threading
t = threading.Thread(target=time.sleep, args=(1000,), daemon=True)
t.start()
open("/run/thread", "w").write(str(t.native_id))
p = os.fork() or os._exit(0)
open("/run/zombie", "w").write(str(p))
time.sleep(1000)'
wait_until 10 on c test -s /run/zombie
says 'pidfile: zombie' 1 "bad: pidfile /run/zombie: process $(on c cat /run/zombie) is a zombie (ms)" pidfile /run/zombie

says 'pidfile: a thread' 1 "bad: pidfile /run/thread: process $(on c cat /run/thread) is gone (ms)" pidfile /run/thread

says 'exec' 0 'good: exec true: exited with status 0 (ms)' exec true
says 'exec: fails' 1 'bad: exec sh -c exit 3: exited with status 3 (ms)' exec sh -c 'exit 3'
says 'exec: killed' 1 'bad: exec sh -c kill -9 $$: killed by signal 9 (ms)' exec sh -c 'kill -9 $$'
says '! exec' 1 'bad: ! exec true: exited with status 0 (ms)' ! exec true
says 'exec: no such program' 1 'bad: cannot run: exec /nope: no such file or directory' exec /nope
says '! exec: no such program' 1 'bad: cannot run: ! exec /nope: no such file or directory' ! exec /nope
says 'exec: no permission' 1 'bad: cannot run: exec /run/there: permission denied' exec /run/there
says 'exec: too long' 1 'bad: exec sleep 1001: timed out after 0.2 s (ms)' -t 0.2 exec sleep 1001
says 'exec: deaf' 1 'bad: exec sh -c trap "" TERM; sleep 1001 & sleep 1001: timed out after 0.2 s (ms)' \
	-t 0.2 exec sh -c 'trap "" TERM; sleep 1001 & sleep 1001'
none_of() { ! on c pgrep -f "$1" >/dev/null; }
soon 'exec: nothing is left of them' 5 none_of 'sleep 1001'
cat >$LAB/deaf.py <<'END'
import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.execv(sys.argv[1], sys.argv[1:])
END
with="python3 $LAB/deaf.py $(command -v timeout || echo /usr/bin/timeout) 9"
says 'exec: started by one that ignores its children' 0 'good: exec true: exited with status 0 (ms)' exec true
with=

# ---- --start ----
says 'start: mends it' 0 'good: file /run/made: exists, after --start (ms)' file /run/made --start 'touch /run/made' --wait 0.05
says 'start: not needed' 0 'good: file /run/made: exists (ms)' file /run/made --start 'touch /run/needless' --wait 0.05
is 'start: not needed, not run' none_of needless
says 'start: and it was not' 1 'bad: file /run/needless: does not exist (ms)' file /run/needless
says '! start' 0 'good: ! file /run/made: does not exist, after --start (ms)' ! file /run/made --start 'rm /run/made' --wait 0.05
says 'start: quotes' 0 'good: file /run/two words: exists, after --start (ms)' \
	file '/run/two words' --start "touch '/run/two words'" --wait 0.05
says 'start: in vain' 1 'bad: file /run/nope: does not exist, after --start (ms)' file /run/nope --start true --wait 0.05
says 'start: fails' 1 'bad: file /run/nope: does not exist, after --start exited with status 1 (ms)' \
	file /run/nope --start false --wait 0.05
says 'start: no such program' 1 'bad: file /run/nope: does not exist, after --start failed: no such file or directory (ms)' \
	file /run/nope --start /nope
says 'start: not when the check cannot run' 1 'bad: cannot run: exec /nope: no such file or directory' \
	--start 'touch /run/blind' --wait 0.05 exec /nope
is 'start: not when the check cannot run, really' on c sh -c '! test -e /run/blind'
says 'start: it stays' 0 'good: file /run/stays: exists, after --start (ms)' \
	file /run/stays --start "sh -c 'touch /run/stays; exec sleep 1002'" --wait 0.2
is 'start: it stays when we are gone' on c pkill -f 'sleep 1002'

# ---- again and again ----
lines() { same "$1" "$(sed 's/ (.*//' $LAB/c/$2.log | tr '\n' '|')" "$3"; }
has_lines() { [ "$(grep -c . $LAB/c/$1.log)" = $2 ]; }
starts() { [ "$(on c cat /run/starts 2>/dev/null)" = "$1" ]; }
on c sh -c 'rm -f /run/flag'
bg c again $CHECK -i 0.02 file /run/flag --start "sh -c 'printf . >>/run/starts'" --wait 0.01
soon 'again: the first result' 5 has_lines again 1
on c touch /run/flag
soon 'again: a change' 5 has_lines again 2
is 'again: started once' starts .
on c rm /run/flag
soon 'again: another one' 5 has_lines again 3
is 'again: started once more' starts ..
end c again
lines 'again: only changes' again 'bad: file /run/flag: does not exist, after --start|good: file /run/flag: exists|bad: file /run/flag: does not exist, after --start|'

# ends with the last verdict's code, on both signals
for job in 'TERM 0 /run/there' 'INT 1 /run/nope'; do
	set -- $job
	on c sh -c 'trap - INT; "$0" -i 0.02 -q file '$3' >/run/quiet & p=$!; sleep 0.3; kill -'$1' $p; wait $p' $CHECK
	same "again: $1 ends it with its verdict" $? $2
done
same 'quiet is quiet' "$(on c cat /run/quiet)" ''
on c sh -c 'for f in a b c d e; do rm -f /run/flip; sleep 0.05; : >/run/flip; sleep 0.05; done &
	trap "" PIPE; { timeout 5 "$0" -i 0.01 file /run/flip 2>/dev/null; echo $? >/run/code; } | :' $CHECK
same 'again: ends when nobody reads it' "$(on c cat /run/code)" 1
# it slept for long: what it missed is not made good
bg c slept $CHECK -i 0.05 exec sh -c 'echo >>/run/slept'
wait_until 10 on c test -s /run/slept
hit c slept STOP
sleep 2
on c sh -c ': >/run/slept'
hit c slept CONT
sleep 0.3
same 'again: what was missed stays missed' "$([ "$(on c sh -c 'wc -l </run/slept')" -lt 20 ] || echo more)" ''
end c slept
# one bad result among good ones is no change with --fall 2
on c sh -c 'touch /run/flag; printf "%s\n" "#!/bin/sh" "echo >>/run/n" "[ \$((\$(wc -l </run/n) % 3)) != 0 ]" >/run/flaps; chmod 755 /run/flaps'
bg c fall $CHECK -i 0.02 --fall 2 exec /run/flaps
runs() { [ "$(on c sh -c 'wc -l </run/n' 2>/dev/null || echo 0)" -ge $1 ]; }
soon 'fall: it runs' 20 runs 20
end c fall
lines 'fall: one bad result is none' fall 'good: exec /run/flaps: exited with status 0|'
on c rm /run/n
bg c rise $CHECK -i 0.02 --rise 3 exec /run/flaps
wait_until 20 runs 20
end c rise
lines 'rise: two good results are none' rise 'good: exec /run/flaps: exited with status 0|bad: exec /run/flaps: exited with status 1|'

# ---- 10,000 runs ----
# JOB: its descriptors (the fewest of some looks: one run may be under way), its memory
state() {
	on c sh -c 'for i in 1 2 3 4 5 6 7 8 9 10; do ls /proc/$0/fd | wc -l; done | sort -n | head -n 1
		awk "/^VmRSS/ { print \$2 }" /proc/$0/status' "$(cat $LAB/c/$1.pid)" | tr '\n' ' '
}
end c mother KILL
# NAME JOB: as many descriptors as at first, and no more memory than the kernel's page here and there
no_leak() {
	# shellcheck disable=SC2046
	set -- "$1" $(cat $LAB/c/$2.first) $(state $2)
	is "$1 ($2 descriptors and $3 kB, then $4 and $5)" [ $2 = $4 -a $5 -le $(($3 + 16)) ]
}
bg c http $CHECK -i 0.001 http http://10.9.0.2:8019/
bg c refused $CHECK -i 0.001 tcp 10.9.0.2:9
bg c file $CHECK -i 0.001 file /run/there
bg c pidfile $CHECK -i 0.001 pidfile /run/one
answered() { grep -q "answers $1" $LAB/s/serve.log; }
wait_until 60 answered 1000
for job in http refused file pidfile; do
	state $job >$LAB/c/$job.first
done
soon '10,000 runs' 100 answered 10000
for job in http refused file pidfile; do
	no_leak "10,000 runs: $job leaks nothing" $job
	end c $job
	is "10,000 runs: $job says one thing" has_lines $job 1
done
on c sh -c 'rm -f /run/n; printf "%s\n" "#!/bin/sh" "echo >>/run/n" >/run/counts; chmod 755 /run/counts'
bg c exec $CHECK -i 0.001 exec /run/counts
wait_until 20 runs 100
state exec >$LAB/c/exec.first
soon '1000 programs' 60 runs 1000
no_leak '1000 programs leak nothing' exec
is '1000 programs: one child at most' [ "$(on c sh -c 'wc -w </proc/$0/task/$0/children' "$(cat $LAB/c/exec.pid)")" -le 1 ]
end c exec

# ---- wrong words ----
says 'usage: nothing' 2 "$(printf 'vrrp-check: expected a check\nTry '"'vrrp-check --help'.")"
says 'usage: a name' 2 "$(printf 'vrrp-check: expected an address: a name needs a resolver, which can hang (http has --host): www.example.org:80\nTry '"'vrrp-check --help'.")" tcp www.example.org:80
is 'help lists the kinds' on c sh -c '"$0" --help | grep -q "^  http URL"' $CHECK
is 'version' on c sh -c '"$0" --version | grep -q "^vrrp-check (vrrpbox"' $CHECK
finish
