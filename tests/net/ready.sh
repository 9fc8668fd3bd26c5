#!/bin/sh
# ready.sh - the service manager is told the truth: systemd's notifications by path and by abstract name, a readiness
# descriptor, in the background and in the foreground; children do not inherit the socket.
# timeout: 60
# shellcheck disable=SC2016,SC2086,SC2317	# for the hosts' shells; words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"
command -v python3 >/dev/null || lab_cannot 'the command python3 is missing'

host r1 eth0=10.9.0.1/24
heard=$LAB/r1/heard
cat >$LAB/manager.py <<'E'
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1].replace('@', '\0'))
print('listening', flush=True)
while True:
    print('|'.join(s.recv(4096).decode().rstrip('\n').split('\n')), flush=True)
E
manager() { rm -f $LAB/r1/manager.log; bg r1 manager python3 $LAB/manager.py "$1"; wait_until 20 grep -q listening $heard; }
ln -s manager.log $heard
said() { grep -qx "$1" $heard; }
cat >$LAB/env.sh <<'E'
#!/bin/sh
echo "socket ${NOTIFY_SOCKET-none}" >>/run/env
E
chmod +x $LAB/env.sh
printf 'global_defs {\n\tscript_user root\n}\n' >$LAB/r1.conf
for i in 1 2 3; do
	printf 'vrrp_instance V%s {\n\tinterface eth%s\n\tvirtual_router_id %s\n\tversion 3\n\tadvert_int 0.1\n' $i $((i / 3)) $i
	printf '\tnotify %s/env.sh\n\tvirtual_ipaddress {\n\t\t10.9.0.10%s\n\t}\n}\n' $LAB $i
done >>$LAB/r1.conf

for at in /run/notify.sock @abstract; do
	manager $at
	bg r1 vrrpd env NOTIFY_SOCKET=$at $VRRPD -n -l -G -f $LAB/r1.conf
	soon "$at: ready" 20 grep -q '^READY=1|STATUS=' $heard
	soon "$at: the status follows" 20 said 'STATUS=2 MASTER, 1 FAULT'
	is "$at: no more than it takes" [ "$(grep -c '^STATUS=' $heard)" -le 3 ]
	: >$LAB/r1/manager.log
	hit r1 vrrpd HUP
	soon "$at: ready again after a reload" 20 said 'READY=1|STATUS=2 MASTER, 1 FAULT'
	same "$at: reloading before that, with its time" "$(sed -n '1s/[0-9]\{6,\}$/N/p' $heard)" 'RELOADING=1|MONOTONIC_USEC=N'
	: >$LAB/r1/manager.log
	end r1 vrrpd
	soon "$at: stopping" 20 said 'STOPPING=1'
	end r1 manager
done
same 'children know nothing of it' "$(on r1 sort -u /run/env)" 'socket none'
on r1 env NOTIFY_SOCKET=/run/nobody $VRRPD -l -G -f $LAB/r1.conf 2>>$LAB/r1/vrrpd.log
same 'nobody listens: it starts all the same' $? 0
on r1 cat /run/vrrpd/vrrpd.pid >$LAB/r1/vrrpd.pid
end r1 vrrpd

# a descriptor: one newline, then closed; in the background too
fd() { on r1 python3 -c '
import os, subprocess, sys
r, w = os.pipe()
p = subprocess.Popen(sys.argv[1:] + ["--ready-fd", str(w)], pass_fds=[w], stderr=subprocess.DEVNULL)
os.close(w)
print(repr(os.read(r, 9)), repr(os.read(r, 9)), flush=True)
if "-n" in sys.argv: p.terminate()
p.wait()' "$@"; }
same 'descriptor: a newline, and closed' "$(fd $VRRPD -n -l -G -f $LAB/r1.conf)" "b'\\n' b''"
same 'descriptor: in the background' "$(fd $VRRPD -l -G -f $LAB/r1.conf)" "b'\\n' b''"
on r1 cat /run/vrrpd/vrrpd.pid >$LAB/r1/vrrpd.pid
end r1 vrrpd
same 'descriptor: never when it fails' "$(fd $VRRPD -n -l -G -f /nowhere)" "b'' b''"
for n in 2 99 x ''; do
	on r1 $VRRPD -n --ready-fd "$n" 2>>$LAB/r1/misuse
	same "descriptor: [$n] is misuse" $? 2
done
finish
