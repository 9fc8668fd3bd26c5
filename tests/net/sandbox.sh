#!/bin/sh
# sandbox.sh - what somebody who has taken over the engine can do with it: run what the configuration names, and nothing else.
# shellcheck disable=SC2317	# called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"
command -v python3 >/dev/null || lab_cannot 'no python3'

host r1 eth0=10.9.0.1/24
mkdir $LAB/s
chmod 755 $LAB/s

# script NAME TEXT
script() { printf '#!/bin/sh\n%s\n' "$2" >"$LAB/s/$1"; chmod 755 "$LAB/s/$1"; }
script check 'id -u >/run/lab/s/uid.$$; mv /run/lab/s/uid.$$ /run/lab/s/uid'
script told 'echo "$*" >>/run/lab/s/told.log'
script later 'touch /run/lab/s/later.ran; exit 0'
script evil 'touch /run/lab/s/evil.ran'
chmod 777 $LAB/s
SCRIPT='vrrp_script chk {
	script "/run/lab/s/check"
	interval 0.2
	user daemon
}'
CONF_TOP="$SCRIPT" conf r1 100 'track_script {' chk '}' 'notify /run/lab/s/told'
ln -s vrrpd $LAB/bin/vrrp-state
start_vrrpd r1 $LAB/r1.conf
pid=$(cat $LAB/r1/vrrpd.pid)
helper_of() { on r1 cat "/proc/$pid/task/$pid/children" | tr -d ' '; }
helper=$(helper_of)
named() { on r1 grep -qx vrrpd-programs "/proc/$helper/comm"; }
soon 'helper: its name' 10 named
soon 'helper: runs the check' 20 test -s $LAB/s/uid
same 'helper: as its user' "$(cat $LAB/s/uid)" "$(id -u daemon)"
soon 'helper: notifies' 20 grep -qs 'INSTANCE VI_1 MASTER 100' $LAB/s/told.log
same 'helper: holds a socket, a signal descriptor, a loop, and null' "$(on r1 ls "/proc/$helper/fd" | wc -l)" 6

# Orders as the engine sends them, over its own socket: forge COMMAND EXTRA... prints the answer's status.
cat >$LAB/forge.py <<'P'
import ctypes, os, socket, struct, sys
def number(words):
    h = 0xcbf29ce484222325
    for w in words:
        for b in w.encode() + b"\0":
            h = (h ^ b) * 0x100000001b3 & (1 << 64) - 1
    return h
engine, uid, command, extra = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3].split(), sys.argv[4:]
libc = ctypes.CDLL(None, use_errno=True)
pidfd = libc.syscall(434, engine, 0)
for fd in os.listdir("/proc/%d/fd" % engine):
    got = libc.syscall(438, pidfd, int(fd), 0)
    try:
        s = socket.socket(fileno=got)
        if s.family == socket.AF_UNIX and s.type == socket.SOCK_SEQPACKET:
            break
    except OSError:
        pass
else:
    sys.exit("no socket")
os.kill(engine, 19)
n = 0x7ffffff0
s.send(struct.pack("=BBBBiII5Q", 0, len(extra), 0, 0, n, uid, uid, number(command), *([number([e]) for e in extra] + [0] * (4 - len(extra)))))
s.settimeout(3)
while True:
    a, status = struct.unpack("=ii", s.recv(8))
    if a == n:
        print(status)
        break
os.kill(engine, 18)
P
forge() { on r1 python3 $LAB/forge.py "$pid" "$@" 2>&1; }
if [ "$(uname -m)" = x86_64 ]; then
	same 'forged: what the file does not name' "$(forge 0 /run/lab/s/evil)" -116
	same 'forged: a command of it as another user' "$(forge 0 /run/lab/s/check)" -116
	same 'forged: with a word more' "$(forge 1 /run/lab/s/check MASTER)" -116
	same 'forged: notify with words of its own' "$(forge 0 /run/lab/s/told INSTANCE VI_1 MASTER '1;/run/lab/s/evil')" -116
	same 'forged: what it names may be run' "$(forge 1 /run/lab/s/check)" 0
	same 'forged: notify as itself' "$(forge 0 /run/lab/s/told INSTANCE VI_1 BACKUP 7)" 0
	same 'forged: words as chosen' "$(tail -n 1 $LAB/s/told.log)" 'INSTANCE VI_1 BACKUP 7'
	same 'forged: nothing else ran' "$(ls $LAB/s/*.ran 2>/dev/null)" ''
else
	skip 'forged orders' 'numbers of system calls of another machine'
fi

# what the kernel says of the engine, and of its helper
field() { on r1 sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status"; }
if on r1 $LAB/bin/vrrp-state sandbox | grep -q 'filtered: yes'; then
	same 'engine: two capabilities, in every set' "$(for s in Inh Prm Eff Bnd Amb; do field "$pid" Cap$s; done | xargs)" \
		'0000000000000000 0000000000003000 0000000000003000 0000000000003000 0000000000000000'
	same 'engine: no new privileges, filtered' "$(field "$pid" NoNewPrivs) $(field "$pid" Seccomp)" '1 2'
	same 'helper: runs programs as they always were' "$(field "$helper" NoNewPrivs) $(field "$helper" Seccomp)" '0 0'
	on r1 $LAB/bin/vrrp-state sandbox >$LAB/says
	is 'vrrp-state: capabilities' grep -qx 'capabilities: CAP_NET_ADMIN CAP_NET_RAW' $LAB/says
	is 'vrrp-state: no call was refused' grep -qx 'system calls are filtered: yes, 0 refused' $LAB/says
	on r1 $LAB/bin/vrrp-state -j >$LAB/json
	is 'vrrp-state -j: the same' grep -q '"sandbox":{"on":true,"helper":true,"capabilities":"CAP_NET_ADMIN CAP_NET_RAW","no-new-privileges":true' $LAB/json
else
	skip 'engine: what it gave up' "$(on r1 $LAB/bin/vrrp-state sandbox | xargs)"
fi

# A debugger is in the engine: it makes it call the kernel. call NUMBER WORD... prints the result.
call() { on r1 gdb -q -nx -batch -ex 'handle SIGSYS nostop noprint pass' -p "$pid" -ex "print (long)syscall($(echo "$@" | tr ' ' ,))" 2>&1 | sed -n 's/^\$1 = //p'; }
if command -v gdb >/dev/null && [ "$(uname -m)" = x86_64 ] && [ -n "$(call 39)" ]; then
	same 'debugger: it is in there' "$(call 39)" "$pid"
	path=$(python3 -c 'import sys; print(0x400000 + open(sys.argv[1], "rb").read().index(b"/etc/passwd\0"))' $VRRPD)
	is 'debugger: reads a file' [ "$(call 257 -100 "$path" 0)" -gt 2 ]
	same 'debugger: writes to none' "$(call 257 -100 "$path" 1)" -1
	same 'debugger: changes no mode' "$(call 90 "$path" 511)" -1
	same 'debugger: sends no signal' "$(call 62 "$helper" 9)" -1
	same 'debugger: is no other user' "$(call 105 1)" -1
	is 'debugger: it is counted' on r1 sh -c "$LAB/bin/vrrp-state sandbox | grep -q '[1-9] refused'"
	call 57 >/dev/null
	soon 'debugger: a fork ends it' 10 gone r1 vrrpd
	another() { on r1 cat /run/vrrpd/vrrpd.pid >$LAB/r1/vrrpd.pid && [ "$(cat $LAB/r1/vrrpd.pid)" != "$pid" ] && alive r1 vrrpd; }
	soon 'debugger: its helper starts another one' 10 another
	end r1 vrrpd
	sed -i '/sandbox: system call/d' $LAB/r1/vrrpd.log	# that was us
	rm -f $LAB/s/uid
	start_vrrpd r1 $LAB/r1.conf
	pid=$(cat $LAB/r1/vrrpd.pid)
	helper=$(helper_of)
	soon 'debugger: a new one' 20 has_vip r1
else
	skip 'debugger' 'no gdb that knows this program'
fi

# a reload adds and removes
hup() { hit r1 vrrpd HUP; soon "$1" 10 logged r1 "reloaded"; }
sed 's#s/check#s/later#; s/user daemon/user root/' $LAB/r1.conf >$LAB/new && cp $LAB/new $LAB/r1.conf
hup 'reload: done'
soon 'reload: what it adds is run' 10 test -e $LAB/s/later.ran
removed() { [ "$(forge 1 /run/lab/s/check)" = -116 ]; }
[ "$(uname -m)" != x86_64 ] || soon 'reload: what it removed is not, some seconds later' 20 removed

# the helper dies
script told 'exec sleep 12345'
CONF_TOP="$SCRIPT" conf r1 100 'track_script {' 'chk weight -10' '}' 'notify /run/lab/s/told'
sed -i 's/priority 100/priority 101/' $LAB/r1.conf
forget
hup 'notify that stays: done'
script check 'exec sleep 12345'
busy() { on r1 pgrep -f 'sleep 12345' >/dev/null; }
idle() { ! busy; }
soon 'a program that stays: runs' 10 busy
on r1 kill -9 "$helper"
soon 'helper killed: said' 10 logged r1 'the helper that starts programs has ended'
soon 'helper killed: its programs end' 10 idle
is 'helper killed: vrrp-state says so' on r1 sh -c "$LAB/bin/vrrp-state sandbox | grep -qx 'programs are started by a helper: it is gone'"
soon 'helper killed: a script counts as failed, with the reason' 10 logged r1 'the helper that starts programs is gone'
soon 'helper killed: the router goes on' 20 has_vip r1
forget
hup 'helper killed: a reload works'
end r1 vrrpd
is 'helper killed: a stop takes the address off' no_vip r1

# the engine dies
start_vrrpd r1 $LAB/r1.conf
pid=$(cat $LAB/r1/vrrpd.pid)
soon 'engine killed: a program runs' 10 busy
end r1 vrrpd KILL
none() { ! on r1 pgrep vrrpd >/dev/null && idle; }
soon 'engine killed: no process is left' 10 none
start_vrrpd r1 $LAB/r1.conf
pid=$(cat $LAB/r1/vrrpd.pid)
soon 'engine killed: a new one runs programs' 10 busy
end r1 vrrpd
soon 'stop: no process is left' 10 idle
same 'stop: nor the helper' "$(on r1 pgrep -c vrrpd)" 0
start_vrrpd r1 $LAB/r1.conf --no-sandbox
pid=$(cat $LAB/r1/vrrpd.pid)
soon 'without: programs run' 10 busy
same 'without: by the engine itself' "$(on r1 pgrep -c vrrpd)" 1
end r1 vrrpd

# a service manager kept one from us
CONF_TOP='vrrp_track_file f {
	file /run/f
}' conf r1 100 'track_file {' f '}'
forget r1
on r1 setpriv --bounding-set=-dac_read_search "$VRRPD" -l -G -f $LAB/r1.conf >>$LAB/r1/vrrpd.log 2>&1 </dev/null
on r1 cat /run/vrrpd/vrrpd.pid >$LAB/r1/vrrpd.pid
soon 'not given: works' 20 has_vip r1
same 'not given: not claimed' "$(on r1 $LAB/bin/vrrp-state sandbox | sed -n 's/^capabilities: //p')" 'CAP_NET_ADMIN CAP_NET_RAW'
is 'not given: said' logged r1 'CAP_DAC_READ_SEARCH is not ours to keep and may be needed (files that are read)'
end r1 vrrpd
finish
