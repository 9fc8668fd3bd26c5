#!/bin/sh
# published.sh [CASE] - pairs of configurations as people publish them, with the programs that they call: election,
# a web server that dies, fail-over, return. conf/ has our own of each kind; where ../shared/configs lies beside this
# repository its files run too, unchanged. Every case is a lab of its own, all at the same time.
# timeout: 240
# shellcheck disable=SC2317,SC2086,SC2016	# called by name; words without blanks; for the host's shell
here=${0%/*}
theirs=$here/../../../shared/configs
if [ $# = 0 ] && [ -z "${LAB_INSIDE:-}" ]; then
	jobs=
	trap 'kill $jobs 2>/dev/null; exit 130' INT TERM HUP
	for c in restart dual bonus unicast fall; do
		"$0" $c & jobs="$jobs $!"
	done
	if [ -d "$theirs" ]; then
		for c in 000 001 001-dual 001-check 002 004; do
			"$0" $c & jobs="$jobs $!"
		done
	fi
	rc=0
	for job in $jobs; do
		wait $job
		case $? in 0|77) ;; *) rc=1 ;; esac
	done
	exit $rc
fi
# shellcheck source=tests/net/lib.sh
. "$here/lib.sh"
for tool in nginx curl killall ps bash tcpdump; do
	command -v $tool >/dev/null || lab_cannot "the command $tool is missing"
done
W=60
VRRPD=$LAB/bin/keepalived	# scripts say `killall keepalived`
ln -s vrrpd $VRRPD
export PATH=$LAB/tools:$PATH

# What an init system does for these scripts.
mkdir $LAB/tools
cat >$LAB/tools/systemctl <<'END'
#!/bin/sh
case "$1 ${2%.service}" in
'start nginx') exec nginx ;;
'stop nginx') exec killall nginx ;;
'stop keepalived') exec killall keepalived ;;
esac
exit 1
END
chmod +x $LAB/tools/systemctl

# HOST FILE PATH: a file of ours at its place in the host.
put() { on $1 sh -c 'mkdir -p "${0%/*}" && cat >"$0" && chmod "$1" "$0"' $3 ${4:-644} <"$2"; }
put_x() { put $1 "$2" $3 755; }

# HOST CONF ADDR...: a router with a web server that says who it is.
router() {
	r=$1 r_conf=$2
	shift 2
	host $r "$@"
	put $r "$r_conf" /etc/keepalived/keepalived.conf
	printf 'user root root; worker_processes 1; error_log stderr; events { }\nhttp { access_log off; server { listen 80; location / { return 200 %s; } } }\n' $r >$LAB/nginx.$r
	put $r $LAB/nginx.$r /etc/nginx/nginx.conf
	web $r
}
web() { on $1 nginx 2>>$LAB/$1/nginx.log; wait_until 20 on $1 curl -s -o $LAB/null -m 1 http://127.0.0.1/; }
web_breaks() { on $1 mv /etc/nginx/nginx.conf /etc/nginx/away; on $1 killall -9 nginx; }
web_mended() { on $1 mv /etc/nginx/away /etc/nginx/nginx.conf; on $1 ps -C nginx -o pid= | grep -q . || web $1; }
web_dies() { on $1 killall -9 nginx; }

begin() { start_vrrpd $1 /etc/keepalived/keepalived.conf -p /run/vrrpd/vrrpd.pid; }
power_off() { cable $1 out $port; end $1 vrrpd KILL; }

# The client's page comes from HOST.
answers() { [ "$(net c curl -s -m 1 "http://$2/")" = "$1" ]; }
served() { soon "$CASE: $1: $2 answers" $W answers $2 $3; }
never_master() { same "$CASE: $1: $2 stays what it is" "$(log_count $2 'Entering MASTER')" 0; }

# Adverts of an address seen by the client; N more of them.
seen() { frames c eth0 "proto 112 and src $1" | wc -l; }
seen_now() { [ "$(seen $1)" -ge $2 ]; }
more() { wait_until $W seen_now $1 $(($(seen $1) + $2)); }

# A B VIP: A is preferred, stops, returns, dies, comes back.
life() {
	served 'preferred' $1 $3
	end $1 vrrpd
	served 'stopped' $2 $3
	begin $1
	served 'returned' $1 $3
	power_off $1
	served 'dead' $2 $3
	cable $1 in $port
	begin $1
	served 'back' $1 $3
}

# The same without preemption: who serves goes on. SRC_B: where B's adverts come from.
life_without_return() {
	served 'first' $1 $3
	end $1 vrrpd
	served 'stopped' $2 $3
	begin $1
	more $4 5
	served 'returned, yet' $2 $3
	power_off $2
	served 'the other is dead' $1 $3
	cable $2 in $port
	begin $2
	more $5 5
	served 'the other is back, yet' $1 $3
}

CASE=$1
port=eth0
case $CASE in
000) port=ens33 net=192.168.66 x=100 y=101 a=000-master b=000-backup ;;
001) net=10.0.0 x=5 y=6 a=001-lb01 b=001-lb02 ;;
001-*) net=10.0.0 x=5 y=6 a=$CASE-lb01 b=$CASE-lb02 ;;
002) net=192.168.100 x=100 y=101 a=002-nginx-plus b=002-other ;;
004) net=192.168.0 x=10 y=20 a=004-ecs-HA1 b=004-ecs-HA2 ;;
*) net=10.0.0 x=5 y=6 a=$CASE-a b=$CASE-b theirs=$here/conf ;;
esac
a=$theirs/$a.conf
b=$theirs/$b.conf
if [ $CASE = 002 ]; then	# only one side is published
	b=$LAB/002-other.conf
	sed 's/\.100\.100$/.100.other/; s/\.100\.101$/.100.100/; s/other$/101/; s/priority .*/priority 100/' $a >$b
fi
host c eth0=$net.9/24
capture c eth0
router a $a $port=$net.$x/24
router b $b $port=$net.$y/24

case $CASE in
restart)
	put_x a $theirs/restart.sh /etc/keepalived/restart.sh
	put_x b $theirs/restart.sh /etc/keepalived/restart.sh
	begin a; wait_until $W has_vip a $net.100; begin b
	is "$CASE: the address is as written" net a sh -c "ip -o addr show eth0 | grep -q '10.0.0.100/24 brd 10.0.0.255.* eth0:vip'"
	life_without_return a b $net.100 $net.$y $net.$x
	web_dies a
	served 'its web server died and was started again' a $net.100
	web_breaks a
	served 'its web server cannot be started' b $net.100
	soon "$CASE: the check ended the daemon" $W gone a vrrpd
	is "$CASE: the log says why" logged a 'VRRP_Script(look_after_nginx)'
	;;
000)
	put_x a $theirs/000-nginx_check.sh /etc/keepalived/nginx_check.sh
	put_x b $theirs/000-nginx_check.sh /etc/keepalived/nginx_check.sh
	for h in a b; do on $h sh -c 'mkdir -p /usr/local/nginx/sbin && ln -s "$(command -v nginx)" /usr/local/nginx/sbin/nginx'; done
	begin a; wait_until $W has_vip a $net.99; begin b
	# its ps has a long dash, so it always starts nginx and waits: longer than its interval
	soon "$CASE: the check times out" $W logged a 'VRRP_Script(chk_nginx) timed out'
	soon "$CASE: and costs 20" $W logged b 'Changing effective priority from 100 to 80'
	is "$CASE: nopreempt with state MASTER is said" logged a nopreempt
	life_without_return a b $net.99 $net.$y $net.$x
	web_dies a
	served 'its web server died and was started again' a $net.99
	;;
001)
	begin a; begin b
	life a b $net.3
	;;
dual|001-dual)
	case $CASE in dual) l=$net.101 r=$net.102 ;; *) l=$net.3 r=$net.4 ;; esac
	begin a; begin b
	served 'right' b $r
	life a b $l
	served 'right, all the time' b $r
	end b vrrpd
	served 'right, stopped' a $r
	served 'left meanwhile' a $l
	begin b
	served 'right, returned' b $r
	served 'left, all the time' a $l
	;;
001-check|bonus)
	vip=$net.100
	if [ $CASE = bonus ]; then
		put_x a $theirs/service.sh /etc/keepalived/service.sh
		put_x b $theirs/service.sh /etc/keepalived/service.sh
	else
		vip=$net.3
		for h in a b; do
			put_x $h $theirs/001-check_web.sh /server/scripts/check_web.sh
			put_x $h $theirs/001-check_vip.sh /server/scripts/check_vip.sh
		done
	fi
	begin a; wait_until $W has_vip a $vip; begin b
	soon "$CASE: healthy is worth 50" $W logged a 'Changing effective priority from 150 to 200'
	served 'preferred' a $vip
	web_dies a
	served 'its web server died and was started again' a $vip
	never_master 'that' b
	web_breaks a
	served 'its web server cannot be started' b $vip
	soon "$CASE: the check stopped the daemon" $W gone a vrrpd
	web_mended a
	begin a
	# 001-check_vip.sh sees the other web server work while we hold the address, and stops us
	served 'mended' a $vip
	[ $CASE = bonus ] || soon "$CASE: the check stopped the other one" $W gone b vrrpd
	;;
002|unicast)
	if [ $CASE = 002 ]; then
		vip=192.168.100.150 d=/usr/libexec/keepalived check=$d/nginx-ha-check hand=$d/nginx-ha-manual-failover notify=$d/nginx-ha-notify
		for h in a b; do
			on $h mount -t tmpfs -o mode=755 libexec /usr/libexec || lab_cannot 'there is no /usr/libexec'
		done
	else
		vip=10.0.0.100 d=/usr/local/libexec check=$d/web-is-up hand=$d/not-by-hand notify=$d/notify
	fi
	for h in a b; do
		put_x $h $here/conf/web-is-up $check
		put_x $h $here/conf/not-by-hand $hand
		put_x $h $here/conf/notify $notify
	done
	begin a; begin b
	life a b $vip
	on a killall nginx
	served 'no web server' b $vip
	web a
	served 'web server again' a $vip
	on a touch /var/run/failover-by-hand
	served 'moved by hand' b $vip
	on a rm /var/run/failover-by-hand
	served 'and back' a $vip
	told() { on a grep -q "INSTANCE VI_1 $1" /tmp/notified; }
	for state in MASTER BACKUP STOP; do
		soon "$CASE: notified: $state" $W told $state
	done
	[ $CASE = 002 ] || same "$CASE: order of notifications" "$(on a tail -n 2 /tmp/notified | sed 's/ [0-9]*$//' | xargs)" 'to-master all INSTANCE VI_1 MASTER'
	mac=$(on a cat /sys/class/net/eth0/address)
	announced() { [ "$(frames c eth0 "ether src $mac and arp and ether broadcast and arp[24:4] == arp[14:4]" | wc -l)" -ge $1 ]; }
	had=$(frames c eth0 "ether src $mac and arp and ether broadcast and arp[24:4] == arp[14:4]" | wc -l)
	soon "$CASE: announced again and again" $W announced $((had + 4))
	same "$CASE: nothing goes to the group" "$(frames c eth0 'dst 224.0.0.18' | wc -l)" 0
	;;
004|fall)
	vip=$net.100
	if [ $CASE = fall ]; then
		put_x a $theirs/probe.sh /etc/keepalived/probe.sh
		put_x b $theirs/probe.sh /etc/keepalived/probe.sh
	else
		put_x a $theirs/004-chk_nginx.sh /etc/keepalived/chk_nginx.sh
		put_x b $theirs/004-chk_nginx.sh /etc/keepalived/chk_nginx.sh
	fi
	begin a; begin b
	life a b $vip
	had=$(log_count b 'Entering MASTER')
	web_dies a
	[ $CASE = 004 ] || web a
	served 'its web server died and was started again' a $vip
	same "$CASE: that was no failure" "$(log_count b 'Entering MASTER')" $had
	web_breaks a
	soon "$CASE: worth 5 less" $W logged a 'Changing effective priority from 101 to 96'
	served 'its web server cannot be started' b $vip
	web_mended a
	served 'mended' a $vip
	is "$CASE: without peers it is multicast" [ "$(frames c eth0 "src $net.$x and dst 224.0.0.18" | wc -l)" -gt 0 ]
	;;
esac
for h in a b; do
	same "$CASE: nothing refused on $h" "$(log_count $h 'ignored advert')" 0
done
finish
