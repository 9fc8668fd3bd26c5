#!/bin/sh
# flood.sh - 100,000 frames of a kind, up to 50,000 a second, at a master that advertises every 100 ms and at its backup: the
# adverts keep their number and order, nobody changes role, control answers, memory and log stay as they are. flood.c sends.
# timeout: 120
# shellcheck disable=SC2317,SC2086	# called by name; words without blanks
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"
for tool in cc tcpdump; do
	command -v $tool >/dev/null || lab_cannot "the command $tool is missing"
done
cc -O1 -o $LAB/bin/flood "${0%/*}/flood.c" 2>$LAB/cc.log || lab_cannot "cannot compile flood.c: $(tail -n 1 $LAB/cc.log)"

host r1 eth0=10.9.0.1/24
host r2 eth0=10.9.0.2/24
host x eth0=10.9.0.77/24
for h in r1 r2; do on $h ln -s $LAB/bin/vrrpd /usr/local/bin/vrrp-state; done
conf r1 200
conf r2 100 'down_timer_adverts 10'		# other tests may have the machine for a while
start_vrrpd r1 $LAB/r1.conf
start_vrrpd r2 $LAB/r2.conf
wait_until 20 has_vip r1

# A number out of /proc/PID/status.
status() { on $1 sed -n "s/^$2:[^0-9]*\([0-9]*\).*/\1/p" "/proc/$(cat $LAB/$1/vrrpd.pid)/status"; }
# Refused for that reason, of whichever instance or none.
drops() { on $1 vrrp-state -m | awk -v r="reason=\"$2\"" '/_drops_total[{ ]/ && index($0, r) { n += $NF } END { print n + 0 }'; }
roles() { cat $LAB/r1/vrrpd.log $LAB/r2/vrrpd.log | grep -c ' Entering '; }
logs() { cat $LAB/r1/vrrpd.log $LAB/r2/vrrpd.log | wc -c; }

# Adverts of r1, on its own interface, where nothing is lost: no pause is longer than two intervals, and there are as many as
# the time asks for; $1 more each second where each lower advert may be answered (LOWER_REPLY_GAP).
rhythm() {
	frames r1 eth0 -tt | sed 's/ .*//' | awk -v more="$1" '
		NR == 1 { first = $1 }
		NR > 1 && $1 - last > pause { pause = $1 - last }
		{ last = $1 }
		END {
			due = (last - first) * 10 + 1
			printf "%d adverts, %.0f due, longest pause %.0f ms\n", NR, due, pause * 1000
			exit !(NR > 2 && NR >= due - 1.5 && NR <= due + 1.5 + more * (last - first) && pause < 0.25)
		}' >$LAB/rhythm
}
capture_own() {
	rm -f $LAB/r1/eth0.pcap $LAB/r1/tcpdump.log
	bg r1 tcpdump tcpdump -U -n -i eth0 -w $LAB/r1/eth0.pcap --immediate-mode -Z root src 10.9.0.1 and ip proto 112
	wait_until 20 grep -q 'listening on' $LAB/r1/tcpdump.log
}

on r1 vrrp-state >/dev/null
memory=$(status r1 VmRSS)
changes=$(roles) size=$(logs)
flood() {	# KIND PRIO ANSWERS
	capture_own
	woken=$(status r2 voluntary_ctxt_switches)
	net x $LAB/bin/flood eth0 $1 100000 01:00:5e:00:00:12 $VIP $2 >$LAB/sent &
	flooding=$!
	is "$1: control answers meanwhile" eval 'on r1 timeout 5 vrrp-state VI_1 >$LAB/answer && [ "$(cat $LAB/answer)" = MASTER ]'
	wait $flooding
	woken=$(($(status r2 voluntary_ctxt_switches) - woken))
	sleep 0.3
	end r1 tcpdump
	same "$1: all were sent" "$(cat $LAB/sent)" 100000
	rhythm $3 && ok "$1: adverts keep their rhythm ($(cat $LAB/rhythm))" || not_ok "$1: adverts keep their rhythm" "$(cat $LAB/rhythm)"
	same "$1: nobody changes role" "$(roles)" $changes
}
for row in badsum:250 vrid:250 ttl254:250 truncated:250 random:250 good:50; do
	flood ${row%:*} ${row#*:} "$([ $row != good:50 ] && echo 0 || echo 101)"
	[ ${row%:*} != vrid ] || is "vrid: it does not even wake the backup ($woken times)" [ $woken -lt 300 ]
done
is "memory is flat ($memory kB, then $(status r1 VmRSS) kB)" [ "$(status r1 VmRSS)" -le $((memory + 100)) ]
grown=$(($(logs) - size))
is "the logs grew by less than 4 kB ($grown)" [ $grown -lt 4096 ]
for reason in checksum_err ip_ttl_err packet_short_err; do
	is "refusals were counted: $reason ($(drops r1 $reason))" [ "$(drops r1 $reason)" -gt 1000 ]
done
same 'those of other routers never came' "$(drops r1 vrid_err)" 0
is 'both live' eval 'alive r1 vrrpd && alive r2 vrrpd'
for h in r1 r2; do end $h vrrpd; done

# 255 virtual routers, 2550 adverts in the second that the backup is held up: its socket's buffer has them all
for row in r1:200 r2:100; do
	{
		printf 'global_defs {\nvrrp_version 3\n}\n'
		for i in $(seq 255); do
			printf 'vrrp_instance V%d {\ninterface eth0\nvirtual_router_id %d\npriority %d\nadvert_int 0.1\n' $i $i ${row#*:}
			printf 'virtual_ipaddress {\n10.9.1.%d\n}\n}\n' $i
		done
	} >$LAB/${row%:*}.conf
	start_vrrpd ${row%:*} $LAB/${row%:*}.conf
	[ $row != r1:200 ] || wait_until 20 has_vip r1 10.9.1.255
done
sleep 1
changes=$(roles)
hit r2 vrrpd STOP
sleep 1
hit r2 vrrpd CONT
sleep 1
same '255 virtual routers, a second held up: nothing was dropped' "$(net r2 awk 'NR > 1 { n += $NF } END { print n + 0 }' /proc/net/raw)" 0
same 'and nobody changes role' "$(roles)" $changes
finish
