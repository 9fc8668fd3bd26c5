#!/bin/sh
# accept-more.sh - dropping packets to addresses: more than one batch of them, on virtual MACs, two daemons in one network, a kernel
# that cannot.
. "${0%/*}/lib.sh"

N=140 LL=fe80::9:100
elements() { net a nft -j list table inet "${1:-vrrpbox}" 2>/dev/null | grep -oE '"(10\.9\.0\.[0-9]+|fe80::[0-9:]+)"' | sort -u | wc -l; }
holds() { [ "$(elements "$2")" = "$1" ]; }
none() { ! net a nft list table inet "$1" >/dev/null 2>&1; }
pings() { net b ping -c 1 -W 1 "$1" >/dev/null 2>&1; }
silent() { net b ping -c 1 -W 0.3 "$1" >/dev/null 2>&1; [ $? = 1 ]; }
answers() { net b ip neigh flush dev eth0; silent "$1"; net b ip neigh show to "${1%\%*}" dev eth0 | grep -q "$2"; }
inner() { on a cat /run/vrrpd/vrrpd.pid >"$LAB/a/$1.pid"; }	# strace's child is the one to be signalled
put_backs() { log_count a 'put back'; }

host a eth0=10.9.0.1/24,fd00:9::1/64
host b eth0=10.9.0.2/24,fd00:9::2/64
conf a 100 no_accept
i=1
while [ $i -lt $N ]; do
	sed -i "s|^\t\t$VIP/24|&\n\t\t10.9.0.$((100 + i))/24|" "$LAB/a.conf"
	i=$((i + 1))
done
start_vrrpd a "$LAB/a.conf"
soon 'many addresses: master' 5 has_vip a 10.9.0.$((99 + N))
soon 'all in the set' 5 holds $N
bg a monitor nft monitor
sleep 0.3
net a nft flush ruleset
soon 'flushed: all are back' 3 holds $N
same 'in one transaction: none waits for the others' "$(grep -c 'new generation.*vrrpd' "$LAB/a/monitor.log")" 1
end a monitor
is 'the first is silent' silent $VIP
is 'so is the last' silent 10.9.0.$((99 + N))
is 'none is lost' has_vip a 10.9.0.$((99 + N))

printf 'instance two\nvrrp_instance V2 {\n\tinterface eth0\n\tvirtual_router_id 52\n\tno_accept\n\tvirtual_ipaddress {\n\t\t10.9.0.20/24\n\t}\n}\n' >"$LAB/two.conf"
before=$(put_backs)
bg a two "$VRRPD" -n -l -G -f "$LAB/two.conf"
soon 'a second daemon: a table of its own' 8 holds 1 vrrpbox.two
is 'the first keeps its own' holds $N
sleep 2.2
same 'neither puts anything back' "$(put_backs)" "$before"
is 'as before' holds $N
end a two
is 'the second leaves with its table' none vrrpbox.two
is 'the first still has it' holds $N
end a vrrpd
is 'and leaves with it' none vrrpbox

conf a 100 no_accept use_vmac
printf 'vrrp_instance V6 {\n\tinterface eth0\n\tvirtual_router_id 51\n\tuse_vmac\n\tno_accept\n\tadvert_int 0.1\n\tvirtual_ipaddress {\n\t\t%s/64\n\t}\n}\n' $LL >>"$LAB/a.conf"
if net a ip link add probe0 link eth0 type macvlan mode bridge 2>/dev/null; then
	net a ip link del probe0
	start_vrrpd a "$LAB/a.conf"
	soon 'virtual MAC: master' 5 has_vip a
	soon 'both families' 5 holds 2
	soon 'its MAC answers ARP, nobody ping' 3 answers $VIP 00:00:5e:00:01:33
	soon 'link-local alike' 3 answers $LL%eth0 00:00:5e:00:02:33
	sed -i /no_accept/d "$LAB/a.conf"
	hit a vrrpd HUP
	soon 'a reload lets them in' 5 pings $VIP
	soon 'both' 3 pings $LL%eth0
	is 'and takes the table away' none vrrpbox
	end a vrrpd
else
	skip 'virtual MAC' 'no macvlan in the kernel'
fi

if command -v strace >/dev/null; then
	conf a 100 no_accept
	bg a count env ASAN_OPTIONS=detect_leaks=0 strace -o $LAB/calls -e trace=socket "$VRRPD" -n -l -G -f "$LAB/a.conf"
	soon 'with nf_tables' 8 holds 1
	inner count
	end a count
	wait_until 5 no_vip a
	nth=$(grep socket $LAB/calls | grep -n NETLINK_NETFILTER | head -n 1 | sed "s,:.*,,")
	forget a
	bg a vrrpd env ASAN_OPTIONS=detect_leaks=0 strace -o $LAB/calls -e trace=socket -e "inject=socket:error=EPROTONOSUPPORT:when=$nth" "$VRRPD" -n -l -G -f "$LAB/a.conf"
	soon 'without: master' 8 has_vip a
	inner vrrpd
	sleep 1
	same 'one line says it' "$(log_count a 'NOT dropped: no nf_tables (Protocol not supported)')" 1
	is 'it goes on' pings $VIP
	is 'without a table' none vrrpbox
	hit a vrrpd HUP
	hit a vrrpd HUP
	soon 'a reload looks again: the kernel has learnt it' 3 holds 1
	is 'no ping now' silent $VIP
	end a vrrpd
else
	skip 'a kernel without nf_tables' 'no strace'
fi
finish
