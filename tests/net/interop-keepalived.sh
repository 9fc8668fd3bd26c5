#!/bin/sh
# interop-keepalived.sh - every kind of advert with keepalived as the peer: ours master, theirs backup, and the reverse;
# take-over by resignation and by silence, return by preemption, both ways. timeout below: version 2 counts in seconds.
# timeout: 240
# shellcheck disable=SC2317,SC2086	# called by name; words without blanks
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"
command -v keepalived >/dev/null || lab_cannot 'keepalived is not installed'
command -v tcpdump >/dev/null || lab_cannot 'the command tcpdump is missing'

KINDS='v2pass v2 v2uni v3 v3uni v6 v6uni'
W=40		# seconds; the slowest take-over takes 3.7

# virtual_router_id and address of a kind; BASE tells the two pairs apart.
number() {
	case $1 in v2pass) n=1 ;; v2) n=2 ;; v2uni) n=3 ;; v3) n=4 ;; v3uni) n=5 ;; v6) n=6 ;; v6uni) n=7 ;; esac
	vrid=$((BASE + n))
	case $1 in v6*) addr=fd09::$vrid ;; *) addr=10.9.0.$vrid ;; esac
}

body() {
	case $1 in v2*) echo 'version 2 advert_int 1' ;; *) echo 'version 3 advert_int 0.2' ;; esac | xargs -n 2
	case $1 in
	v2pass) printf 'authentication {\nauth_type PASS\nauth_pass s3cret\n}\n' ;;
	v[23]uni) printf 'unicast_src_ip 10.9.0.%s\nunicast_peer {\n10.9.0.%s\n}\n' "$2" "$3" ;;
	v6uni) printf 'unicast_src_ip fd09::%s\nunicast_peer {\nfd09::%s\n}\n' "$2" "$3" ;;
	esac
	echo 'virtual_ipaddress {'
	case $1 in v6*) echo "fe80::$vrid/64" ;; esac
	printf '%s\n}\n' "$addr"
}

# One file for either daemon: that is the point.
write_conf() {
	for k in $KINDS; do
		number $k
		printf 'vrrp_instance %s {\ninterface eth0\nvirtual_router_id %s\npriority %s\n' "$k" $vrid "$2"
		body $k "$3" "$4"
		echo '}'
	done >"$LAB/$1.conf"
}

begin() {
	case $1 in
	o*) start_vrrpd "$1" "$LAB/$1.conf" ;;
	k*) forget "$1" 2>/dev/null; on "$1" rm -f /run/keepalived.pid /run/vrrp.pid; start_keepalived "$1" "$LAB/$1.conf" ;;
	esac
}

# kill -9 of everything there (keepalived is two processes), as when the power fails.
power_off() {
	cable "$1" out
	case $1 in
	o*) hit "$1" vrrpd KILL ;;
	k*) on "$1" killall -9 keepalived ;;
	esac
	wait_until 20 gone "$1" vrrpd
}

settled() { no_tentative() { ! net "$1" ip -6 addr show tentative | grep -q .; }; wait_until 20 no_tentative "$1"; }

# The addresses of all kinds that a host has, as one word list; a dead host has none that count.
held() {
	[ "$1" = - ] || net "$1" ip -o addr | sed -n "s|.* \(10\.9\.0\.[57][0-9]\)/.*|\1|p; s|.* \(fd09::[57][0-9]\)/.*|\1|p" | sort | xargs
}
all_held() { [ "$(held "$1")" = "$want" ] && [ -z "$(held "$2")" ]; }

# WHAT: every kind's address is on HOST and none on OTHER ("-": dead, nobody looks). BASE: which pair.
holds() {
	what=$1 BASE=$2
	want=$(for k in $KINDS; do number $k; echo "$addr"; done | sort | xargs)
	wait_until $W all_held "$3" "$4"
	for k in $KINDS; do
		number $k
		case " $(held "$3") / $(held "$4") " in
		*" $addr "*/*" $addr "*) not_ok "$what: $k" 'two masters' ;;
		*" $addr "*/*) ok "$what: $k" ;;
		*) not_ok "$what: $k" "$3 is not master" ;;
		esac
	done
}

# Who spoke with which priority, one word a change, for one virtual router.
story() {
	frames w eth0 "proto 112 and ip[21] == $1" |
		sed -n 's/.* IP 10\.9\.0\.\([0-9]*\) > .*prio \([0-9]*\),.*/\1:\2/p' | uniq | xargs
}

host w eth0=10.9.0.9/24
host o1 eth0=10.9.0.1/24,fd09::1/64
host k1 eth0=10.9.0.2/24,fd09::2/64
host o2 eth0=10.9.0.3/24,fd09::3/64
host k2 eth0=10.9.0.4/24,fd09::4/64
BASE=50; write_conf o1 200 1 2; write_conf k1 100 2 1
BASE=70; write_conf o2 100 3 4; write_conf k2 200 4 3
for h in o1 k1 o2 k2; do settled $h; done
capture w eth0

begin o1; begin k2
holds 'ours begins' 50 o1 -
holds 'theirs begins' 70 k2 -
begin k1; begin o2
wait_until $W logged o2 '(v2pass) Entering BACKUP STATE'
end o1 vrrpd; end k2 vrrpd
holds 'ours resigns, theirs follows' 50 k1 o1
holds 'theirs resigns, ours follows' 70 o2 k2
begin o1; begin k2
holds 'ours returns and preempts' 50 o1 k1
holds 'theirs returns and preempts' 70 k2 o2
power_off o1; power_off k2
holds 'ours dies, theirs takes over' 50 k1 -
holds 'theirs dies, ours takes over' 70 o2 -
cable o1 in; cable k2 in
settled o1; settled k2
begin o1; begin k2
holds 'ours comes back' 50 o1 k1
holds 'theirs comes back' 70 k2 o2
end o1 vrrpd; end o2 vrrpd
holds 'ours leaves for good' 50 k1 o1
end k1 vrrpd; end k2 vrrpd
for k in $KINDS; do
	BASE=50; number $k
	is "nothing left: $k" no_vip o1 $addr
	BASE=70; number $k
	is "nothing left, as backup: $k" no_vip o2 $addr
done

# Nobody spoke out of turn: 1 and 3 are ours, 2 and 4 theirs.
end w tcpdump-eth0
for n in 1 2; do
	same "order of adverts, ours preferred, version 2 ($n)" "$(story $((50 + n)))" '1:200 1:0 2:100 1:200 2:100 1:200 1:0 2:100 2:0'
	same "order of adverts, theirs preferred, version 2 ($n)" "$(story $((70 + n)))" '4:200 4:0 3:100 4:200 3:100 4:200 4:0'
done
for h in o1 o2; do
	same "nothing refused on $h" "$(log_count $h 'ignored advert')" 0
	same "no error on $h" "$(log_count $h cannot)" 0
done
finish
