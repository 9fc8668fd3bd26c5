#!/bin/sh
# many-checks.sh - a thousand checks a second inside vrrpd, of every cheap kind and some that hang, and ten thousand runs of
# programs: adverts keep their rhythm, memory, descriptors and processes stay what they were.
# timeout: 240
# shellcheck disable=SC2086,SC2317	# words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

host r1 eth0=10.9.0.1/24,fd00::1/64
host r2 eth0=10.9.0.2/24,fd00::2/64
# a server that answers, a port that refuses (none), an address that is silent: r2 drops it
bg r2 http python3 -m http.server --bind :: 80
net r2 nft -f - <<'END'
table inet t {
	chain in { type filter hook input priority 0; tcp dport 81 drop; }
}
END
on r1 touch /run/flag

# prints N lines of track_check, all different, of these kinds in turn
checks() {
	python3 - "$1" <<'END'
import sys
kinds = ("tcp 10.9.0.2:80", "http http://10.9.0.2/", "tcp 10.9.0.2:9", "tcp [fd00::2]:80", "file /run/flag", "link eth0", "addr 10.9.0.1",
         "route 10.9.0.0/24", "process sleep", "ping 10.9.0.2", "tcp 10.9.0.2:81", "arp 10.9.0.2 --dev eth0")
bad = ("tcp 10.9.0.2:9", "tcp 10.9.0.2:81")
for n in range(int(sys.argv[1])):
    kind = kinds[n % len(kinds)]
    # -t makes them different, so that none is shared; the one that hangs shall hang often
    limit = (0.08 if kind == bad[1] else 3) + n / 100000
    print(f'\ttrack_check c{n} "-i 0.1 -t {limit:.5f} {kind}"' + (" weight 0 reverse" if kind in bad else ""))
END
}
conf_fast() {
	{
		printf 'global_defs {\n\tvrrp_version 3\n}\nvrrp_instance VI_1 {\n\tinterface eth0\n\tvirtual_router_id 51\n\tpriority 150\n\tadvert_int 0.01\n'
		[ $1 = 0 ] || checks $1
		printf '\tvirtual_ipaddress {\n\t\t%s/24\n\t}\n}\n' $VIP
	} >$LAB/r1.conf
}
# prints: adverts, median and 95 % of how far their gaps are from 10 ms, in us
gaps() {
	capture r2 eth0
	sleep 5
	end r2 tcpdump-eth0 INT
	frames r2 eth0 -tt 'ip proto 112' | python3 -c '
import re, statistics, sys
t = [float(line.split()[0]) for line in sys.stdin if " vrid 51," in line and "prio 150" in line]
off = sorted(abs(b - a - 0.01) * 1e6 for a, b in zip(t, t[1:]))
print(len(t), int(statistics.median(off)), int(off[len(off) * 95 // 100]))'
}

conf_fast 0
start_vrrpd r1 $LAB/r1.conf
soon 'no checks: MASTER' 20 has_vip r1
# shellcheck disable=SC2046
set -- $(gaps)
none=$2 none95=$3
echo "# no checks: $1 adverts in 5 s, off by $none us (median), $none95 us (95 %)"
end r1 vrrpd

conf_fast 100
forget r1
start_vrrpd r1 $LAB/r1.conf
soon 'a thousand checks a second: MASTER' 20 has_vip r1
pid=$(cat $LAB/r1/vrrpd.pid)
fds() { on r1 sh -c "ls /proc/$pid/fd | wc -l"; }
rss() { on r1 sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' /proc/$pid/status; }
# shellcheck disable=SC2046
set -- $(gaps)
echo "# a thousand checks a second: $1 adverts in 5 s, off by $2 us (median), $3 us (95 %)"
is "they move an advert by less than 1 ms (median)" [ "$2" -lt $((none + 1000)) ]
is 'none was left out' [ "$1" -ge 400 ]
is 'all are good: no state change since' [ "$(log_count r1 'Entering')" = 2 ]
was=$(rss)
sleep 5
now=$(rss)
is "memory stays ($was kB, then $now kB)" [ $now -le $((was + 16)) ]
is "descriptors stay below 150 ($(fds))" [ "$(fds)" -lt 150 ]
end r1 vrrpd

# ten thousand runs of programs: 40 at once every 20 ms
{
	printf 'global_defs {\n\tscript_user root\n\tenable_script_security\n}\n'
	for n in $(seq 1 40); do
		printf 'vrrp_script s%s {\n\tscript "/bin/true %s"\n\tinterval 0.02\n\ttimeout 5\n}\n' $n $n
	done
	printf 'vrrp_instance VI_1 {\n\tinterface eth0\n\tvirtual_router_id 51\n\tpriority 150\n\tadvert_int 1\n\ttrack_script {\n'
	for n in $(seq 1 40); do
		printf '\t\ts%s weight 1\n' $n
	done
	printf '\t}\n\tvirtual_ipaddress {\n\t\t%s/24\n\t}\n}\n' $VIP
} >$LAB/r1.conf
forget r1
start_vrrpd r1 $LAB/r1.conf
pid=$(cat $LAB/r1/vrrpd.pid)
# the kernel numbers processes of this host one by one
newest() { on r1 sh -c 'echo $$'; }
first=$(newest)
enough() { [ $(($(newest) - first)) -ge 1000 ]; }
soon 'programs: the first thousand' 60 enough
was=$(rss) had=$(fds)
enough() { [ $(($(newest) - first)) -ge 11000 ]; }
soon 'programs: ten thousand more' 120 enough
now=$(rss)
is "programs: memory stays ($was kB, then $now kB)" [ $now -le $((was + 16)) ]
is "programs: descriptors stay ($(fds), were $had)" [ "$(fds)" -le $((had + 1)) ]	# a MASTER listens for claims
few() { [ "$(on r1 ps -eo stat= | grep -c '^Z')" -le 40 ]; }
soon 'programs: the dead are collected' 10 few
end r1 vrrpd
none_left() { [ "$(on r1 ps -eo stat= | grep -c '^Z')" = 0 ]; }
soon 'programs: none is left at the end' 10 none_left
finish
