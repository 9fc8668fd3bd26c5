#!/bin/sh
# nginx.sh - what may befall a real nginx, and the checks without a script that see it: the shipped example, then one by one.
# timeout: 300
# shellcheck disable=SC2086,SC2317	# words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

command -v nginx >/dev/null || lab_cannot 'the command nginx is missing (Debian: nginx-light)'
ln -s vrrpd $LAB/bin/vrrp-state
host r1 eth0=10.9.0.1/24
host r2 eth0=10.9.0.2/24
web_conf() {	# STATUS
	cat >$LAB/nginx.conf <<END
user root root;
worker_processes 2;
pid /run/nginx.pid;
error_log stderr;
events { }
http {
	access_log off;
	server { listen 80; location / { return $1 "served"; } }
}
END
}
web() { on $1 nginx -c $LAB/nginx.conf 2>>$LAB/$1/nginx.log; }
web_pid() { on $1 cat /run/nginx.pid; }
web_kill() {	# HOST SIGNAL: master and workers
	on $1 sh -c "pkill -$2 -x nginx"
	[ $2 != KILL ] || wait_until 10 no_web $1
}
no_web() { ! on $1 pgrep -x nginx >/dev/null; }
logger() { grep -q "$2" $LAB/$1/logger 2>/dev/null; }

# ---- the shipped example, both machines ----
example=$LAB/bin/example.conf
sed -e "s|192.0.2.10|$VIP|" -e "s|/usr/bin/logger -t|$LAB/bin/logger|" -e 's|virtual_router_id 51|&\n\tversion 3\n\tadvert_int 0.1|' \
	"${LAB_EXAMPLE:-board/examples/nginx-pair.conf}" >$example
cat >$LAB/bin/logger <<'END'
#!/bin/sh
echo "$*" >>"/run/lab/$(hostname)/logger"
END
chmod 755 $LAB/bin/logger
sed 's/priority 150/priority 120/' $example >$LAB/r2.conf
cp $example $LAB/r1.conf
web_conf 200
web r1
web r2
on r1 $LAB/bin/vrrpd -t -f $LAB/r1.conf >$LAB/test 2>&1
same 'example: -t finds nothing' "$? $(cat $LAB/test)" '0 '
start_vrrpd r1 $LAB/r1.conf
start_vrrpd r2 $LAB/r2.conf
to() {
	other=r1
	[ $2 != r1 ] || other=r2
	soon "$1: $2 serves" 20 sole_master $2 $other
}
to 'example: both are well' r1
soon 'example: notify wrote its line' 10 logger r1 'INSTANCE site MASTER 150'
same 'example: state file' "$(on r1 sed -n 's/^STATE=//p' /run/vrrpd/site.state)" MASTER
web_kill r1 KILL
to 'example: killed with -9' r2
soon 'example: killed: the log says what' 10 logged r1 'process nginx: none running'
web r1
to 'example: started again' r1
on r1 touch /var/run/failover-by-hand
to 'example: given away by hand' r2
on r1 rm /var/run/failover-by-hand
to 'example: taken back by hand' r1

# No process is started for a check: the kernel's count of processes in this host stands still.
if command -v strace >/dev/null; then
	pid=$(cat $LAB/r1/vrrpd.pid)
	forget r1
	on r1 timeout 6 strace -f -qq -e trace=clone,clone3,fork,vfork,execve -o $LAB/forks -p "$pid"
	same 'example: processes started in 6 s of checks' "$(wc -l <$LAB/forks)" 0
else
	skip 'no processes are started' 'no strace (Debian: strace)'
fi
end r2 vrrpd
end r1 vrrpd

# ---- one by one, each check alone, with weight 0: FAULT when it is bad ----
# NAME WORDS...: run VI_1 on r1 with this check
with() {
	[ ! -s $LAB/r1/vrrpd.pid ] || end r1 vrrpd
	forget r1
	conf r1 150 "track_check web \"-i 0.1 -t 0.5 $1\""
	start_vrrpd r1 $LAB/r1.conf
}
good() { soon "$1: good" 20 has_vip r1; }
bad() { soon "$1: bad" 20 no_vip r1; soon "$1: said" 10 logged r1 "$2"; }
fresh() { web_kill r1 KILL; web r1; }

fresh
with 'http http://10.9.0.1/'
good 'http'
web_kill r1 STOP
bad 'listening but hanging' 'http 10.9.0.1/: connected, no answer'
web_kill r1 CONT
good 'woken up'
web_conf 500
on r1 nginx -c $LAB/nginx.conf -s reload 2>>$LAB/r1/nginx.log
bad 'answers 500' 'status 500'
web_conf 200
on r1 nginx -c $LAB/nginx.conf -s reload 2>>$LAB/r1/nginx.log
good 'answers 200 again'
on r1 nginx -c $LAB/nginx.conf -s stop 2>>$LAB/r1/nginx.log
bad 'stopped' 'VRRP_Script(web) failed'
says() { on r1 $LAB/bin/vrrp-state why VI_1 | grep -qF "$1"; }
soon 'stopped: vrrp-state says what' 20 says 'connection refused'
bg r1 thief busybox nc -ll -p 80 -e /bin/echo junk
soon 'the port is taken by another: vrrp-state says so' 20 says 'the answer is not HTTP'
end r1 thief
web r1
good 'itself again'

with 'process nginx'
good 'process'
web_kill r1 KILL
bad 'killed with -9' 'process nginx: none running'
# a crash loop: it starts and dies, again and again; once it stays, so does the address
bg r1 loop sh -c "for i in 1 2 3 4 5 6; do nginx -c $LAB/nginx.conf; sleep 0.3; pkill -KILL -x nginx; sleep 0.3; done; exec nginx -c $LAB/nginx.conf"
wait_until 20 gone r1 loop
good 'a crash loop that ends'

with '! process nginx'
bad 'not: it runs' 'process nginx'
web_kill r1 KILL
good 'not: it does not'

# restart it, once; when that does not help, it is bad: the tutorial's script
cat >$LAB/bin/start-web <<END
#!/bin/sh
echo x >>$LAB/r1/starts
[ -e $LAB/r1/broken ] || nginx -c $LAB/nginx.conf 2>>$LAB/r1/nginx.log
END
chmod 755 $LAB/bin/start-web
web r1
with "process nginx --start $LAB/bin/start-web --wait 0.3"
good 'restart: at first'
web_kill r1 KILL
runs_again() { on r1 pgrep -x nginx >/dev/null; }
soon 'restart: it is started' 20 runs_again
well() { on r1 $LAB/bin/vrrp-state check web | grep -q '^good'; }
soon 'restart: good again' 20 well
is 'restart: the address stayed' no_log r1 'Entering FAULT'
touch $LAB/r1/broken
web_kill r1 KILL
bad 'restart: does not help' 'none running'
same 'restart: tried once, not again and again' "$(wc -l <$LAB/r1/starts)" 2
rm $LAB/r1/broken
web r1
good 'restart: mended by hand'

# a flapping one costs at most one move per hold
[ ! -s $LAB/r1/vrrpd.pid ] || end r1 vrrpd
forget r1
CONF_TOP='vrrp_script web {
	script "vrrp-check file /run/up"
	interval 0.1
	hold 5
}'
conf r1 150 'track_script {
		web
	}'
on r1 touch /run/up
start_vrrpd r1 $LAB/r1.conf
good 'hold: at first'
for _ in 1 2 3 4; do
	on r1 rm -f /run/up
	sleep 0.25
	on r1 touch /run/up
	sleep 0.25
done
same 'hold: four failures, one FAULT' "$(log_count r1 'Entering FAULT STATE')" 1
good 'hold: over'
same 'hold: still one' "$(log_count r1 'Entering FAULT STATE')" 1
end r1 vrrpd
finish
