#!/bin/sh
# hostile.sh - adverts from an enemy, a bad cable or a misconfigured stranger: a healthy master keeps its rhythm, its
# backup stays silent, the log stays short. inject.py makes the frames.
# timeout: 180
# shellcheck disable=SC2317,SC2086	# called by name; words without blanks
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"
for tool in python3 tcpdump; do
	command -v $tool >/dev/null || lab_cannot "the command $tool is missing"
done

inject() { net x python3 "${0%/*}/inject.py" --src 10.9.0.77 --to 10.9.0.1 --mac "$mac" --vip "$@"; }
# Frames made for each virtual router: what it would believe, if only they were right.
fast() { inject $VIP --vrid 51 "$@"; }
slow() { inject 10.9.0.52 --version 2 --vrid 52 --adv 1 --secret s3cret "$@"; }
uni() { inject 10.9.0.53 --vrid 53 "$@"; }

# What the routers themselves send, from now on: on their own interface, where a flood elsewhere drops nothing;
# the kernel's filter keeps the flood from tcpdump.
watch() {
	for h in r1 r2; do
		[ ! -e $LAB/$h/tcpdump.pid ] || end $h tcpdump
		rm -f $LAB/$h/tcpdump.log $LAB/$h/eth0.pcap
		bg $h tcpdump tcpdump -U -n -i eth0 -w $LAB/$h/eth0.pcap --immediate-mode -Z root \
			ip proto 112 and not src 10.9.0.77
		wait_until 20 grep -q 'listening on' $LAB/$h/tcpdump.log
	done
}
# When HOST's adverts for VRID were sent, seconds of the clock.
sent() { frames $1 eth0 -tt "src 10.9.0.${1#r} and ip[21] == $2" | sed 's/ .*//'; }
count() { sent $1 $2 | wc -l; }

# WHAT HOST VRID INTERVAL in ms: as many adverts as were due (one may be under way), and no pause of two intervals.
rhythm() {
	sent $2 $3 | awk -v i="$4" -v what="$1" '
		NR == 1 { first = $1 }
		NR > 1 && $1 - last > pause { pause = $1 - last }
		{ last = $1 }
		END {
			due = (last - first) * 1000 / i + 1; d = NR - due; if (d < 0) d = -d
			printf "%d of %.0f adverts, longest pause %.0f ms\n", NR, due, pause * 1000
			exit !(NR > 2 && d < 1.5 && pause * 1000 < 2 * i)
		}' >$LAB/rhythm && { ok "$1 ($(cat $LAB/rhythm))"; return; }
	not_ok "$1" "$(cat $LAB/rhythm)"
}

instance() {	# NAME VRID PRIO LINE...
	printf 'vrrp_instance %s {\ninterface eth0\nvirtual_router_id %s\npriority %s\n' $1 $2 $3
	printf 'virtual_ipaddress {\n10.9.0.%s\n}\n' $2
	shift 3
	printf '%s\n' "$@" '}'
}
more() {	# HOST PRIO PEER
	instance slow 52 $2 'version 2' 'advert_int 1' 'authentication {
		auth_type PASS
		auth_pass s3cret
	}'
	instance uni 53 $2 'advert_int 0.1' check_unicast_src "unicast_peer {
		10.9.0.$3
	}"
}

host r1 eth0=10.9.0.1/24
host r2 eth0=10.9.0.2/24
host x eth0=10.9.0.77/24
mac=$(on r1 cat /sys/class/net/eth0/address)
for row in r1:200:2 r2:100:1; do
	h=${row%%:*} prio=${row#*:}
	conf $h ${prio%:*}
	more $h ${prio%:*} ${row##*:} >>$LAB/$h.conf
	start_vrrpd $h $LAB/$h.conf
done
wait_until 20 has_vip r1 10.9.0.52
roles() { cat $LAB/r1/vrrpd.log $LAB/r2/vrrpd.log | grep -c ' Entering '; }
calm() { same "$1: nobody changes role" "$(roles)" $changes; }
changes=$(roles)

# What keepalived falls for: each of these makes it forget that its own advert is due.
watch
slow --count 20 --gap 0.3 eth0 badsum,ttl254,interval,password &
one=$!
fast --count 200 --gap 0.03 eth0 badsum,ttl254
wait $one
rhythm 'a bad advert every 0.3 s does not silence a version 2 master' r1 52 1000
rhythm 'nor one every 0.03 s a fast one' r1 51 100
calm 'bad adverts'

# Everything that must be refused: three of each.
fast --count 45 --gap 0.005 eth0 badsum,ttl254,interval0,count0,countmore,countless,short,truncated,empty,type7,version1,otherver,vrid,unicast,random
fast --count 9 --gap 0.005 eth0 fragment,liar
slow --count 24 --gap 0.005 eth0 badsum,ttl254,interval,interval0,password,noauth,truncated,count0
uni --count 3 --gap 0.005 eth0 good		# multicast to a unicast router
uni --count 3 --gap 0.005 eth0 unicast		# a stranger to a router with a list of peers
wait_until 10 logged r1 '(uni) ignored advert from 10.9.0.77: sender is not a unicast peer'
while read -r prefix text; do
	same "said once: $prefix $text" "$(grep -F "($prefix) " $LAB/r1/vrrpd.log | grep -cF "ignored advert from 10.9.0.77: $text")" 1
done <<-END
	VI_1 checksum does not match
	VI_1 interval is zero
	VI_1 address count is zero
	VI_1 length does not fit the address count
	VI_1 unicast to a multicast router or reverse
	VI_1 version is not the configured one
	slow checksum does not match
	slow password differs from ours
	slow authentication type differs from ours
	slow version 2 interval differs from ours
	uni unicast to a multicast router or reverse
	uni sender is not a unicast peer
END
for text in 'TTL or hop limit is not 255' 'type is not advertisement' 'shorter than 8 bytes'; do
	same "said once: $text" "$(grep -cF ": $text" $LAB/r1/vrrpd.log)" 1
done
calm 'everything that must be refused'

# 20,000 in four seconds.
watch
size=$(cat $LAB/r1/vrrpd.log $LAB/r2/vrrpd.log | wc -c)
fast --count 20000 --gap 0.0002 eth0 badsum,ttl254,interval0,count0,countmore,short,truncated,type7,version1,vrid,unicast,random
rhythm 'a flood of 20000 does not disturb' r1 51 100
rhythm 'nor the slow one' r1 52 1000
calm 'flood'
same 'the backups said nothing' "$(count r2 51) $(count r2 52)" '0 0'
grown=$(($(cat $LAB/r1/vrrpd.log $LAB/r2/vrrpd.log | wc -c) - size))
is "the log grew by less than 4 kB ($grown)" [ $grown -lt 4096 ]
is 'both live' eval 'alive r1 vrrpd && alive r2 vrrpd'

# Odd, but right: the master yields to the higher priority, and comes back when it is not heard again.
for kind in good reserved ihl6 ihl15 padded plain; do
	wait_until 10 sole_master r1 r2
	had=$(log_count r1 '(VI_1) Entering BACKUP STATE: advert with a higher priority (250')
	fast eth0 $kind
	yielded() { [ "$(log_count r1 '(VI_1) Entering BACKUP STATE: advert with a higher priority (250')" -gt $had ]; }
	soon "accepted: $kind" 10 yielded
done
soon 'and all is as before' 10 sole_master r1 r2
finish
