#!/bin/sh
# dumps.sh - keepalived's dump files: on its signals, whole and private, and with what keepalived writes for the same file
# in the same LAN; the ways in which LuCI's rpcd and exporters ask.
# timeout: 120
# shellcheck disable=SC2016,SC2086,SC2317	# for the hosts' shells; words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"
command -v python3 >/dev/null || lab_cannot 'the command python3 is missing'

host r1 eth0=10.9.0.1/24,fd09::1/64
host k1 eth0=10.9.0.1/24,fd09::1/64	# the same machine once more, with keepalived; one of the two is plugged in
host r2 eth0=10.9.0.2/24,fd09::2/64
cat >$LAB/a.conf <<E
global_defs {
	router_id R1
	script_user root
	enable_script_security
	vrrp_garp_master_refresh 60
}
vrrp_script chk {
	script "/usr/bin/test -e /tmp/flag"
	interval 1
	weight -20
}
vrrp_script chk2 {
	script "/usr/bin/true"
	interval 2
	timeout 1
	rise 2
	fall 3
}
vrrp_instance V2 {
	interface eth0
	virtual_router_id 51
	priority 150
	authentication {
		auth_type PASS
		auth_pass s3cret
	}
	virtual_ipaddress {
		10.9.0.100/24 dev eth0 label eth0:vip
		10.9.0.101/32 scope link
		10.9.0.102 dev lo
	}
	virtual_ipaddress_excluded {
		10.9.0.103/32
	}
	track_script {
		chk
		chk2 weight 5
	}
	track_interface {
		lo weight 10
	}
	notify "/usr/bin/true a 'b c'"
	notify_master "/usr/bin/true master" root
	notify_backup /usr/bin/true
	notify_fault /usr/bin/true
	notify_stop /usr/bin/true
	notify_deleted /usr/bin/true
	notify_master_rx_lower_pri /usr/bin/true
	preempt_delay 7
	garp_master_delay 2
	garp_lower_prio_delay 3
	garp_master_refresh 30
}
vrrp_instance V3 {
	state BACKUP
	interface eth0
	virtual_router_id 52
	version 3
	advert_int 0.25
	nopreempt
	dont_track_primary
	virtual_ipaddress {
		10.9.0.110
	}
}
vrrp_instance UNI {
	interface eth0
	virtual_router_id 53
	version 3
	advert_int 0.5
	unicast_src_ip 10.9.0.1
	unicast_peer {
		10.9.0.2
		10.9.0.3 min_ttl 3 max_ttl 9
	}
	virtual_ipaddress {
		10.9.0.120
	}
}
vrrp_instance SIX {
	interface eth0
	virtual_router_id 54
	priority 200
	advert_int 0.3
	virtual_ipaddress {
		fe80::54/64
		fd09::100
	}
}
E
cat >$LAB/r2.conf <<E
vrrp_instance V3 {
	interface eth0
	virtual_router_id 52
	version 3
	priority 140
	advert_int 0.25
	virtual_ipaddress {
		10.9.0.110
	}
}
E
pid() { cat $LAB/$1/vrrpd.pid; }
has_file() { on "$1" test -s /tmp/$2; }
took() { on "$1" cat /tmp/$2 >$LAB/$1.$2 2>/dev/null; }

cable k1 out
start_vrrpd r2 $LAB/r2.conf
on r1 ln -s $LAB/bin/vrrpd /usr/local/sbin/keepalived
start_vrrpd r1 $LAB/a.conf
settled() { has_vip r1 && has_vip r1 fd09::100 && has_vip r1 10.9.0.120; }
soon 'MASTER of three' 20 settled

# somebody put links where the files will be
on r1 sh -c 'echo safe >/etc/victim; for f in data stats json; do ln -s /etc/victim /tmp/keepalived.$f; ln -s /etc/victim /tmp/keepalived.$f.new; done'
real() { on r1 test ! -L /tmp/keepalived.$1; }
for s in USR1=data USR2=stats 37=json; do
	hit r1 vrrpd ${s%=*}
	soon "signal ${s%=*} writes .${s#*=}" 10 real ${s#*=}
	same ".${s#*=} is private" "$(on r1 stat -c '%a %U' /tmp/keepalived.${s#*=})" '600 root'
done
same 'links are replaced, not followed' "$(on r1 cat /etc/victim)" safe
same 'nothing half made is left' "$(on r1 sh -c 'ls /tmp | grep new')" ''
for f in data stats json; do took r1 keepalived.$f; done
json() { python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$LAB/$1" "$2" 2>&1 | tail -n 1; }
same 'JSON: what LuCI reads' "$(json r1.keepalived.json '[(e["data"]["iname"], e["data"]["ifp_ifname"], e["data"]["state"]) for e in d]')" \
	"[('V2', 'eth0', 2), ('V3', 'eth0', 1), ('UNI', 'eth0', 2), ('SIX', 'eth0', 2)]"
same 'JSON: the master heard' "$(json r1.keepalived.json '(d[1]["data"]["master_priority"], d[1]["data"]["master_adver_int"])')" '(140, 0.25)'
same 'JSON: the time is the time' "$(json r1.keepalived.json 'abs(d[0]["data"]["last_transition"] - __import__("time").time()) < 60')" True
same 'JSON: the password stays here' "$(json r1.keepalived.json 'd[0]["data"]["auth_data"]')" '********'
is 'data: the password stays here' [ "$(grep -c s3cret $LAB/r1.keepalived.data)" = 0 ]

# the same file with keepalived in our place: keys and types of the JSON in the same order, labels of the others
beside() {
	cable r1 out
	cable k1 in
	start_keepalived k1 $LAB/a.conf
	theirs_settled() { has_vip k1 && has_vip k1 fd09::100 && has_vip k1 10.9.0.120; }
	soon 'keepalived: MASTER of three' 20 theirs_settled
	for s in USR1 USR2 36; do hit k1 vrrpd $s; done
	theirs() { has_file k1 keepalived.data && has_file k1 keepalived.stats && has_file k1 keepalived.json; }
	soon 'keepalived: its files' 20 theirs
	sleep 0.5		# it writes them where they lie
	for f in data stats json; do took k1 keepalived.$f; done
	same 'beside keepalived: JSON' "$(python3 - $LAB/r1.keepalived.json $LAB/k1.keepalived.json <<'E'
import json, sys
def shape(v):
    if isinstance(v, dict):
        return [(k, shape(x)) for k, x in v.items() if not k.startswith('auth_ext_')]	# since 2.3, of a word we have not
    if isinstance(v, list):
        return [shape(x) for x in v]
    return 'number' if type(v) in (int, float) else type(v).__name__
def values(v):		# what must be the same word for word
    own = ('last_transition', 'auth_data', 'master_adver_int', 'effective_priority', 'preempt_delay')
    return {k: x for k, x in v['data'].items() if k not in own}
ours, theirs = (json.load(open(f)) for f in sys.argv[1:])
for a, b in zip(ours, theirs):
    if shape(a) != shape(b):
        print(a['data']['iname'], [x for x in zip(shape(a)[0][1], shape(b)[0][1]) if x[0] != x[1]][:3], shape(a)[1] == shape(b)[1])
    a, b = values(a), values(b)
    print(*['%s: %r, %r' % (k, a.get(k), b.get(k)) for k in b if a.get(k) != b.get(k)], sep='\n', end='')
E
)" ''
	same 'beside keepalived: .stats' "$(sed 's/: [0-9]*$//' $LAB/r1.keepalived.stats)" \
		"$(sed 's/: [0-9]*$//; /^  Authentication Extension/,/Replay/d' $LAB/k1.keepalived.stats)"
	# what we leave out: sections of the daemon's own affairs, and labels without a meaning here
	for h in r1 k1; do
		sed 's/ = .*//; s/ : .*/ :/; s/^   Flags:.*/   Flags:/; s/[0-9]\+/N/g' $LAB/$h.keepalived.data | awk '
			/^---/ { on = /VRRP Topology|VRRP Scripts/ }
			on && !/Total priority|Unicast checksum|Insecure|VRRP instances :/' >$LAB/$h.labels
	done
	same 'beside keepalived: .data' "$(diff $LAB/r1.labels $LAB/k1.labels)" ''
	end k1 vrrpd
	cable k1 out
	cable r1 in
}
if command -v keepalived >/dev/null; then beside; else skip 'beside keepalived' 'keepalived is not installed'; fi

# rpcd: removes the file, signals what pidof finds, reads at once; with a hard link, as on OpenWrt
end r1 vrrpd
on r1 sh -c 'rm /usr/local/sbin/keepalived; cp /run/lab/bin/vrrpd /usr/local/sbin/vrrpbox; ln /usr/local/sbin/vrrpbox /usr/local/sbin/keepalived'
rm -f $LAB/r1/vrrpd.pid
on r1 keepalived -l -G -f $LAB/a.conf >>$LAB/r1/vrrpd.log 2>&1 </dev/null
on r1 cat /run/keepalived.pid >$LAB/r1/vrrpd.pid
soon 'as keepalived: MASTER' 20 settled
if command -v busybox >/dev/null; then
	found() { on r1 busybox pidof "$1" | tr ' ' '\n' | grep -qx "$(pid r1)"; }	# and its helper, as keepalived's has two
	is 'pidof finds the alias by name' found keepalived
	[ -z "$(on r1 busybox pidof "$(command -v sleep)")" ] && path=keepalived || path=/usr/local/sbin/keepalived	# not every busybox takes a path
	is 'pidof finds the alias by path' found $path
	on r1 busybox sh -c 'rm -f /tmp/keepalived.json; for p in $(busybox pidof '$path'); do kill -37 $p; done
		busybox usleep 10000; cat /tmp/keepalived.json' >$LAB/r1.luci
	same 'LuCI: kill -37, read 10 ms later' "$(json r1.luci 'len(d)')" 4
else
	skip 'busybox pidof' 'busybox is not installed'
fi
on r1 sh -c 'rm -f /tmp/keepalived.*; kill -s "$(keepalived --signum=JSON)" "$(cat /run/keepalived.pid)"'
soon 'exporters: the number that --signum=JSON tells' 10 has_file r1 keepalived.json
on r1 sh -c 'kill -s "$(keepalived --signum=STATS_CLEAR)" "$(cat /run/keepalived.pid)"'
soon 'STATS_CLEAR writes the file' 10 has_file r1 keepalived.stats
same 'and what there was is in it' "$(on r1 grep -c 'Became master: 1' /tmp/keepalived.stats)" 3
cleared() { on r1 sh -c 'rm /tmp/keepalived.stats; kill -USR2 $(cat /run/keepalived.pid)'; wait_until 5 has_file r1 keepalived.stats; on r1 grep -c 'Became master: 0' /tmp/keepalived.stats; }
same 'and is cleared' "$(cleared)" 4
same 'numbers of the signals' "$(for n in STOP RELOAD DATA STATS STATS_CLEAR; do on r1 keepalived --signum=$n; done | xargs)" '15 1 10 12 63'

# version 2, other places, names that are no text
sed -i 's/^global_defs {/&\njson_version 2\njson_dump_file \/run\/there.json\nstats_dump_file \/run\//; s/vrrp_instance V2/vrrp_instance V\\\\2\xff/' $LAB/a.conf
cat >>$LAB/a.conf <<E
vrrp_track_process tails {
	process tail -f /dev/null "b c"
	quorum 2
	quorum_max 7
	terminate_delay 100
}
vrrp_track_process sh {
	process /bin/nosuch
	weight 3 reverse
}
E
sed -i '/dont_track_primary/i track_process {\ntails weight 5\nsh\n}' $LAB/a.conf
bg r1 tail1 tail -f /dev/null 'b c'
bg r1 tail2 tail -f /dev/null 'b c'
on r1 rm -f /tmp/keepalived.json
hit r1 vrrpd HUP
soon 'reload' 20 logged r1 'reloaded '
hit r1 vrrpd 36; hit r1 vrrpd USR2
there() { on r1 test -s /run/there.json && on r1 test -s /run/keepalived.stats; }
soon 'the files are where the configuration wants them' 10 there
on r1 cat /run/there.json >$LAB/r1.two
same 'JSON version 2 is an object' "$(json r1.two 'list(d) == ["vrrp", "track_process"] and len(d["vrrp"]) == 4')" True
same 'and has the processes' "$(json r1.two 'd["track_process"]')" "$(cat <<'E'
[{'process': 'tail', 'parameters': "-f /dev/null 'b c'", 'param_match': 'exact', 'min_processes': 2, 'max_processes': 7, 'current_processes': 2, 'have_quorum': True, 'weight': 0, 'terminate_delay': 100, 'fork_delay': 0, 'fork_delay_timer_running': False, 'terminate_delay_timer_running': False, 'full_command': True}, {'process': '/bin/nosuch', 'param_match': 'none', 'min_processes': 1, 'current_processes': 0, 'have_quorum': False, 'weight': -3, 'terminate_delay': 0, 'fork_delay': 0, 'fork_delay_timer_running': False, 'terminate_delay_timer_running': False, 'full_command': False}]
E
)"
end r1 tail1
delayed() { hit r1 vrrpd 36; on r1 cat /run/there.json >$LAB/r1.two; [ "$(json r1.two '[d["track_process"][0][k] for k in ("current_processes", "terminate_delay_timer_running")]')" = '[1, True]' ]; }
soon 'one of them ended: its delay runs' 10 delayed
hit r1 vrrpd USR1
in_data() { on r1 sed -n '/Track process = tails/,/V3/p' /tmp/keepalived.data >$LAB/r1.process; grep -q 'Current processes = 1' $LAB/r1.process; }
soon 'data: the same' 10 in_data
same 'data: in keepalived'"'"'s words' "$(sed 's/^ *//' $LAB/r1.process)" "VRRP Track process = tails
Process = tail
Parameters = -f /dev/null 'b c'
Min processes = 2
Max processes = 7
Current processes = 1
Have quorum = false
Weight = 0
Tracking instances :
V3, weight 5"
end r1 tail2
same 'JSON of a name that is no text' "$(json r1.two 'ascii(d["vrrp"][0]["data"]["iname"])')" "'V\\\\\\\\2\\ufffd'"

# many and long ones: whole, whatever piece they are cut in; no advert is late for it
python3 - >$LAB/many.conf <<'E'
print('global_defs {\n vrrp_version 3\n script_user root\n}')
for i in range(255):
    long = ' '.join('%s%d' % ('x"y' * 20, k) for k in range(i % 50))
    print("vrrp_instance I%d {\n interface eth0\n virtual_router_id %d\n notify_stop \"/bin/true %s\"\n virtual_ipaddress {" % (i, i + 1, long.replace('"', '')))
    for k in range(1 + i % 40):
        print('  10.77.%d.%d' % (i, k + 1))
    print(' }\n}')
E
on r1 rm -f /tmp/keepalived.json
cp $LAB/many.conf $LAB/a.conf
forget r1
hit r1 vrrpd HUP
soon '255 instances' 30 logged r1 'reloaded '
hit r1 vrrpd 37
soon '255 instances: JSON' 20 has_file r1 keepalived.json
took r1 keepalived.json
same '255 instances: every one, every address' "$(json r1.keepalived.json '(len(d), sum(len(e["data"]["vips"]) for e in d))')" \
	"(255, $(grep -c '^  10.77' $LAB/many.conf))"
for _ in 1 2 3 4 5 6 7 8 9; do hit r1 vrrpd 37; hit r1 vrrpd USR1; hit r1 vrrpd HUP; done
again() { [ "$(log_count r1 'reloaded ')" -ge 3 ] && on r1 test -s /tmp/keepalived.data; }
soon 'reloads and dumps at once' 30 again
whole() { took r1 keepalived.json && [ "$(json r1.keepalived.json 'len(d)')" = 255 ] && [ "$(on r1 grep -c 'VRRP Instance = ' /tmp/keepalived.data)" = 255 ]; }
soon 'and both are whole' 20 whole
end r1 vrrpd
same 'no half-made file is left' "$(on r1 sh -c 'ls /tmp | grep -F .new')" ''

finish
