#!/bin/sh
# state.sh - vrrp-state and the control socket from the outside: every request and its exit code, demotion, who may ask,
# clients that behave badly, and a daemon that is killed.
# timeout: 180
# shellcheck disable=SC2016,SC2086,SC2317	# awk's own; words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

ln -s vrrpd $LAB/bin/vrrp-state
cp "${0%/*}/clients.py" $LAB/bin
sock=/var/run/vrrpd/ctl.sock
state() { on r1 $LAB/bin/vrrp-state "$@" >$LAB/out 2>$LAB/err; code=$?; out=$(cat $LAB/out); }
# NAME CODE OUTPUT WORD...: exit code and all of the output
asks() {
	asks_name=$1 asks_want="$2 [$3]"
	shift 3
	state "$@"
	same "$asks_name" "$code [$out]" "$asks_want"
}
# NAME CODE ERROR WORD...: exit code, and a line on standard error that begins so
errs() {
	errs_name=$1 errs_code=$2 errs_text=$3
	shift 3
	state "$@"
	case $(cat $LAB/err) in
	"$errs_text"*) same "$errs_name" "$code" "$errs_code" ;;
	*) not_ok "$errs_name" "$code [$(cat $LAB/err)]" ;;
	esac
}
reloads() { state reload; same "$1" $code 0; }
client() { on r1 python3 $LAB/bin/clients.py $sock "$@"; }
is_now() { state "$2"; [ "$out" = "$1" ]; }
on2() { on r2 $LAB/bin/vrrp-state "$@"; }
entered() { grep -c Entering $LAB/$1/vrrpd.log; }
state_has() { on r1 grep -q "^$1" /run/vrrpd/VI_1.state; }

host r1 eth0=10.9.0.1/24
host r2 eth0=10.9.0.2/24
printf '#!/bin/sh\ntest ! -e /tmp/bad\n' >$LAB/check
chmod +x $LAB/check
script="vrrp_script chk {
	script $LAB/check
	interval 1000
}"
CONF_TOP=$script
conf r1 150 'track_script {' 'chk weight 10' '}'
CONF_TOP=
conf r2 100

# nobody there
errs 'no daemon: the table' 3 "vrrp-state: $sock: No such file or directory: vrrpd is not running"
errs 'no daemon: an instance' 3 "vrrp-state: $sock: " VI_1
errs 'no daemon: JSON' 3 "vrrp-state: $sock: " -j
errs 'no daemon: wait' 3 "vrrp-state: $sock: " wait VI_1 MASTER 1
errs 'misuse: option' 5 'vrrp-state: unknown option: -x' -x
errs 'misuse: two words' 5 'vrrp-state: unexpected word: VI_2' VI_1 VI_2
errs 'misuse: -j and -m' 5 'vrrp-state: only one of' -j -m
errs 'misuse: wait for what' 5 'vrrp-state: expected MASTER' wait VI_1 BOSS
errs 'misuse: wait how long' 5 'vrrp-state: expected seconds' wait VI_1 MASTER soon
errs 'misuse: wait how very long' 5 'vrrp-state: expected seconds' wait VI_1 MASTER 18446744073711
errs 'misuse: a line end' 5 'vrrp-state: cannot be asked for' 'VI_1
reload'

start_vrrpd r1 $LAB/r1.conf
start_vrrpd r2 $LAB/r2.conf
asks 'wait' 0 '' wait VI_1 MASTER 20
asks 'an instance: MASTER' 0 MASTER VI_1
asks 'the word state' 0 MASTER state VI_1
asks 'a name behind --' 0 MASTER -- VI_1
same 'an instance: BACKUP' "$(on2 VI_1; echo $?)" "BACKUP
1"
errs 'an instance: none such' 4 'vrrp-state: no such instance: VI_9' VI_9
errs 'an instance: a name with quotes' 4 'vrrp-state: no such instance: a "b\ c' 'a "b\ c'
errs 'wait: none such' 4 'vrrp-state: no such instance: VI_9' wait VI_9 MASTER 1
asks 'wait: the time is over' 1 '' wait VI_1 BACKUP 1
asks 'wait: so already' 0 '' wait VI_1 MASTER 0
state
is 'the table: a line for it' grep -q 'VI_1 .*eth0.* MASTER ' $LAB/out
is 'the table: no colours in a file' [ "$(grep -c '[[:cntrl:]]' $LAB/out)" = 0 ]
state why VI_1
same 'why: exit code' $code 0
state -j
same 'JSON: exit code' $code 0
is 'JSON: is JSON' on r1 python3 -c 'import json, sys; json.load(open(sys.argv[1]))' $LAB/out
state -m
same 'metrics: exit code' $code 0
state dump data
same 'dump data: exit code' $code 0
is 'dump data: keepalived'"'"'s words' grep -q 'VRRP Instance = VI_1' $LAB/out
state dump stats
is 'dump stats: the same' grep -q 'VRRP Instance: VI_1' $LAB/out
state dump json
is 'dump json: is JSON' on r1 python3 -c 'import json, sys; json.load(open(sys.argv[1]))' $LAB/out
errs 'dump: no such' 5 'vrrp-state: expected data, stats or json' dump core
state version
same 'version: its pid' "${out##* }" "$(cat $LAB/r1/vrrpd.pid)"
same 'the socket: root alone' "$(on r1 stat -c %a:%U $sock)" 600:root
same 'the socket: its directory' "$(on r1 stat -c %a /run/vrrpd)" 755
asks 'another socket' 0 MASTER -s $sock VI_1
asks 'another run directory' 0 MASTER --run-dir=/run/vrrpd VI_1
errs 'another run directory: empty' 3 'vrrp-state: /run/ctl.sock' --run-dir /run VI_1
same 'another run directory: by the environment' "$(on r1 env VRRPD_RUN_DIR=/run/nowhere $LAB/bin/vrrp-state VI_1 2>&1)" \
	'vrrp-state: /run/nowhere/ctl.sock: No such file or directory: vrrpd is not running'

# check: interval 1000 s, so a run is ours
state check chk
same 'check: good' "$code ${out%% (*}" '0 good: exited with status 0'
on r1 touch /tmp/bad
state check chk
same 'check: bad' "$code ${out%% (*}" '1 bad: exited with status 1'
soon 'check: it counted' 20 logged r1 'Changing effective priority from 160 to 150'
on r1 rm /tmp/bad
state check chk
same 'check: good again' "$code ${out%% (*}" '0 good: exited with status 0'
errs 'check: none such' 4 'vrrp-state: no such script: VI_1' check VI_1

# demote, followed by -w
sockets=$(on r1 sh -c "ls -l /proc/$(cat $LAB/r1/vrrpd.pid)/fd | grep -c socket:")
followers() { [ "$(on r1 sh -c "ls -l /proc/$(cat $LAB/r1/vrrpd.pid)/fd | grep -c socket:")" = "$1" ]; }
bg r1 follow $LAB/bin/vrrp-state -w
bg r1 follow1 $LAB/bin/vrrp-state -w VI_1
soon 'two that follow' 20 followers $((sockets + 2))
capture r1 eth0
asks 'demote' 0 '' demote VI_1
soon 'demote: the other is MASTER' 20 sole_master r2 r1
asks 'demote: BACKUP' 1 BACKUP VI_1
is 'demote: logged' logged r1 '(VI_1) demoted to priority 1 until it is restored'
is 'demote: one advert with priority 0' [ "$(frames r1 eth0 'ip proto 112 and src 10.9.0.1 and ip[22] == 0' | wc -l)" = 1 ]
is 'demote: its priority' logged r1 'Changing effective priority from 160 to 1'
is 'demote: in the state file' state_has DEMOTED=yes
is 'demote: the priority in the state file' state_has PRIORITY=1
hit r1 vrrpd HUP
soon 'demote: after a reload' 20 logged r1 'reloaded '
asks 'demote: still after a reload' 1 BACKUP VI_1
sed -i 's/router_id 51/router_id 52/' $LAB/r1.conf
reloads 'another VRID: reload'
same 'another VRID: demoted all the same' "$(log_count r1 'Changing effective priority from 1 ')" 0
is 'another VRID: in the state file' state_has DEMOTED=yes
sed -i 's/router_id 52/router_id 51/' $LAB/r1.conf
reloads 'the old VRID: reload'
soon 'the old VRID: BACKUP' 20 is_now BACKUP VI_1
forget r1
asks 'restore' 0 '' restore VI_1
asks 'restore: wait for it' 0 '' wait VI_1 MASTER 20
soon 'restore: one MASTER' 20 sole_master r1 r2
is 'restore: logged' logged r1 '(VI_1) restored'
is 'restore: not in the state file' on r1 sh -c '! grep DEMOTED /run/vrrpd/VI_1.state'
asks 'demote all for a time' 0 '' demote all for 1
soon 'for a time: the other is MASTER' 20 sole_master r2 r1
soon 'for a time: it comes back by itself' 20 sole_master r1 r2
is 'for a time: logged' logged r1 '(VI_1) demoted to priority 1 for 1 s'
asks 'demote to FAULT' 0 '' demote VI_1 fault for 1000
asks 'to FAULT: at once' 2 FAULT VI_1
soon 'to FAULT: the other is MASTER' 20 sole_master r2 r1
is 'to FAULT: the reason' logged r1 '(VI_1) Entering FAULT STATE: demoted'
asks 'to FAULT: restore' 0 '' restore all
asks 'to FAULT: MASTER again' 0 '' wait VI_1 MASTER 20
for wrong in 'wait' 'wait VI_1' 'wait VI_1 MASTER 1 2' '-m VI_1' 'demote' 'demote VI_1 for' 'demote VI_1 for 0' 'demote VI_1 for 1s' 'demote VI_1 for 99999999999999999999' \
	'demote VI_1 fault now' 'demote VI_1 for 5 fault' 'restore' 'restore VI_1 VI_2' 'why' 'check' 'reload now'; do
	state $wrong
	same "misuse: $wrong" $code 5
done
errs 'demote: none such' 4 'vrrp-state: no such instance: VI_9' demote VI_9
is 'misuse: nobody was demoted' is_now MASTER VI_1

# peers that do not preempt, and the demoted one is alone
end r2 vrrpd
conf r2 100 nopreempt
forget r2
start_vrrpd r2 $LAB/r2.conf
wait_until 20 logged r2 'Entering BACKUP'
state demote VI_1
soon 'demote beside nopreempt: the other is MASTER' 20 sole_master r2 r1
end r2 vrrpd
soon 'demoted and alone: it serves' 20 sole_master r1
state restore VI_1
state demote VI_1
sleep 0.5
is 'demoted while alone: it goes on' sole_master r1
is 'demoted while alone: it is still MASTER' is_now MASTER VI_1
state restore all

# an owner
conf r2 255
start_vrrpd r2 $LAB/r2.conf
soon 'an owner: MASTER' 20 sole_master r2 r1
on2 demote VI_1
soon 'an owner, demoted: the other is MASTER' 20 sole_master r1 r2
on2 restore VI_1
soon 'an owner, restored: MASTER' 20 sole_master r2 r1
end r2 vrrpd
conf r2 100
soon 'alone again' 20 is_now MASTER VI_1

# what -w said
fits() { awk '$1 !~ /^20[0-9-]+$/ || $2 !~ /^[0-9:]+Z$/ || $3 != "VI_1" || $5 != "->" || $6 !~ /:$/ || NF < 7 { print; bad = 1 } END { exit bad || !NR }' $1; }
is '-w: a line a change' fits $LAB/r1/follow.log
same '-w NAME: the same' "$(cat $LAB/r1/follow1.log)" "$(cat $LAB/r1/follow.log)"
is '-w: the first was the demotion' [ "$(sed '1!d; s/[^ ]* [^ ]* //' $LAB/r1/follow.log)" = 'VI_1 MASTER -> BACKUP: advert with a higher priority (100, ours 1) from 10.9.0.2' ]
is '-w: each from where the one before led' awk 'NR > 1 && $4 ":" != last && $4 != "INIT" { bad = 1 } { last = $6 } END { exit bad }' $LAB/r1/follow.log
end r1 follow
end r1 follow1
soon '-w: those who went are forgotten' 20 followers $sockets

# a reload gives the name to a router that is in that state already, or to none
cp $LAB/r1.conf $LAB/one.conf
sed -n '/^vrrp_instance/,$p' $LAB/one.conf | sed 's/VI_1/VI_2/; s/ 51$/ 52/; s/10\.9\.0\.100/10.9.0.102/' >>$LAB/r1.conf
reloads 'two: reload'
asks 'two: MASTER' 0 '' wait VI_2 MASTER 20
state demote VI_1 fault
bg r1 wait1 sh -c "$LAB/bin/vrrp-state wait VI_1 MASTER 60; echo \$?"
bg r1 wait2 sh -c "$LAB/bin/vrrp-state wait VI_2 FAULT 60; echo \$?"
bg r1 wait3 sh -c "$LAB/bin/vrrp-state wait VI_1 BACKUP 60; echo \$?"
all_wait() { followers $((sockets + 3)); }
soon 'two: three wait' 20 all_wait
sed -i 's/VI_1/VI_X/; s/VI_2/VI_1/; s/VI_X/VI_2/' $LAB/r1.conf
reloads 'two: the names change places'
waited_for() { grep -qx $2 $LAB/r1/wait$1.log; }
soon 'two: MASTER by another router' 5 waited_for 1 0
soon 'two: FAULT by another router' 5 waited_for 2 0
asks 'two: the demotion stays with its router' 2 FAULT VI_2
sed -i 's/VI_1/VI_3/' $LAB/r1.conf
reloads 'two: a name goes'
soon 'two: who waits for it is told' 5 waited_for 3 3
state restore VI_2
cp $LAB/one.conf $LAB/r1.conf
reloads 'two: one again'
soon 'two: one MASTER' 20 sole_master r1

# a reload that is refused
cp $LAB/r1.conf $LAB/good.conf
{ echo 'vrrp_instance VI_2 {'; echo 'bogus_word 1'; echo '}'; } >>$LAB/r1.conf
state reload
same 'reload refused: exit code' $code 1
is 'reload refused: it says so' grep -q "^vrrp-state: reload refused: [0-9]* errors* in $LAB/r1.conf" $LAB/err
is 'reload refused: the errors' grep -q "^$LAB/r1.conf:[0-9]*:[0-9]*: error: " $LAB/err
is 'reload refused: the warnings' grep -q "r1.conf:[0-9]*:[0-9]*: warning: bogus_word: " $LAB/err
on r1 $VRRPD -t -f $LAB/r1.conf 2>$LAB/said
same 'reload refused: as many findings as -t has' "$(grep -c "^$LAB/r1.conf:" $LAB/err)" "$(grep -c "^$LAB/r1.conf:" $LAB/said)"
is 'reload refused: the old one goes on' is_now MASTER VI_1
awk 'BEGIN { for (i = 0; i < 2000; i++) print "bogus_word_number_" i " 1" }' >>$LAB/r1.conf
state reload
is 'very many findings: bounded' [ "$(wc -c <$LAB/err)" -lt 17000 ]
is 'very many findings: how many more' grep -qx 'and [0-9]* more' $LAB/err
same 'very many findings: none is lost' "$(($(grep -c "^$LAB/r1.conf:" $LAB/err) + $(sed -n 's/^and \([0-9]*\) more/\1/p' $LAB/err)))" \
	"$(on r1 $VRRPD -t -f $LAB/r1.conf 2>&1 | grep -c "^$LAB/r1.conf:")"
cp $LAB/good.conf $LAB/r1.conf
reloads 'reload: fine again'

# who may ask
nobody() { on r1 setpriv --reuid 65534 --regid ${1:-65534} ${2:---clear-groups} $LAB/bin/vrrp-state $3 $4 2>&1; echo $?; }
same 'another user: not permitted' "$(nobody '' '' VI_1)" "vrrp-state: $sock: Permission denied
5"
on r1 sh -c 'cp --remove-destination /.etc/group /etc/group && echo watchers:x:4711: >>/etc/group'
sed -i '/vrrp_version/a control_group watchers' $LAB/r1.conf
reloads 'control_group: reload'
is 'control_group: what it takes was given up at start' logged r1 'CAP_CHOWN was given up at start and is now needed (control_group'
end r1 vrrpd
start_vrrpd r1 $LAB/r1.conf
wait_until 20 is_now MASTER VI_1
same 'control_group: the socket' "$(on r1 stat -c %a:%U:%g $sock)" 660:root:4711
same 'control_group: a member may read' "$(nobody 4711 '' VI_1)" 'MASTER
0'
same 'control_group: by a second group' "$(nobody 65534 --groups=4712,4711 VI_1)" 'MASTER
0'
same 'control_group: not steer' "$(nobody 4711 '' demote VI_1)" 'vrrp-state: not permitted: you may only read
5'
same 'control_group: others may not read' "$(nobody '' '' VI_1)" "vrrp-state: $sock: Permission denied
5"
sed -i 's/watchers/nobodies/' $LAB/r1.conf
reloads 'no such group: reload'
same 'no such group: root alone' "$(on r1 stat -c %a $sock)" 600
is 'no such group: said' logged r1 'control_group: there is no group nobodies'
on r1 chmod 666 $sock
same 'a loosened socket: others may not read' "$(nobody '' '' VI_1)" 'vrrp-state: not permitted
5'
cp $LAB/good.conf $LAB/r1.conf
on r1 rm -r /run/vrrpd
hit r1 vrrpd HUP
soon 'the run directory was removed: a reload makes the socket anew' 20 is_now MASTER VI_1

# many instances, and clients that behave badly; r2 is the judge: as long as it stays BACKUP, no advert was late
if command -v python3 >/dev/null; then
	for i in $(seq 255); do
		printf 'vrrp_instance V%s {\ninterface eth0\nvirtual_router_id %s\npriority 150\nadvert_int 0.3\nversion 3\nvirtual_ipaddress {\n10.9.1.%s/32\n}\n}\n' $i $i $i
	done >$LAB/r1.conf
	sed 's/priority 150/priority 100/' $LAB/r1.conf >$LAB/r2.conf
	reloads '255 instances: reload'
	forget r2
	start_vrrpd r2 $LAB/r2.conf
	asks '255 instances: MASTER' 0 '' wait V255 MASTER 20
	backups() { [ "$(log_count r2 'Entering BACKUP')" = 255 ]; }
	soon '255 instances: the other is BACKUP' 20 backups
	# while somebody floods the LAN: 50,000 datagrams a second, as far as this machine can
	bg r2 junk python3 $LAB/bin/clients.py - junk 10.9.0.2 50000
	wait_until 20 grep -q started $LAB/r2/junk.log
	client fast 40 'show\n' >$LAB/fast
	end r2 junk
	echo "# 255 instances: the table while $(sed -n '$p' $LAB/r2/junk.log): $(cat $LAB/fast)"
	is '255 instances: the table within 200 ms while junk arrives' [ "$(sed 's/.*median \([0-9]*\).*/\1/' $LAB/fast)" -lt 200 ]
	same '255 instances: nobody left its role for that' "$(log_count r2 'Entering MASTER')" 0
	same '255 instances: the table' "$(on r1 $LAB/bin/vrrp-state | grep -c '^V.* MASTER ')" 255
	on r1 $LAB/bin/vrrp-state -j >$LAB/out
	is '255 instances: JSON' on r1 python3 -c 'import json, sys; json.load(open(sys.argv[1]))' $LAB/out
	on r1 $LAB/bin/vrrp-state dump json >$LAB/out
	is '255 instances: keepalived'"'"'s JSON' on r1 python3 -c 'import json, sys; assert len(json.load(open(sys.argv[1]))) == 255' $LAB/out
	same '100 at the same time' "$(client flood 100 'show\n')" '100 whole'
	same '120 at the same time, few words' "$(client flood 120 'version\n')" '120 whole'
	same 'one too many' "$(client extra 128)" 'ERR too many clients
.'
	soon 'one too many: the others went' 20 is_now MASTER V1
	same 'who never asks is ended after 5 s' "$(client silent 20)" 5
	same 'who never reads is ended after 10 s' "$(client deaf 'json\n')" 10
	client half 'demote V1'
	client half ''
	same 'half a line is no request' "$(log_count r1 '(V1) demoted')" 0
	long=$(printf '%02000d' 0)
	same 'a line that is too long' "$(client raw "show $long\\n")" 'ERR the request is too long
.'
	same 'no text' "$(client raw 'demote V1\0 for 5\n')" 'ERR the request is not text
.'
	same 'an empty line' "$(client raw '\n')" 'ERR unknown request: 
.'
	same 'an open quote' "$(client raw 'state "V1\n')" 'ERR unknown request: state "V1
.'
	same 'quotes' "$(client raw '  "state"	"V"1 \n')" 'OK
MASTER
.'
	same 'an unknown request' "$(client raw 'reboot\n')" 'ERR unknown request: reboot
.'
	same 'escapes come back harmless' "$(client raw '"\033[31m\n' | cat -v)" "$(printf 'ERR unknown request: "?[31m\n.')"
	same 'two lines: the first counts' "$(client raw 'state V1\nreload\n')" 'OK
MASTER
.'
	same 'the other stayed BACKUP all the time' "$(log_count r2 'Entering MASTER')" 0
	was=$(on r1 sh -c "ls /proc/$(cat $LAB/r1/vrrpd.pid)/fd | wc -l")
	client flood 100 'state V1\n' >/dev/null
	fds() { [ "$(on r1 sh -c "ls /proc/$(cat $LAB/r1/vrrpd.pid)/fd | wc -l")" = "$was" ]; }
	soon 'no descriptor is left' 20 fds
else
	skip 'clients that behave badly' 'no python3'
fi

# a daemon that is gone
bg r1 waiting sh -c "$LAB/bin/vrrp-state wait V1 FAULT 60; echo \$?"
wait_until 20 on r1 pgrep -f 'vrrp-state wait'
end r1 vrrpd KILL
now_cs
was=$now_cs
errs 'killed: not running, whatever its files say' 3 "vrrp-state: $sock: Connection refused: vrrpd is not running" V1
now_cs
is 'killed: that is said at once' [ $((now_cs - was)) -lt 200 ]
is 'killed: its files are there' on r1 test -s /run/vrrpd/V1.state
waited() { grep -qx 3 $LAB/r1/waiting.log; }
soon 'killed: who waited is told' 20 waited
start_vrrpd r1 $LAB/r1.conf
asks 'back: its socket replaces the dead one' 0 '' wait V1 MASTER 20
on r1 $VRRPD -n -l -G -f $LAB/r1.conf >$LAB/second 2>&1
asks 'a second daemon does not take the socket' 0 MASTER V1
end r1 vrrpd
is 'stopped: no socket is left' on r1 test ! -e $sock
errs 'stopped: not running' 3 "vrrp-state: $sock: No such file" V1
finish
