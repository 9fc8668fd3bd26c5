#!/bin/sh
# dump.sh - vrrp-dump on a LAN of vrrpbox, keepalived and FRR: what it writes and says beside tcpdump and tshark, a
# hundred thousand packets at once, a take-over told as a story, junk in constant memory, exit codes.
# timeout: 240
# shellcheck disable=SC2016,SC2317,SC2086	# awk's and the inner shell's $; called by name; words without blanks
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"
for tool in tcpdump python3; do
	command -v $tool >/dev/null || lab_cannot "the command $tool is missing"
done
PY="python3 $(readlink -f "${0%/*}/dump.py")"
FRR=/usr/lib/frr
DUMP=$LAB/bin/vrrp-dump
ln $VRRPD $DUMP

host o eth0=10.9.0.1/24,fd09::1/64
host k eth0=10.9.0.2/24,fd09::2/64
host f eth0=10.9.0.3/24,fd09::3/64
host c eth0=10.9.0.9/24

instance() {	# NAME VRID VERSION ADDRESS INTERVAL [LINE...]
	printf 'vrrp_instance %s {\n\tinterface eth0\n\tvirtual_router_id %s\n\tversion %s\n\tpriority 120\n\tadvert_int %s\n' \
		$1 $2 $3 $5
	printf '\tvirtual_ipaddress {\n%s\n\t}\n' "$(echo $4 | tr , '\n')"
	shift 5
	[ $# = 0 ] || printf '\t%s\n' "$@"
	echo '}'
}
{
	instance plain 11 3 10.9.0.11,10.9.0.12,10.9.0.13 0.1 v3_checksum_as_v2
	instance pseudo 12 3 10.9.0.14 0.1
	instance two 13 2 10.9.0.15 1 'authentication {' 'auth_type PASS' 'auth_pass s3cret' '}'
	instance six 14 3 fe80::14/64,fd09::14/64 0.1
	instance uni 15 3 10.9.0.16 0.1 'unicast_src_ip 10.9.0.1' 'unicast_peer {' 10.9.0.9 '}'
} >$LAB/o.conf
{
	instance pseudo 21 3 10.9.0.21 0.1
	instance two 22 2 10.9.0.22 1 'authentication {' 'auth_type PASS' 'auth_pass secret' '}'
	instance six 23 3 fe80::23/64,fd09::23/64 0.1
} >$LAB/k.conf

frr() {
	mkdir $LAB/f/frr
	on f ip link add vm4 link eth0 address 00:00:5e:00:01:1f type macvlan mode bridge || return
	on f ip link add vm6 link eth0 address 00:00:5e:00:02:20 type macvlan mode bridge
	on f ip addr add 10.9.0.31/32 dev vm4
	on f ip addr add fe80::32/64 dev vm6 nodad
	on f ip link set vm4 up
	on f ip link set vm6 up
	echo 'hostname f' >$LAB/f/frr/zebra.conf
	printf 'interface eth0\n vrrp 31 version 3\n vrrp 31 priority 120\n vrrp 31 advertisement-interval 200\n vrrp 31 ip 10.9.0.31
 vrrp 32 version 3\n vrrp 32 priority 120\n vrrp 32 advertisement-interval 200\n vrrp 32 ipv6 fe80::32\nexit\n' >$LAB/f/frr/vrrpd.conf
	chown -R frr:frr $LAB/f/frr
	for d in zebra vrrpd; do
		bg f $d $FRR/$d -P 0 -A 127.0.0.1 --log stdout -f $LAB/f/frr/$d.conf -i $LAB/f/frr/$d.pid -z $LAB/f/frr/zserv.api \
			--vty_socket $LAB/f/frr
		wait_until 20 test -S $LAB/f/frr/zserv.api
	done
}

listening() { grep -q 'listening on' $LAB/c/$1.log; }
listen() {	# JOB OPTION...
	listen_job=$1
	shift
	bg c $listen_job $DUMP "$@" && wait_until 20 listening $listen_job
}
count() { $DUMP -r $LAB/$1 -t ${2:+vrid $2} 2>/dev/null | grep -c .; }

# ---- three senders, three witnesses ----

no_tentative() { ! on $1 ip -6 addr show tentative | grep -q .; }
for h in o k f; do wait_until 20 no_tentative $h; done
capture c eth0
listen eth -i eth0 -a -w $LAB/eth.pcap
listen any -a -w $LAB/any.pcap
listen lines -i eth0
start_vrrpd o $LAB/o.conf
senders='11 12 13 14 15'
if command -v keepalived >/dev/null; then
	start_keepalived k $LAB/k.conf
	senders="$senders 21 22 23"
else
	skip 'keepalived' 'not installed'
fi
if [ -x $FRR/vrrpd ] && frr; then
	senders="$senders 31 32"
else
	skip 'FRR' 'not installed, or no macvlan'
fi
heard() { [ "$(grep -c " vrid $1 " $LAB/c/lines.log)" -ge 3 ]; }
for id in $senders; do
	soon "vrid $id is heard live" 40 heard $id
done
end o vrrpd
for j in lines eth any tcpdump-eth0; do end c $j INT; done
cp $LAB/c/eth0.pcap $LAB/their.pcap
for id in $senders; do	# tcpdump began before ours and ended after it
	mine=$(count eth.pcap $id) theirs=$(tcpdump -n -r $LAB/their.pcap proto 112 2>/dev/null | grep -c "vrid $id,")
	same "vrid $id: both files have it, and nothing is missing but at the ends" \
		"$(($(count any.pcap $id) > 2)) $((mine > 2)) $((theirs - mine < 5))" '1 1 1'
done
is 'tcpdump reads what we write' test "$(tcpdump -n -r $LAB/eth.pcap ip proto 112 2>/dev/null | grep -c VRRPv)" -gt 20
is 'tcpdump reads it cooked' test "$(tcpdump -n -r $LAB/any.pcap ip proto 112 2>/dev/null | grep -c VRRPv)" -gt 20
if command -v tshark >/dev/null; then
	for f in eth.pcap their.pcap; do
		if $PY compare $LAB/$f $DUMP >$LAB/compare 2>&1; then
			ok "tshark agrees in every field: $f"
		else
			not_ok "tshark agrees in every field: $f" "$(head -n 3 $LAB/compare)"
		fi
		sed -n 's/^compared/#/p' $LAB/compare
	done
	tshark -n -r $LAB/any.pcap -Y vrrp 2>/dev/null | grep -c . >$LAB/n
	same 'tshark reads it cooked' "$(cat $LAB/n)" "$($DUMP -r $LAB/any.pcap -t | grep -c VRRP)"
else
	skip 'tshark' 'not installed'
fi
is 'passwords are hidden' test "$($DUMP -r $LAB/eth.pcap -v -j | grep -c s3cret)" = 0
is 'passwords are shown with -A' test "$($DUMP -r $LAB/eth.pcap -A vrid 13 | grep -c '"s3cret"')" -ge 3
same 'a copy of a capture is the same capture' "$($DUMP -r $LAB/eth.pcap -a -w - | $DUMP -r - -a -j | cksum)" "$($DUMP -r $LAB/eth.pcap -a -j | cksum)"
same 'cut captures are called so' "$($DUMP -r $LAB/eth.pcap -s 44 -t vrid 11 2>/dev/null | grep -v 'cut: 10 of 20 bytes' | grep -c .)" 0
same 'filter: only one host' "$($DUMP -r $LAB/eth.pcap -t host 10.9.0.11 | grep -c -v 'vrid 11')" 0
same 'filter: what changes' "$($DUMP -r $LAB/eth.pcap -t state changes vrid 12 | sed 's/.* prio \([0-9]*\).*! /\1 /' | xargs)" '120 first 0 leaves'

# ---- VLAN tags, of which the kernel takes the outer one off ----

listen tags -i eth0
listen tags-any
listen tags-file -i eth0 -w $LAB/tags.pcap
listen tags-any-file -w $LAB/tags-any.pcap
net o $PY flood eth0 3 81000007
net o $PY flood eth0 3 88a8006481000009
tagged() { [ "$(grep -c " vlan $1 10.*vrid 77 .*csum ok.*mac 00:00:5e:00:01:4d" $LAB/c/$2.log)" = 3 ]; }
for j in tags tags-any; do
	soon "a tag is seen: $j" 20 tagged 7 $j
	soon "two tags are seen: $j" 20 tagged '100 vlan 9' $j
done
for j in tags tags-any tags-file tags-any-file; do end c $j; done
for f in tags tags-any; do
	same "tcpdump finds the tag in $f.pcap" "$(tcpdump -n -e -r $LAB/$f.pcap 2>/dev/null | grep -c 'vlan 7.*vrid 77')" 3
	same "and so do we, and both of two" "$($DUMP -t -r $LAB/$f.pcap vrid 77 2>/dev/null | grep -o 'vlan.* 10.9.0.7 ' | sort | uniq -c | xargs)" \
		'3 vlan 100 vlan 9 10.9.0.7 3 vlan 7 10.9.0.7'
done
net c ip link add gone type veth peer name gone2 && net c ip link set gone up
listen gone -i gone
net c ip link set gone down; net c ip link set gone up
is 'an interface that goes down and up is still listened to' alive c gone
net c ip link del gone
soon 'one that is removed is the end' 20 gone c gone
is 'which is said' grep -q 'gone: No such device' $LAB/c/gone.log

same 'tcpdump finds both tags' "$(tcpdump -n -e -r $LAB/tags.pcap 2>/dev/null | grep -c 'vlan 100.*vlan 9.*vrid 77')" 3	# cooked it cannot

# ---- the story of a take-over ----

for h in k f; do end $h vrrpd 2>/dev/null; done
conf o 150
conf k 100
listen story -i eth0 --summary vrid 51
start_vrrpd o $LAB/o.conf; wait_until 20 has_vip o
start_vrrpd k $LAB/k.conf; wait_until 20 logged k 'Entering BACKUP'
cable o out
wait_until 20 has_vip k
cable o in
wait_until 20 no_vip k
end o vrrpd
wait_until 20 has_vip k
end k vrrpd
end c story INT
told=$(grep -o 'first\|new master [a-z]* [of ]*\|which left\|silent for\|[AB] leaves' $LAB/c/story.log | xargs)
same 'story: silence, preemption, leaving, in this order' "$told" \
	'first new master instead of silent for new master preempts A leaves new master instead of which left B leaves'
is 'story: the formula is beside the gap' grep -q 'silent for [0-9.]*ms (formula 360.937ms, ' $LAB/c/story.log
is 'story: a picture of both' test "$(grep -c '^  [AB] [#.0]*$' $LAB/c/story.log)" = 2

# ---- a hundred thousand at once ----

N=100000
listen fast -i eth0 -B 32768 -w /dev/null vrid 77
listen faster -i eth0 -B 32768 vrid 77
bg c tcpdump-fast tcpdump -l -n -i eth0 -B 32768 ip proto 112
wait_until 20 grep -q 'listening on' $LAB/c/tcpdump-fast.log
net o $PY flood eth0 $N
arrived() { [ "$(grep -c 'vrid 77 ' $LAB/c/$1.log)" -ge $N ]; }
wait_until 30 arrived faster
cpu=$(for j in faster tcpdump-fast; do on c awk '{ print $14 + $15 }' /proc/"$(cat $LAB/c/$j.pid)"/stat; done | xargs)
for j in fast faster tcpdump-fast; do end c $j INT; done
same "$N at once: printed" "$(grep -c 'vrid 77 ' $LAB/c/faster.log)" $N
for j in fast faster; do
	same "$N at once: the kernel gave and lost, $j" "$(sed -n 's/^vrrp-dump: \([0-9]*\) packets shown, .*, \([0-9]*\) lost.*/\1 \2/p' $LAB/c/$j.log)" "$N 0"
done
is "fewer cycles than tcpdump for the same lines: $cpu hundredths of a second" test "${cpu% *}" -lt "${cpu#* }"
echo "# CPU for $N lines, 1/100 s: vrrp-dump and tcpdump: $cpu (tcpdump printed $(grep -c 'vrid 77' $LAB/c/tcpdump-fast.log))"

# ---- junk, and what it ends with ----

for kind in records blocks skips noise; do
	$PY junk $kind 100 2>/dev/null | sh -c 'ulimit -v 16384; "$0" -r - --summary >/dev/null 2>"$1"' $DUMP $LAB/err
	code=$?
	case $kind:$code in
	noise:1 | [!n]*:0) ok "100 MB of junk in 16 MB: $kind" ;;
	*) not_ok "100 MB of junk in 16 MB: $kind" "exit $code: $(cat $LAB/err)" ;;
	esac
done
code() {	# WANT WHAT OPTION...
	want=$1 what=$2
	shift 2
	$DUMP "$@" >$LAB/out 2>$LAB/err </dev/null
	same "exit code: $what" $? $want
}
head -c 200 $LAB/eth.pcap >$LAB/short.pcap
echo nothing of the kind >$LAB/text
code 0 'a capture' -r $LAB/eth.pcap
code 0 'a capture that ends within a packet' -r $LAB/short.pcap
is 'which is said' grep -q 'ends within a packet' $LAB/err
code 1 'no capture' -r $LAB/text
code 1 'no file' -r $LAB/none
code 1 'no interface' -i none
code 1 'no room to write' -r $LAB/eth.pcap -w /dev/full
code 2 'an unknown option' --none
code 2 'an unknown filter' -r $LAB/eth.pcap port 5
code 2 'half a filter' -r $LAB/eth.pcap vrid
code 2 'no number' -r $LAB/eth.pcap -c x
code 0 'help' --help
finish
