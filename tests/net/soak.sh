#!/bin/sh
# soak.sh - a day in a quarter of an hour: two routers with adverts every 10 ms, ports that flap, reloads, checks, notify scripts,
# readers of vrrp-state, addresses taken away. Memory and descriptors stay where they were when everything had happened once or twice.
# SOAK_SECS seconds of it (30; `make soak` has 864: as many adverts as a day has seconds).
# timeout: 1000
# shellcheck disable=SC2317,SC2086,SC2015,SC2016	# called by name; words without blanks; both halves echo; for a script
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

SECS=${SOAK_SECS:-30}
host r1 eth0=10.9.0.1/24
host r2 eth0=10.9.0.2/24
ln -s vrrpd $LAB/bin/vrrp-state
ln -s vrrpd $LAB/bin/vrrp-check
printf '#!/bin/sh\nexit $(($(date +%%s) / 2 %% 2))\n' >$LAB/every-other
printf '#!/bin/sh\necho "$3" >>%s/told\n' $LAB >$LAB/tell
chmod +x $LAB/every-other $LAB/tell
: >$LAB/told
chmod 666 $LAB/told

write() {	# HOST PRIO [LINE...]
	CONF_TOP="vrrp_script odd {
	script \"$LAB/every-other\"
	interval 0.2
	weight 2
	user daemon
}
vrrp_script own {
	script \"vrrp-check file $LAB/flag\"
	interval 0.05
	weight 3
}" conf "$@" 'down_timer_adverts 20' "notify $LAB/tell" 'track_script {' odd own '}'
	sed -i 's/advert_int 0.1/advert_int 0.01/' $LAB/$1.conf
}

# What each daemon holds, its helper too: descriptors, mappings, kB of memory of its own.
holds() {
	for held in $(on $1 pgrep vrrpd); do
		on $1 sh -c "echo \$(ls /proc/$held/fd | wc -l) \$(wc -l </proc/$held/maps) \$(sed -n 's/^RssAnon:[^0-9]*\([0-9]*\).*/\1/p' /proc/$held/status)" 2>/dev/null
	done | awk '{ fds += $1; maps += $2; kb += $3 } END { print fds, maps, kb }'
}

# The least of some moments: no reader, and no program that is just being started.
rest() {
	for _ in 1 2 3 4 5; do holds $1; sleep 0.07; done | awk '
		{ for (i = 1; i <= 3; i++) least[i] = NR == 1 || $i < least[i] ? $i : least[i] }
		END { print least[1], least[2], least[3] }'
}

n=0
round() {
	n=$((n + 1))
	for h in r1 r2; do
		forget $h
		set --
		[ $((n % 3)) != 0 ] || set -- 'virtual_ipaddress_excluded {' "10.9.0.$((150 + n % 50))/24" '}'
		write $h $((100 + (n * 3 + ${h#r} * 2) % 7 * 10)) "$@"
		hit $h vrrpd HUP
		wait_until 20 logged $h "reloaded $LAB/$h.conf" || not_ok soak "$h does not reload"
	done
	[ $((n % 2)) = 0 ] && : >$LAB/flag || rm -f $LAB/flag
	net r1 ip addr del $VIP/24 dev eth0 2>/dev/null
	net r2 ip addr del $VIP/24 dev eth0 2>/dev/null
	case $((n % 4)) in
	0) cable r1 out; sleep 0.1; cable r1 in ;;
	1) cable r2 out; sleep 0.1; cable r2 in ;;
	2) cut r1 r2; sleep 0.3; heal ;;
	3) hit r1 vrrpd STOP; sleep 0.3; hit r1 vrrpd CONT ;;
	esac
}

one_master() { sole_master r1 r2 || sole_master r2 r1; }
write r1 150
write r2 100
for h in r1 r2; do
	start_vrrpd $h $LAB/$h.conf
	bg $h reader sh -c "while :; do $LAB/bin/vrrp-state; $LAB/bin/vrrp-state -j; $LAB/bin/vrrp-state why VI_1; sleep 0.1; done >/dev/null"
done
soon 'one MASTER' 20 one_master

now_cs
began=$now_cs
while [ $now_cs -lt $((began + SECS * 100)) ]; do
	round
	wait_until 20 one_master || { not_ok "round $n" 'not one MASTER after 20 s'; break; }
	for h in r1 r2; do
		echo "$((now_cs - began < SECS * 40)) $(rest $h)" >>$LAB/$h/held
	done
	now_cs
done
for h in r1 r2; do
	awk -v host=$h '
		{ for (i = 2; i <= 4; i++) if ($i > most[$1, i]) most[$1, i] = $i; rows[$1]++ }
		END {
			printf "%s: %d descriptors then %d, %d mappings then %d, %d kB then %d", host, most[1, 2], most[0, 2],
				most[1, 3], most[0, 3], most[1, 4], most[0, 4]
			exit !(rows[0] && rows[1] && most[0, 2] <= most[1, 2] + 2 && most[0, 3] <= most[1, 3] + 6 && most[0, 4] <= most[1, 4] * 1.1 + 50)
		}' $LAB/$h/held >$LAB/$h/verdict && ok "$n rounds, $(cat $LAB/$h/verdict)" || not_ok "$n rounds" "$(cat $LAB/$h/verdict)"
done
is "notify was told ($(wc -l <$LAB/told) times)" [ "$(wc -l <$LAB/told)" -gt $n ]
for h in r1 r2; do
	is "$h: control answers" eval "on $h $LAB/bin/vrrp-state >/dev/null"
	end $h reader
	end $h vrrpd
	is "$h: nothing stays" no_vip $h
done
finish
