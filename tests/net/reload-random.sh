#!/bin/sh
# reload-random.sh - 200 reloads of configurations made at random: masters stay masters and keep their rhythm, nobody resigns,
# the kernel has the addresses of each configuration and no others. SEED= chooses others.
# timeout: 300
# shellcheck disable=SC2086,SC2317	# words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

command -v python3 >/dev/null || lab_cannot 'the command python3 is missing'
py=${LAB_PY:-${0%/*}}/reload-random.py
n=${RELOADS:-200}
seed=${SEED:-1}
host r1 eth0=10.9.0.1/16
host r2 eth0=10.9.0.2/16
mkdir $LAB/conf
python3 $py $seed $n $LAB/conf || lab_cannot 'no configurations'
python3 - >$LAB/r2.conf <<'END'
for vrid in (1, 2, 3):
    print(f"vrrp_instance V{vrid} {{\n interface eth0\n version 3\n virtual_router_id {vrid}\n priority 50\n advert_int 0.1\n"
          f" v3_checksum auto\n virtual_ipaddress {{\n  10.9.{100 + vrid}.1\n }}\n}}")
END

have() { net r1 ip -o -4 addr show dev eth0 | sed -n 's/.* inet \(10\.9\.1[0-9]*\.[0-9]*\)\/.*/\1/p' | sort >$LAB/have; cmp -s $LAB/have $LAB/want; }
reloaded() { [ "$(log_count r1 'reloaded ')" -ge "$1" ]; }

cp $LAB/conf/0.conf $LAB/r1.conf
start_vrrpd r1 $LAB/r1.conf -D
cp $LAB/conf/0.addr $LAB/want
soon 'the first configuration' 20 have
start_vrrpd r2 $LAB/r2.conf
capture r2 eth0
k=1
bad=
while [ $k -lt $n ]; do
	cp $LAB/conf/$k.conf $LAB/r1.conf
	sort $LAB/conf/$k.addr >$LAB/want
	hit r1 vrrpd HUP
	wait_until 10 reloaded $k || { bad="reload $k is not done"; break; }
	# a new instance waits for its master-down time before it is master
	wait_until 10 have || { bad="after reload $k (seed $seed): $(diff $LAB/have $LAB/want | grep '^[<>]' | head -n 3 | tr '\n' ' ')"; break; }
	k=$((k + 1))
done
same "$n reloads: each time the addresses of the configuration" "$bad" ''
hit r2 tcpdump-eth0 INT
frames r2 eth0 -tt 'ip proto 112' >$LAB/adverts
python3 $py look $LAB/adverts >$LAB/look
sed 's/^/# router, adverts, later than 1.5 intervals, resignations, largest gap in ms: /' $LAB/look
same 'three routers were there all the time' "$(awk '$2 > 30 { n++ } END { print n + 0 }' $LAB/look)" 3
same 'nobody resigned' "$(awk '{ n += $4 } END { print n + 0 }' $LAB/look)" 0
# a stalled machine may delay one; a reload that forgets a timer delays many
same 'adverts keep their rhythm (at most one in 200 is late)' "$(awk '$3 * 200 > $2 { print }' $LAB/look)" ''
for v in V1 V2 V3; do
	same "$v became master once" "$(log_count r1 "($v) Entering MASTER STATE")" 1
	same "$v never was anything else after it" "$(sed -n "/($v) Entering MASTER/,\$p" $LAB/r1/vrrpd.log | grep -c "($v) Entering [BF]")" 0
	same "$v: the backup never rose" "$(log_count r2 "($v) Entering MASTER STATE")" 0
done
same 'memory: no descriptor is left open by reloads' "$(on r1 ls /proc/"$(cat $LAB/r1/vrrpd.pid)"/fd | wc -l | awk '{ print ($1 < 40) }')" 1
end r1 vrrpd
finish
