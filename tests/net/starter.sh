#!/bin/sh
# starter.sh - a newcomer answers the questions of vrrpd --init and follows the last line that it prints, on both machines.
# timeout: 60
. "${0%/*}/lib.sh"

host r1 eth0=10.0.0.1/24
host r2 eth0=10.0.0.2/24
ln -s vrrpd $LAB/bin/vrrp-state
cp "$(command -v sleep)" $LAB/bin/newsd
# shellcheck disable=SC2034 # of lib.sh
VIP=10.0.0.10

# the first question has its answer in brackets: the one address that the machine has
printf '\n10.0.0.2\n10.0.0.10\nnewsd\n' >$LAB/answers
on r1 sh -c "$VRRPD --init <$LAB/answers" >$LAB/both 2>$LAB/asked
same 'answered' $? 0
is 'its own address is offered' grep -qF '[10.0.0.1]' $LAB/asked
sed -n '/^# -----/q; p' $LAB/both | on r1 tee /etc/vrrpd.conf >/dev/null
sed '1,/^# -----/d' $LAB/both | on r2 tee /etc/vrrpd.conf >/dev/null
bg r1 service $LAB/bin/newsd 600
bg r2 service $LAB/bin/newsd 600
for h in r1 r2; do
	same "$h: the configuration is fine" "$(on $h $VRRPD -t >$LAB/$h/said 2>&1; echo $?) $(cat $LAB/$h/said)" '0 '
	same "$h: it starts" "$(on $h $VRRPD >/dev/null 2>&1 </dev/null; echo $?)" 0
done
state() { on "$1" $LAB/bin/vrrp-state site 2>/dev/null; }
is_now() { [ "$(state "$1")" = "$2" ]; }
soon 'the first machine has the address' 20 is_now r1 MASTER
soon 'the other one waits' 20 is_now r2 BACKUP
is 'it is there' has_vip r1
end r1 service
soon 'its service dies: the other one has it' 20 is_now r2 MASTER
soon 'the address moved' 10 has_vip r2
soon 'and is gone here' 10 no_vip r1
bg r1 service $LAB/bin/newsd 600
soon 'the service is back: the address too' 20 is_now r1 MASTER
for h in r1 r2; do
	on $h sh -c 'kill "$(cat /run/vrrpd/vrrpd.pid)"'
done
soon 'stopped: no address' 10 no_vip r1
finish
