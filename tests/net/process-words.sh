#!/bin/sh
# process-words.sh - what the daemon is to its machine, as the kernel has it: priority, real time, memory, processors, names, file
# mask, network namespace; its children have none of that; what runs before it and after it.
# timeout: 90
# shellcheck disable=SC2016,SC2086,SC2317	# for the hosts' shells; words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"
for tool in chrt taskset; do command -v $tool >/dev/null || lab_cannot "the command $tool is missing"; done

host r1 eth0=10.9.0.1/24
of() { on r1 cat "/proc/$(cat $LAB/r1/vrrpd.pid)/$1"; }
nice_is() { [ "$(of stat | sed 's/.*) //' | awk '{ print $17 }')" = "$1" ]; }	# field 19
sched_is() { on r1 chrt -p "$(cat $LAB/r1/vrrpd.pid)" | tr '\n' ' ' | grep -q "policy: $1.* priority: $2 "; }
locked() { [ "$(of status | sed -n 's/^VmLck:[^0-9]*\([0-9]*\).*/\1/p')" -gt 0 ]; }
cpus_are() { [ "$(of status | sed -n 's/^Cpus_allowed_list:[[:space:]]*//p')" = "$1" ]; }
limit_is() { [ "$(of limits | awk '/^Max realtime timeout/ { print $4 }')" = "$1" ]; }
named() { [ "$(of comm)" = "$1" ]; }
all=$(on r1 sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' /proc/self/status)
one=${all%%[-,]*}

# a notify script writes what it is
cat >$LAB/is.sh <<'E'
#!/bin/sh
{
	chrt -p $$ | sed -n 's/.*policy: //p'
	sed 's/.*) //' /proc/$$/stat | cut -d' ' -f17
	sed -n 's/^Cpus_allowed_list:[[:space:]]*//p; s/^VmLck:[[:space:]]*//p' /proc/$$/status
	awk '/^Max realtime timeout/ { print $4 }' /proc/$$/limits
	id -Gn
} | tr '\n' ' ' >>/tmp/child
echo >>/tmp/child
E
chmod 755 $LAB/is.sh
global() {
	CONF_TOP="${TOP:-}
global_defs {
	script_user root
$(printf '\t%s\n' "$@")
}"
	conf r1 150 "notify_master $LAB/is.sh"
}
begin() {
	[ ! -s $LAB/r1/vrrpd.pid ] || end r1 vrrpd
	forget r1
	on r1 rm -f /tmp/child
	global "$@"
	start_vrrpd r1 $LAB/r1.conf
}
reload() { global "$@"; hit r1 vrrpd HUP; }

: >$LAB/r1/vrrpd.log
begin 'vrrp_priority -7' 'vrrp_rt_priority 11' 'vrrp_rlimit_rttime 4000000' 'vrrp_no_swap' "vrrp_cpu_affinity $one" 'process_names' 'umask 0137'
soon 'MASTER' 20 has_vip r1
is 'vrrp_priority' nice_is -7
if on r1 chrt -r 1 true 2>/dev/null; then
	is 'vrrp_rt_priority' sched_is SCHED_RR 11
	has_rt=1
else
	skip 'vrrp_rt_priority' 'no real time here (group scheduling without a share)'
	has_rt=
fi
is 'vrrp_rlimit_rttime' limit_is 4000000
is 'vrrp_no_swap' locked
is 'vrrp_cpu_affinity' cpus_are "$one"
is 'process_names' named keepalived_vrrp
mask() { of status | sed -n 's/^Umask:[[:space:]]*//p'; }
same 'umask' "$(mask)" 0137
helper_mask() { on r1 sed -n 's/^Umask:[[:space:]]*//p' "/proc/$(on r1 pgrep -o vrrpd-programs)/status"; }
same 'umask of what starts programs' "$(helper_mask)" 0137
soon 'a child has run' 10 on r1 test -s /tmp/child
same 'a child has nothing of it' "$(on r1 cat /tmp/child)" "SCHED_OTHER 0 0 kB $all unlimited root "

reload 'process_name ka' 'vrrp_priority 3'
soon 'reload: other values' 10 nice_is 3
soon 'reload: ordinary again' 10 sched_is SCHED_OTHER 0
is 'reload: all processors' cpus_are "$all"
is 'reload: memory' eval '! locked'
is 'reload: name' named ka
same 'reload: of what starts programs too' "$(helper_mask)" "$(on r1 sed -n 's/^Umask:[[:space:]]*//p' /proc/self/status)"
same 'reload: umask as it was' "$(mask)" "$(on r1 sed -n 's/^Umask:[[:space:]]*//p' /proc/self/status)"
is 'reload: MASTER all the while' has_vip r1
same 'reload: and once' "$(log_count r1 'Entering MASTER')" 1

# late timers
if [ -n "$has_rt" ]; then
	reload 'max_auto_priority 2' 'min_auto_priority_delay 200000'
	soon 'max_auto_priority: not at once' 10 named vrrpd
	late() { hit r1 vrrpd STOP; sleep 0.5; hit r1 vrrpd CONT; }
	late
	soon 'max_auto_priority: a late timer' 10 sched_is SCHED_RR 1
	sleep 1
	late
	soon 'max_auto_priority: and one more' 10 sched_is SCHED_RR 2
	sleep 1
	late
	sleep 0.3
	is 'max_auto_priority: no further' sched_is SCHED_RR 2
	reload 'vrrp_rt_priority 1'
	soon 'max_auto_priority: gone' 10 sched_is SCHED_RR 1
fi
reload 'vrrp_netlink_monitor_rcv_bufs 70000' 'vrrp_netlink_cmd_rcv_bufs 9000000' 'vrrp_netlink_cmd_rcv_bufs_force'
buffers() { on r1 ss -f netlink -a -m | grep rtnl | grep -o 'rb[0-9]*' | sort | tr '\n' ' '; }
if on r1 ss -V >/dev/null 2>&1; then
	soon 'receive buffers' 10 eval 'case "$(buffers)" in *rb140000*rb18000000*) ;; *) false ;; esac'
else
	skip 'receive buffers' 'no ss'
fi
end r1 vrrpd

# groups of the script's user
on r1 sh -c 'cp /etc/passwd /etc/passwd.1; cp /etc/group /etc/group.1; rm /etc/passwd /etc/group; cp /etc/passwd.1 /etc/passwd; cp /etc/group.1 /etc/group
	echo "walker:x:7001:7001::/:/bin/sh" >>/etc/passwd; printf "walker:x:7001:\nfirst:x:7002:other,walker\nsecond:x:7003:walker\nnone:x:7004:walkerx\n" >>/etc/group'
begin 'set_supplementary_groups' 'script_user walker'
soon 'groups: a child has run' 20 on r1 test -s /tmp/child
same 'set_supplementary_groups' "$(on r1 sed 's/.*unlimited //' /tmp/child)" 'walker first second '
begin 'script_user walker'
soon 'groups: a child has run' 20 on r1 test -s /tmp/child
same 'without the word: none' "$(on r1 sed 's/.*unlimited //' /tmp/child)" 'walker '
end r1 vrrpd

# before and after
cat >$LAB/edge.sh <<'E'
#!/bin/sh
echo "$1 $(ls /run/vrrpd/ctl.sock 2>/dev/null) $(ip -o addr show to 10.9.0.100 | grep -c .) $(grep -c ':' /proc/net/raw)" >>/tmp/edges
E
chmod 755 $LAB/edge.sh
begin "startup_script \"$LAB/edge.sh start\"" "shutdown_script \"$LAB/edge.sh stop\""
soon 'MASTER after a startup_script' 20 has_vip r1
end r1 vrrpd
same 'startup_script: nothing is open; shutdown_script: nothing is left' "$(on r1 cat /tmp/edges)" "start  0 0
stop  0 0"
now_cs
began=$now_cs
begin 'startup_script "/bin/sleep 30"' 'startup_script_timeout 1' 'shutdown_script /bin/false'
now_cs
is "startup_script_timeout: $((now_cs - began)) cs" [ $((now_cs - began)) -ge 100 ]
is 'startup_script_timeout: said' logged r1 'startup_script /bin/sleep still runs after 1 s: ending it'
is 'startup_script_timeout: it has ended' eval '! on r1 pgrep -x sleep | grep -qv "^$(on r1 pgrep -x -P 1 sleep)$"'
soon 'startup_script_timeout: and on it goes' 20 has_vip r1
end r1 vrrpd
is 'shutdown_script: its status' logged r1 'shutdown_script /bin/false: exited with status 1'

# a network namespace of its own, beside another daemon
for ns in blue green; do
	on r1 ip netns add $ns || { skip 'net_namespace' 'ip netns cannot add one here'; finish; }
	on r1 ip link add c-$ns type veth peer name eth0 netns $ns
	on r1 ip -n $ns addr add 10.9.0.5/24 dev eth0
	on r1 ip -n $ns link set eth0 up
	on r1 ip link set c-$ns up
done
in_ns() { [ "$(on r1 stat -L -c %i /proc/$1/ns/net)" = "$(on r1 stat -L -c %i /run/netns/$2)" ]; }
TOP='net_namespace blue
instance one' global 'data_use_instance' 'umask 0077'
start_vrrpd r1 $LAB/r1.conf -u 022 2>/dev/null
blue=$(on r1 cat /run/vrrpd.blue_one/vrrpd.pid)
echo "$blue" >$LAB/r1/vrrpd.pid
is 'net_namespace' in_ns "$blue" blue
soon 'net_namespace: MASTER in it' 20 eval 'on r1 ip -n blue -o addr show to $VIP | grep -q .'
is 'net_namespace: nothing outside' no_vip r1
same '-u wins' "$(mask)" 0022
hit r1 vrrpd USR1
soon 'data_use_instance' 10 on r1 test -s /tmp/keepalived.blue_one.data
on r1 $VRRPD -l -G -f $LAB/r1.conf -s green >>$LAB/r1/vrrpd.log 2>&1 </dev/null
green=$(on r1 cat /run/vrrpd.green_one/vrrpd.pid)
is '-s wins, and both run' in_ns "$green" green
on r1 ln -s vrrpd $LAB/bin/vrrp-state
soon 'vrrp-state finds it' 10 eval 'on r1 $LAB/bin/vrrp-state --run-dir /run/vrrpd.green_one VI_1 | grep -q MASTER'
TOP='instance two' global
hit r1 vrrpd HUP
soon 'a reload cannot change it, and says so' 10 logged r1 'net_namespace and instance cannot change while vrrpd runs'
is 'and keeps it' in_ns "$blue" blue
on r1 kill "$green"
wait_until 10 eval "! on r1 test -e /proc/$green"
end r1 vrrpd
same 'nothing is left' "$(on r1 sh -c 'ls /run/vrrpd.*/ 2>/dev/null' | grep -c 'pid\|sock\|state')" 0
same 'a namespace that is not there' "$(on r1 $VRRPD -l -G -n -f $LAB/r1.conf -s red 2>&1; echo $?)" \
	'vrrpd.red_two: net_namespace red: No such file or directory; ip netns add makes it
1'

# run as keepalived: pid files where its users look
on r1 ln -s vrrpd $LAB/bin/keepalived
TOP='instance two' global 'process_names'
on r1 $LAB/bin/keepalived -l -G -f $LAB/r1.conf -s blue >>$LAB/r1/vrrpd.log 2>&1 </dev/null
is 'keepalived.pid' on r1 test -s /run/keepalived/blue/keepalived_two.pid
on r1 sh -c 'kill $(cat /run/keepalived/blue/keepalived_two.pid)'
soon 'keepalived.pid goes' 10 eval '! on r1 test -e /run/keepalived/blue/keepalived_two.pid'
finish
