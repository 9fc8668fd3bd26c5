#!/bin/sh
# interop-keepalived-edge.sh - where two configurations disagree: keepalived is the peer, every virtual router one case.
# timeout: 240
# shellcheck disable=SC2317,SC2086	# called by name; words without blanks
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"
command -v keepalived >/dev/null || lab_cannot 'keepalived is not installed'
command -v tcpdump >/dev/null || lab_cannot 'the command tcpdump is missing'
W=40

# NAME VRID PRIO ADDRS LINE...: one virtual router on stdout.
vr() {
	printf 'vrrp_instance %s {\ninterface eth0\nvirtual_router_id %s\npriority %s\n' "$1" "$2" "$3"
	printf 'virtual_ipaddress {\n'
	printf '%s\n' $4
	printf '}\n'
	shift 4
	printf '%s\n' "$@" '}'
}
V2='version 2'
V3='version 3'
FAST='advert_int 0.2'
auth() { printf 'authentication {\nauth_type PASS\nauth_pass %s\n}' "$1"; }
tcp_count() { frames w eth0 "proto 112 and src 10.9.0.$1 and ip[21] == $2" | wc -l; }

# The next N adverts of HOST's for VRID have come.
more() { wait_until $W more_now "$1" "$2" $(($(tcp_count "$1" "$2") + $3)); }
more_now() { [ "$(tcp_count "$1" "$2")" -ge "$3" ]; }

begin_theirs() {
	forget k 2>/dev/null
	on k rm -f /run/keepalived.pid /run/vrrp.pid
	start_keepalived k "$LAB/k.conf"
}

# Adverts with the same source and virtual router, one second apart: the longest pause in hundredths of a second.
pause() {
	frames w eth0 -tt "proto 112 and src 10.9.0.$1 and ip[21] == $2" |
		awk '{ g = $1 - t; if (NR > 1 && g > m) m = g; t = $1 } END { printf "%d\n", m * 100 }'
}
steady() { p=$(pause "$1" "$2"); [ "$p" -gt 0 ] && [ "$p" -lt "$3" ]; }


host w eth0=10.9.0.9/24
host o eth0=10.9.0.1/24
host k eth0=10.9.0.2/24
{
	vr np_ours 51 200 10.9.0.51 "$V3" "$FAST" nopreempt
	vr np_theirs 52 100 10.9.0.52 "$V3" "$FAST"
	vr password 53 200 10.9.0.53 "$V2" "$(auth right)"
	vr noauth 54 100 10.9.0.54 "$V2"
	vr interval2 55 100 10.9.0.55 "$V2" 'advert_int 1'
	vr interval3 56 100 10.9.0.56 "$V3" "$FAST"
	vr slower3 57 200 10.9.0.57 "$V3" 'advert_int 0.5'
	vr vips_low 58 100 '10.9.0.58 10.9.0.158' "$V3" "$FAST"
	vr vips_high 59 200 '10.9.0.59 10.9.0.159' "$V3" "$FAST"
	vr version 60 100 10.9.0.60 "$V3" "$FAST"
	vr rfc_low 61 100 10.9.0.61 "$V3" "$FAST" 'v3_checksum_as_v2'
	vr auto_low 62 100 10.9.0.62 "$V3" "$FAST" 'v3_checksum auto'
	vr equal 63 100 10.9.0.63 "$V3" "$FAST"
	vr owner 64 255 10.9.0.64 "$V3" "$FAST"
	vr missed 65 100 10.9.0.65 "$V3" "$FAST" 'down_timer_adverts 6'
	vr longpass 66 100 10.9.0.66 "$V2" "$(auth 12345678)"
} >"$LAB/o.conf"
{
	vr np_ours 51 100 10.9.0.51 "$V3" "$FAST"
	vr np_theirs 52 200 10.9.0.52 "$V3" "$FAST" nopreempt
	vr password 53 100 10.9.0.53 "$V2" "$(auth wrong)"
	vr noauth 54 200 10.9.0.54 "$V2" "$(auth any)"
	vr interval2 55 200 10.9.0.55 "$V2" 'advert_int 2'
	vr interval3 56 200 10.9.0.56 "$V3" 'advert_int 1'
	vr slower3 57 100 10.9.0.57 "$V3" "$FAST"
	vr vips_low 58 200 10.9.0.58 "$V3" "$FAST"
	vr vips_high 59 100 10.9.0.59 "$V3" "$FAST"
	vr version 60 200 10.9.0.60 "$V2"
	vr rfc_low 61 200 10.9.0.61 "$V3" "$FAST"
	vr auto_low 62 200 10.9.0.62 "$V3" "$FAST"
	vr equal 63 100 10.9.0.63 "$V3" "$FAST"
	vr owner 64 254 10.9.0.64 "$V3" "$FAST"
	vr missed 65 200 10.9.0.65 "$V3" "$FAST"
	vr longpass 66 200 10.9.0.66 "$V2" "$(auth 123456789)"
} >"$LAB/k.conf"
capture w eth0

# Ours alone, then theirs beside it.
role() { logged o "($1) Entering $2 STATE"; }

# Who holds the address of each: o, k or ok (both). One line a case: VRID HOLDER TEXT.
held() {
	for h in o k; do
		net $h ip -o addr show dev eth0 | grep -qF " 10.9.0.$1/" && printf %s $h
	done
	return 0
}
holder() { [ "$(held "$1")" = "$2" ]; }
roles() {
	while read -r vrid who text; do
		wait_until $W holder "$vrid" "$who"
		same "$text" "$(held "$vrid")" "$who"
	done
}

start_vrrpd o "$LAB/o.conf"
wait_until $W has_vip o 10.9.0.66
begin_theirs
wait_until $W has_vip k 10.9.0.60
more 2 56 3
more 1 52 10
roles <<-END
	51 o	nopreempt of ours does not matter to who is preferred anyway
	52 o	nopreempt of theirs: ours with the lower priority goes on
	53 ok	another password: both are masters
	54 ok	a password where we have none: both are masters
	55 ok	another version 2 interval: both are masters
	56 k	a slower version 3 master is followed at its own pace
	57 o	a faster version 3 backup follows us
	58 k	a master with another list of addresses is followed
	60 ok	another version: both are masters
	61 k	a master with the other checksum form is followed
	62 k	and so it is with v3_checksum auto
	63 o	equal priority, theirs has the higher address: who is master stays
	64 o	the owner is master
	65 k	down_timer_adverts does not matter while adverts come
	66 k	a password of nine letters is the same as its first eight
END
is 'another list of addresses does not move a master' has_vip o 10.9.0.59
while read -r name text; do
	is "said: $name: $text" logged o "($name) ignored advert from 10.9.0.2: $text"
done <<-END
	password password differs from ours
	noauth authentication type differs from ours
	interval2 version 2 interval differs from ours
END
is 'said: version' logged o 'version is not the configured one'
is 'said: list of addresses' logged o '(vips_low) the addresses that 10.9.0.2 advertises are not ours'
is 'said: interval' logged o '(interval3) 10.9.0.2 advertises every 1000 ms, we every 200 ms'
is 'said: checksum form' logged o '(rfc_low) 10.9.0.2 sends version 3 checksums with pseudo-header'
is 'each is said once' [ "$(log_count o '(password) ignored advert')" = 1 ]
for name in interval3 vips_low rfc_low auto_low longpass; do
	same "no flapping: $name" "$(log_count o "($name) Entering")" 3	# BACKUP, MASTER while alone, BACKUP
done
for vrid in 53 54 55 60; do
	is "refused adverts do not disturb our rhythm ($vrid)" steady 1 $vrid 150
done
is 'nor do those with another list (59)' steady 1 59 60

# Theirs alone, then ours beside it.
end o vrrpd
wait_until $W holder 51 k
start_vrrpd o "$LAB/o.conf"
wait_until $W has_vip o 10.9.0.64
more 2 51 10
roles <<-END
	51 k	nopreempt of ours: theirs with the lower priority goes on
	52 k	theirs goes on
	63 k	equal priority, ours has the lower address: who is master stays
	64 o	the owner takes over at once
	57 o	a preferred router takes over
END
same 'nopreempt: never master' "$(log_count o '(np_ours) Entering MASTER')" 1

# Theirs dies: all are ours, each after its own patience.
forget o
cable k out
on k killall -9 keepalived
wait_until 20 gone k vrrpd
wait_until $W role longpass MASTER
for name in np_ours np_theirs interval3 vips_low rfc_low auto_low equal missed longpass; do
	is "theirs died, ours took over: $name" role $name MASTER
done
# hundredths of a second: DOWN * interval + skew of priority 100, as the log tells it
patience() { sed -n "s/.*($1) Entering MASTER STATE: silence for \([0-9]*\)\.\([0-9][0-9]\).*/\1\2/p" "$LAB/o/vrrpd.log"; }
for row in np_theirs:72 missed:132 interval3:360 longpass:360; do
	p=$(patience "${row%:*}")
	is "silence awaited: ${row%:*}, $p" [ "${p:-0}" -ge "${row#*:}" ]
done
finish
