#!/bin/sh
# diagnose.sh - vrrp-dump --diagnose: silent on healthy LANs, wherever it listens; for each thing that it can find a LAN that
# has it; a flood. And --data, --stats.
# timeout: 240
# shellcheck disable=SC2086,SC2317,SC2016,SC2154	# words without blanks; called by name; the hosts' shells; set by lib.sh
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"
command -v python3 >/dev/null || lab_cannot 'the command python3 is missing'
cp "${0%/*}/inject.py" $LAB/bin/	# hosts do not see every directory
INJECT="python3 $LAB/bin/inject.py"
DUMP=$LAB/bin/vrrp-dump
ln $VRRPD $DUMP

host r1 eth0=10.9.0.1/24
host r2 eth0=10.9.0.2/24
host o eth0=10.9.0.9/24
host x eth0=10.9.0.7/24
host y eth0=10.9.0.8/24
no_tentative() { ! on $1 ip -6 addr show tentative | grep -q .; }
for h in r1 r2 o x y; do wait_until 20 no_tentative $h; done

# JOB HOST [ARGS...] SEC, in the background; its exit code and what it found end up in $LAB/JOB.*
diagnose() {
	job=$1 at=$2
	shift 2
	{
		on $at $DUMP --diagnose -i eth0 "$@" >$LAB/$job.out 2>&1
		echo $? >$LAB/$job.code
	} &
	jobs_of="${jobs_of:-} $!"
}
gather() { wait $jobs_of; jobs_of=; }
found() { sed -n 's/^\([0-9]*\)\. \(.*\)/\1 \2/p' $LAB/$1.out; }
healthy() { same "$2" "$(cat $LAB/$1.code) $(found $1)" '0 '; }

# JOB NAME SENTENCE...: exit code 1, each of the sentences (beginnings of patterns) in this order, and no other finding
finds() {
	f_job=$1 f_name=$2 f_bad=
	shift 2
	[ "$(cat $LAB/$f_job.code)" = 1 ] && [ "$(found $f_job | grep -c .)" = $# ] || f_bad=1
	f_n=0
	for f_text; do
		f_n=$((f_n + 1))
		found $f_job | grep -q "^$f_n $f_text" || f_bad="$f_n. $f_text"
	done
	if [ -z "$f_bad" ]; then
		ok "$f_name"
	else
		not_ok "$f_name" "want $* ($f_bad): code $(cat $LAB/$f_job.code): $(cat $LAB/$f_job.out)"
	fi
}
remedy() { is "$2" grep -q "^   -> .*$3" $LAB/$1.out; }

# HOST SRC KIND [OPTION...]: adverts for as long as anybody listens
inject() { i_host=$1 i_src=$2 i_kind=$3; shift 3; bg $i_host inject $INJECT --count 100000 --gap 0.1 --src $i_src "$@" eth0 $i_kind; }
quiet() { end x inject; end y inject; }

# ---- healthy: a master and a backup, heard from everywhere ----

conf r1 150
conf r2 100
start_vrrpd r1 $LAB/r1.conf
soon 'a master' 10 has_vip r1
start_vrrpd r2 $LAB/r2.conf
backup() { logged r2 'Entering BACKUP STATE'; }
soon 'a backup' 10 backup
cp $LAB/r1.conf $LAB/o.conf
for h in r1 r2 o; do
	diagnose $h-bare $h 2
	diagnose $h-conf $h -f $LAB/$h.conf 2
done
gather
for h in r1 r2 o; do
	healthy $h-bare "healthy: on $h"
	healthy $h-conf "healthy: on $h, with its configuration"
done

# what the daemon is asked for
on r1 $DUMP --stats >$LAB/stats 2>&1
same '--stats: exit code, first line' "$? $(head -n 1 $LAB/stats)" '0 VRRP Instance: VI_1'
on r1 $DUMP --data >$LAB/data 2>&1
same '--data: exit code, its instances' "$? $(grep -c 'VRRP Instance = VI_1' $LAB/data)" '0 1'
is '--data: its end is not shown' [ "$(grep -cx '\.' $LAB/data)" = 0 ]
on o $DUMP --data >$LAB/data 2>&1
same '--data: nobody runs' "$? $(cat $LAB/data)" '3 vrrp-dump: /var/run/vrrpd/ctl.sock: No such file or directory: vrrpd is not running'
for bad in '--data --stats' '--data word' '--diagnose -i eth0 word' '--diagnose -i eth0 0' '--diagnose -i eth0 1 2' '--diagnose -i any' '--diagnose'; do
	on o $DUMP $bad >$LAB/bad 2>&1
	same "misuse: $bad" "$? $(head -c 11 $LAB/bad)" '2 vrrp-dump: '
done
on o $DUMP --diagnose -f $LAB/nowhere >$LAB/bad 2>&1
same 'no such configuration' $? 2

# ---- two masters who do not hear each other ----

cut r1 r2 ip protocol 112
cut r2 r1 ip protocol 112
soon 'the LAN is cut: two masters' 10 has_vip r2
diagnose two-o o 2
diagnose two-r1 r1 -f $LAB/r1.conf 3
gather
finds two-o 'two masters: from a third host' 'VRID 51 has two masters: 10.9.0.[12] (priority 1[05]0) and 10.9.0.[12]'
remedy two-o 'two masters: what to do' 'do not hear each other'
finds two-r1 'two masters: from one of them, who hears only the ARP' '.* answers for 10.9.0.100, whose master is .* no adverts'
remedy two-r1 'and what to do' 'snooping without a querier'
heal
soon 'healed' 10 no_vip r2

# ---- firewalls ----

wall() { on $1 nft "add table inet wall; add chain inet wall $2 { type filter hook $2 priority 0; }; add rule inet wall $2 meta l4proto 112 drop"; }
open() { on $1 nft delete table inet wall; }
wall r2 input
soon 'input firewall: a second master' 10 has_vip r2
diagnose in-r2 r2 2
diagnose in-conf r2 -f $LAB/r2.conf 2
gather
finds in-r2 'input firewall' 'adverts of 10.9.0.1 for VRID 51 reach eth0, but' 'VRID 51 has two masters'
finds in-conf 'input firewall, with the configuration' 'adverts of 10.9.0.1 for VRID 51 reach eth0, but' 'VRID 51 has two masters'
remedy in-conf 'input firewall: what to do' 'protocol 112, by number, in its input chain'
wall r2 output
diagnose out-r2 r2 -f $LAB/r2.conf 2
diagnose out-o o 3
gather
finds out-r2 'output firewall of one who hears nothing' 'adverts of 10.9.0.1' 'vrrpd here is MASTER of VI_1 (VRID 51), but none' \
	'this machine (.*) has 10.9.0.100, whose master is'
finds out-o 'output firewall: from outside' '.* answers for 10.9.0.100, whose master is'
open r2
soon 'no firewall any more' 10 no_vip r2
end r2 vrrpd
wall r1 output
diagnose out-r1 r1 -f $LAB/r1.conf 2
gather
finds out-r1 'output firewall of the only router' 'vrrpd here is MASTER of VI_1 (VRID 51), but none of its adverts leaves eth0'
remedy out-r1 'output firewall: what to do' 'protocol 112, by number, in its output chain'
open r1

# ---- a machine that has the address ----

on x ip addr add 10.9.0.100/32 dev eth0
diagnose mac-o o 3
diagnose mac-x x 2
gather
finds mac-o 'a foreign MAC on the address' '.* answers for 10.9.0.100, whose master is'
finds mac-x 'a foreign MAC: on the machine that has it' 'this machine (.*) has 10.9.0.100, whose master is'
on x ip addr del 10.9.0.100/32 dev eth0
on o ip neigh flush dev eth0

# ---- adverts with one thing wrong beside a good master ----

beside() {	# NAME KIND SENTENCE...
	b_name=$1 b_kind=$2
	shift 2
	inject x 10.9.0.7 $b_kind --prio 50 --vip $VIP
	diagnose beside-o o 2
	diagnose beside-r1 r1 -f $LAB/r1.conf 2
	gather
	quiet
	finds beside-o "$b_name: from outside" "$@" 'VRID 51 has two masters'
	finds beside-r1 "$b_name: on the master" "$@" 'VRID 51 has two masters'
}
beside 'TTL' ttl254 'adverts of 10.9.0.7 for VRID 51 have a TTL of 254, not 255'
beside 'checksum' badsum 'adverts of 10.9.0.7 for VRID 51: checksum does not match'
beside 'checksum form' plain '.*checksum'
beside 'address list' countless 'adverts of 10.9.0.7 for VRID 51: length'
beside 'no address' count0 'adverts of 10.9.0.7 for VRID 51: address count is zero'
beside 'interval zero' interval0 'adverts of 10.9.0.7 for VRID 51: interval is zero'
end r1 vrrpd

# ---- one sender against a configuration ----

V2=61
{
	printf 'vrrp_instance TWO {\n\tinterface eth0\n\tvirtual_router_id %s\n\tversion 2\n' $V2
	printf '\tauthentication {\n\t\tauth_type PASS\n\t\tauth_pass secret\n\t}\n\tvirtual_ipaddress {\n\t\t10.9.0.161\n\t}\n}\n'
} >$LAB/two.conf
printf 'vrrp_instance UNI {\n interface eth0\n virtual_router_id 51\n version 3\n advert_int 0.1\n unicast_peer {\n  10.9.0.3\n }\n virtual_ipaddress {\n  10.9.0.100\n }\n}\n' >$LAB/uni.conf
against() {	# NAME CONF KIND "OPTIONS" SENTENCE...
	a_name=$1 a_conf=$2 a_kind=$3 a_options=$4
	shift 4
	inject x 10.9.0.7 $a_kind $a_options
	case $a_options in *--version*) a_secs=4 ;; *) a_secs=2 ;; esac
	diagnose against o -f $LAB/$a_conf.conf $a_secs
	gather
	quiet
	if [ $# = 0 ]; then healthy against "$a_name"; else finds against "$a_name" "$@"; fi
}
two="--version 2 --vrid $V2 --adv 1 --secret secret --vip 10.9.0.161 --gap 1"
three='--vip 10.9.0.100'
against 'version 2 as configured' two good "$two"
against 'password' two password "$two" 'adverts of 10.9.0.7 for VRID 61 are refused by TWO: password differs'
against 'no authentication' two noauth "$two" 'adverts of 10.9.0.7 for VRID 61 are refused by TWO: authentication type differs'
against 'version 2 interval' two interval "$two" 'adverts of 10.9.0.7 for VRID 61 are refused by TWO: version 2 interval'
against 'version' o good "--version 2 --adv 1 --gap 1 $three" 'adverts of 10.9.0.7 for VRID 51 are refused by VI_1: version'
against 'address list' o good "$three,10.9.0.101" '10.9.0.7 advertises other addresses for VRID 51 than VI_1 has (2 of them, first 10.9.0.100)'
against 'another group has our number' o good '--vip 10.9.0.50' '10.9.0.7 uses VRID 51 for other addresses than VI_1 (first 10.9.0.50)'
against 'our addresses with another number' o good "--vrid 52 $three" '10.9.0.7 advertises 10.9.0.100 with VRID 52, VI_1 of our' \
	'VI_1 (VRID 51): no advert was seen'
against 'multicast where peers are configured' uni good "$three" 'adverts of 10.9.0.7 for VRID 51 are refused by UNI: unicast to'
against 'checksum form' o plain "$three" '10.9.0.7 sends version 3 checksums without pseudo-header, VI_1 the other'
against 'reserved bits' o reserved "$three" 'adverts of 10.9.0.7 for VRID 51: reserved bits are set'
against 'unicast for somebody else is none of ours' uni unicast "--vrid 77 --vip 10.9.0.55 --to 10.9.0.8 --mac 02:00:00:00:00:08" \
	'UNI (VRID 51): no advert was seen'
diagnose nobody o -f $LAB/o.conf 1
gather
finds nobody 'nobody at all' 'VI_1 (VRID 51): no advert was seen'

# ---- one virtual MAC, two machines; IPv6 ----

for h in x y; do on $h ip link set eth0 address 00:00:5e:00:01:3d; done
inject x 10.9.0.7 good --vrid 61 --vip 10.9.0.161
inject y 10.9.0.8 good --vrid 61 --vip 10.9.0.161
diagnose vmac o 2
gather
quiet
finds vmac 'a virtual MAC in two places' 'VRID 61 has two masters' 'virtual MAC 00:00:5e:00:01:3d: 10.9.0.[78] and 10.9.0.[78] both'
for h in 1 2; do printf 'vrrp_instance SIX {\n interface eth0\n virtual_router_id 62\n version 3\n advert_int 0.1\n virtual_ipaddress {\n%s\n }\n}\n' \
	"$([ $h = 1 ] || echo '  fe80::62')
  fd09::62" >$LAB/six$h.conf; done
for h in 1 2; do
	start_vrrpd r$h $LAB/six$h.conf
	soon "IPv6: master $h" 10 has_vip r$h fd09::62
	diagnose six$h o -f $LAB/six$h.conf 2
	gather
	end r$h vrrpd
done
finds six1 'IPv6: the first address is not link-local' 'adverts of fe80::.* for VRID 62: the first address is fd09::62, not link-local'
healthy six2 'IPv6: healthy'

# ---- the interface ----

host n eth0=
wait_until 20 no_tentative n
net n sysctl -q -w net.ipv6.conf.eth0.disable_ipv6=1
diagnose bare n 1
gather
finds bare 'interface without address' 'eth0 has no IPv4 address'
cable n out
diagnose cable n 1
gather
finds cable 'interface without carrier' 'eth0 is up but has no carrier'
net n ip link set eth0 down
diagnose down n 1
gather
finds down 'interface down' 'eth0 is down'
net n ip link del eth0
diagnose none n -f $LAB/o.conf 1
gather
finds none 'interface missing' 'there is no interface eth0'

# ---- a flood: bounded, and it ends ----

cat >$LAB/flood.py <<'E2'
import os, socket, struct, time
def csum(d):
    t = sum(struct.unpack('!%dH' % (len(d) // 2), d))
    while t >> 16:
        t = (t & 0xffff) + (t >> 16)
    return struct.pack('!H', ~t & 0xffff)
raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
raw.bind(('eth0', 0))
frames = []
for i in range(64 * 255):
    src, dst = bytes([10, 9, 4, i % 64]), bytes([224, 0, 0, 18])
    m = bytes([0x31, 1 + i // 64, 100, 1, 0, 10, 0, 0, 10, 9, 5, i % 251])
    m = m[:6] + csum(src + dst + struct.pack('!BBH', 0, 112, len(m)) + m) + m[8:]
    h = struct.pack('!BBHHHBBH', 0x45, 0xc0, 20 + len(m), i, 0, 255, 112, 0) + src + dst
    frames.append(b'\x01\0\x5e\0\0\x12' + raw.getsockname()[4] + b'\x08\0' + h[:10] + csum(h) + h[12:] + m)
end = time.monotonic() + 6
while time.monotonic() < end:
    for f in frames:
        try:
            raw.send(f)
        except OSError:
            pass
E2
bg x flood python3 $LAB/flood.py
wait_until 5 alive x flood
now_cs
flood_began=$now_cs
diagnose flood o -f $LAB/o.conf 2
gather
now_cs
is 'a flood: it ends in time' [ $((now_cs - flood_began)) -lt 400 ]
same 'a flood: no false alarm of firewall or silence' "$(cat $LAB/flood.code) $(found flood | grep -c 'reach eth0\|no advert was')" '1 0'
is 'a flood: it says what it left out' grep -q 'further senders were not looked at' $LAB/flood.out
end x flood KILL

finish
