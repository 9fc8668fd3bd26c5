#!/bin/sh
# interop-frr.sh - FRR's vrrpd as the peer, version 3 of both families: ours preferred, theirs preferred.
# FRR answers for its addresses with one macvlan a virtual router; zebra must run beside it.
# timeout: 180
# shellcheck disable=SC2317,SC2086	# called by name; words without blanks
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"
FRR=/usr/lib/frr
for f in vrrpd zebra; do
	[ -x $FRR/$f ] || lab_cannot "FRR's $f is not installed"
done
read -r _ _ ids </proc/self/uid_map
[ "$ids" -gt 1 ] || lab_cannot 'FRR changes its user: that needs root outside the lab'
command -v tcpdump >/dev/null || lab_cannot 'the command tcpdump is missing'
W=20

ours() {	# HOST PRIO BASE
	cat >"$LAB/$1.conf" <<-END
		vrrp_instance four {
			interface eth0
			version 3
			virtual_router_id $(($3 + 1))
			priority $2
			advert_int 0.2
			virtual_ipaddress {
				10.9.0.$(($3 + 1))
			}
		}
		vrrp_instance six {
			interface eth0
			virtual_router_id $(($3 + 2))
			priority $2
			advert_int 0.2
			virtual_ipaddress {
				fe80::$(($3 + 2))/64
				fd09::$(($3 + 2))/64
			}
		}
	END
}

# macvlan and configuration of both virtual routers. Without arp_ignore the kernel of a backup answers for them.
theirs() {	# HOST PRIO BASE
	four=$(($3 + 1)) six=$(($3 + 2))
	on $1 sh -c 'echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore' || return
	on $1 ip link add vm4 link eth0 address "00:00:5e:00:01:$(printf %02x $four)" type macvlan mode bridge ||
		lab_cannot 'the kernel has no macvlan'
	on $1 ip link add vm6 link eth0 address "00:00:5e:00:02:$(printf %02x $six)" type macvlan mode bridge
	for vm in vm4 vm6; do
		on $1 ip link set $vm protodown on
	done
	on $1 ip addr add 10.9.0.$four/32 dev vm4
	on $1 ip addr add fe80::$six/64 dev vm6 nodad
	on $1 ip addr add fd09::$six/64 dev vm6 nodad
	for vm in vm4 vm6; do
		on $1 ip link set $vm up
	done
	mkdir $LAB/$1/frr
	echo "hostname $1" >$LAB/$1/frr/zebra.conf
	cat >$LAB/$1/frr/vrrpd.conf <<-END
		interface eth0
		 vrrp $four version 3
		 vrrp $four priority $2
		 vrrp $four advertisement-interval 200
		 vrrp $four ip 10.9.0.$four
		 vrrp $six version 3
		 vrrp $six priority $2
		 vrrp $six advertisement-interval 200
		 vrrp $six ipv6 fe80::$six
		 vrrp $six ipv6 fd09::$six
		exit
	END
	chown -R frr:frr $LAB/$1/frr
	frr $1 zebra
	wait_until 20 test -S $LAB/$1/frr/zserv.api
}

frr() {
	bg $1 $2 $FRR/$2 -P 0 -A 127.0.0.1 --log stdout -f $LAB/$1/frr/$2.conf -i $LAB/$1/frr/$2.pid \
		-z $LAB/$1/frr/zserv.api --vty_socket $LAB/$1/frr
}

begin() {
	case $1 in
	o*) start_vrrpd $1 $LAB/$1.conf ;;
	f*) frr $1 vrrpd ;;
	esac
}

power_off() { cable $1 out; end $1 vrrpd KILL; }

# Who speaks now: the sources of the last adverts of a virtual router, oldest first, each change once.
speakers() {	# BASE FAMILY
	case $2 in
	four) frames w eth0 -e "proto 112 and ip[21] == $(($1 + 1))" ;;
	six) frames w eth0 -e "ip6 and ip6[6] == 112 and ip6[41] == $(($1 + 2))" ;;
	esac | sed -n 's/.* \(00:00:5e\)[0-9a-f:]* > .*prio \([0-9]*\),.*/theirs:\2/p; t; s/.*prio \([0-9]*\),.*/ours:\1/p' | uniq | xargs
}
last_is() { case $(speakers $1 $2) in *"$3") return 0 ;; esac; return 1; }

# WHAT BASE SPEAKER: both families.
speaks() {
	for family in four six; do
		soon "$1: $family" $W last_is $2 $family $3
	done
}

host w eth0=10.9.0.9/24
host o1 eth0=10.9.0.1/24,fd09::a1/64
host f1 eth0=10.9.0.2/24,fd09::a2/64
host o2 eth0=10.9.0.3/24,fd09::a3/64
host f2 eth0=10.9.0.4/24,fd09::a4/64
capture w eth0
ours o1 200 50; theirs f1 100 50
ours o2 100 60; theirs f2 200 60
no_tentative() { ! on $1 ip -6 addr show tentative | grep -q .; }
for h in o1 f1 o2 f2; do wait_until 20 no_tentative $h; done

begin o1; begin f2
speaks 'ours begins' 50 ours:200
speaks 'theirs begins' 60 theirs:200
begin f1; begin o2
wait_until $W logged o2 '(six) Entering BACKUP STATE'
both_backup() { [ "$(grep -c -e '-> Backup' $LAB/f1/vrrpd.log)" -ge 2 ]; }
wait_until $W both_backup
end o1 vrrpd; end f2 vrrpd
speaks 'ours resigns, theirs follows' 50 theirs:100
speaks 'theirs leaves, ours follows' 60 ours:100
is 'the address is ours now: four' has_vip o2 10.9.0.61
is 'the address is ours now: six' has_vip o2 fd09::62
begin o1; begin f2
speaks 'ours returns and preempts' 50 ours:200
speaks 'theirs returns and preempts' 60 theirs:200
soon 'the address is theirs again: four' $W no_vip o2 10.9.0.61
soon 'the address is theirs again: six' $W no_vip o2 fd09::62
power_off o1; power_off f2
speaks 'ours dies, theirs takes over' 50 theirs:100
speaks 'theirs dies, ours takes over' 60 ours:100
end o2 vrrpd

# a return may cross with one advert more of the old master: only the beginning is certain
first() { case $(speakers $1 $2) in "$3"*) return 0 ;; esac; return 1; }
for family in four six; do
	is "order of adverts, ours preferred: $family" first 50 $family 'ours:200 ours:0 theirs:100 ours:200'
	is "order of adverts, theirs preferred: $family" first 60 $family 'theirs:200 theirs:0 ours:100 theirs:200'
done
for h in o1 o2; do
	same "nothing refused on $h" "$(log_count $h 'ignored advert')" 0
done
finish
