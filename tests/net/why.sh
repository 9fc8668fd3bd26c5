#!/bin/sh
# why.sh - what vrrp-state says at 3 a.m.: each cause of a change by its name, who was heard, what would end it; the same
# facts as JSON and as metrics; and all of it again after a reload.
# timeout: 120
# shellcheck disable=SC2086,SC2317	# words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

command -v python3 >/dev/null || lab_cannot 'no python3'
ln -s vrrpd $LAB/bin/vrrp-state
why() { on r2 $LAB/bin/vrrp-state why VI_1 >$LAB/why; }
# NAME TEXT: within 20 s the story has this
says() { soon "$1" 20 why_has "$2"; }
why_has() { why && grep -qF -e "$1" $LAB/why; }
# NAME CONDITION: python, of the instance i in all of d
json() {
	on r2 $LAB/bin/vrrp-state -j >$LAB/json
	is "$1" python3 -c "import json; d = json.load(open('$LAB/json')); i = d['instances'][0]
assert $2, i"
}
metric() { on r2 $LAB/bin/vrrp-state -m | grep -qxF -e "$1"; }

host r1 eth0=10.9.0.1/24
host r2 eth0=10.9.0.2/24
CONF_TOP='vrrp_script chk {
	script "/bin/test ! -e /tmp/bad"
	interval 1
}
vrrp_script low {
	script "/bin/test ! -e /tmp/low"
	interval 1
	weight -60
}'
conf r2 100 'track_script {' chk low '}'
CONF_TOP=
conf r1 150
start_vrrpd r2 $LAB/r2.conf
says 'silence: nobody was there' ': silence for 0.3'
is 'silence: nobody, in words' grep -q 'no master heard$' $LAB/why
start_vrrpd r1 $LAB/r1.conf
says 'higher' 'VI_1 is BACKUP since '
is 'higher: the priorities' grep -q ': advert with a higher priority (150, ours 100) from 10.9.0.1$' $LAB/why
is 'heard' grep -q '^  heard 10.9.0.1 0.[0-9]* s ago: priority 150, version 3, every 0.100 s, checksum with pseudo-header$' $LAB/why
is 'BACKUP: what comes next' grep -q '^  next: MASTER in 0.[0-9]* s unless a master is heard$' $LAB/why
is 'BACKUP: addresses' grep -qx '  addresses: 0 of 1 set' $LAB/why
is 'a tracker' grep -q '^    +0  script low is good for .*: exited with status 0 (0 of ' $LAB/why
json 'JSON: BACKUP' "i['state'] == 'BACKUP' and i['last-adv-source'] == '10.9.0.1' and i['heard'][0]['priority'] == 150"

end r1 vrrpd
says 'left' ': 10.9.0.1 left (priority 0)'
is 'MASTER: what comes next' grep -qx '  next: BACKUP on an advert with a priority above 100, or with 100 from an address above 10.9.0.2' $LAB/why
says 'MASTER: addresses' '  addresses: 1 of 1 set'
on r2 touch /tmp/low
says 'weight: what it takes' '   -60  script low is bad for '
is 'weight: the priority' grep -qx '  priority 40, configured 100' $LAB/why
json 'JSON: weight' "i['effective-priority'] == 40 and [t['priority'] for t in i['tracked']] == [0, -60]"
is 'metrics: weight' metric 'vrrp_effective_priority{instance="VI_1"} 40'

on r2 touch /tmp/bad
says 'script' 'VI_1 is FAULT since '
is 'script: and why' grep -q ': script chk failed: exited with status 1$' $LAB/why
is 'script: what ends it' grep -qx '  next: no more FAULT when script chk succeeds' $LAB/why
is 'script: metrics' metric 'vrrp_tracker_verdict{tracker="chk",kind="script"} 2'
cable r2 out
says 'another fault: the present one' ': interface eth0 is down or has no carrier'
is 'another fault: the cause is kept' grep -q ' MASTER -> FAULT: script chk failed: exited with status 1$' $LAB/why
on r2 rm /tmp/bad /tmp/low
says 'another fault: the script is good again' '    +0  script chk is good for '
is 'carrier: still FAULT' grep -q '^VI_1 is FAULT ' $LAB/why
is 'carrier: what ends it' grep -qx '  next: no more FAULT when interface eth0 is up and has a carrier' $LAB/why
cable r2 in
says 'cleared' ' FAULT -> BACKUP: fault cleared'
says 'MASTER again' 'VI_1 is MASTER since '

on r2 $LAB/bin/vrrp-state demote VI_1 for 500
says 'demoted' '  demoted to priority 1 by vrrp-state for '
is 'demoted: the priority' grep -qx '  priority 1, configured 100' $LAB/why
is 'demoted: the table' on r2 sh -c "$LAB/bin/vrrp-state | grep -q 'MASTER .* 1/100 .* demoted$'"
is 'demoted: metrics' metric 'vrrp_demoted{instance="VI_1"} 1'
json 'JSON: demoted' "i['demoted'] == 'priority' and 0 < i['demoted-for'] <= 500"
on r2 $LAB/bin/vrrp-state demote VI_1 fault
says 'demoted to FAULT' 'VI_1 is FAULT since '
is 'demoted to FAULT: the reason' grep -q '): demoted$' $LAB/why
is 'demoted to FAULT: what ends it' grep -qx '  next: no more FAULT when vrrp-state restores it, or its time is over' $LAB/why
on r2 $LAB/bin/vrrp-state restore VI_1
says 'restored' 'VI_1 is MASTER since '
is 'restored: no more of it' [ "$(grep -c '^  demoted' $LAB/why)" = 0 ]

# who is refused is told of as well
cp $LAB/r1.conf $LAB/r1v2.conf
sed -i 's/version 3/version 2/; s/advert_int 0.1/advert_int 1/' $LAB/r1v2.conf
start_vrrpd r1 $LAB/r1v2.conf
says 'refused' '; refused: version is not the configured one'
end r1 vrrpd

before=$(grep -c -e ' -> ' $LAB/why)
sed -i 's/priority 100/priority 101/' $LAB/r2.conf
hit r2 vrrpd HUP
says 'a reload' '  priority 101, configured 101'
is 'a reload: history stays' [ "$(grep -c -e ' -> ' $LAB/why)" -ge "$before" ]
is 'a reload: of what is gone, too' grep -q ' MASTER -> FAULT: script chk failed: exited with status 1$' $LAB/why
is 'a reload: who was heard stays' grep -q '^  heard 10.9.0.1 ' $LAB/why
json 'JSON: history' "d['daemon']['loads'] == 2 and i['history'][-1]['from'] == 'INIT' and i['transitions']['fault'] == 2"

sed -i 's/interface eth0/interface eth7/' $LAB/r2.conf
hit r2 vrrpd HUP
says 'missing interface' ': interface eth7 does not exist'
is 'missing interface: what ends it' grep -qx '  next: no more FAULT when interface eth7 appears' $LAB/why
finish
