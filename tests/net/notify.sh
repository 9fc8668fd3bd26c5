#!/bin/sh
# notify.sh - the outside is told: exact words, one script at a time, the latest state wins.
# shellcheck disable=SC2016,SC2086,SC2317	# for the hosts' shells; words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"

host r1 eth0=10.9.0.1/24
host r2 eth0=10.9.0.2/24
told=$LAB/r1/told

# tells what it was called with, what it finds, and who it is
cat >$LAB/tell <<EOF2
#!/bin/sh
addr=off
ip -o addr show to $VIP | grep -q . && addr=on
state=\$(sed -n 's/^STATE=//p' /run/vrrpd/VI_1.state 2>/dev/null)
for a; do printf '[%s]' "\$a"; done >>$told
echo " \$# \$addr \${state:-none} \$(id -un) \${IFS_SEEN:-} \$(pwd)" >>$told
EOF2
chmod +x $LAB/tell
has_told() { grep -qxF -e "$1" $told; }
all_told() { [ "$(wc -l <$told)" = "$1" ]; }

: >$told
chmod 666 $told
conf r1 150 "notify $LAB/tell" "notify_master \"$LAB/tell to-master 'two words'\"" "notify_backup $LAB/tell" \
	"notify_fault \"$LAB/tell to-fault\" nobody" "notify_stop \"$LAB/tell to-stop\""
start_vrrpd r1 $LAB/r1.conf
soon 'start: four are told' 20 all_told 4
same 'BACKUP: notify_backup gets no words' "$(sed -n 1p $told)" ' 0 off BACKUP root  /'
same 'BACKUP: notify gets four' "$(sed -n 2p $told)" '[INSTANCE][VI_1][BACKUP][150] 4 off BACKUP root  /'
same 'MASTER: notify_master gets its own, the address is set' "$(sed -n 3p $told)" \
	'[to-master][two words] 2 on MASTER root  /'
same 'MASTER: notify' "$(sed -n 4p $told)" '[INSTANCE][VI_1][MASTER][150] 4 on MASTER root  /'
: >$told
cable r1 out
soon 'FAULT: two are told' 20 all_told 2
same 'FAULT: its own user' "$(sed -n 1p $told)" '[to-fault] 1 off FAULT nobody  /'
same 'FAULT: notify' "$(sed -n 2p $told)" '[INSTANCE][VI_1][FAULT][150] 4 off FAULT root  /'
cable r1 in
soon 'MASTER again: four more are told' 20 all_told 6
: >$told
end r1 vrrpd
same 'stop: told before it ends, addresses off' "$(cat $told)" \
	"[to-stop] 1 off none root  /
[INSTANCE][VI_1][STOP][150] 4 off none root  /"

# slow scripts and quick changes: never two at once, never a stale last word
cat >$LAB/slow <<EOF2
#!/bin/sh
echo begin \$3 >>$told
sleep 0.7
echo end \$3 >>$told
EOF2
chmod +x $LAB/slow
conf r1 150 "notify $LAB/slow"
: >$told
forget r1
start_vrrpd r1 $LAB/r1.conf
has_begun() { grep -qx "begin $1" $told; }
soon 'slow: MASTER is being told' 20 has_begun MASTER
for _ in 1 2 3; do
	net r1 ip link set eth0 down
	net r1 ip link set eth0 up
	wait_until 20 has_vip r1
done
last_is() { [ "$(tail -n 1 $told)" = "$1" ]; }
net r1 ip link set eth0 down
soon 'slow: the last word is the last state' 30 last_is 'end FAULT'
same 'slow: one at a time' "$(awk 'NR % 2 ? $1 != "begin" : $1 != "end" || $2 != was { bad++ } { was = $2 } END { print bad + 0 }' $told)" 0
is 'slow: what was left out is said' logged r1 'is newer'
is 'slow: fewer told than changed' [ "$(wc -l <$told)" -lt 16 ]
net r1 ip link set eth0 up
end r1 vrrpd

# taken out by a reload and brought back while its script runs: the newcomer's wait for it
conf r1 150 "notify $LAB/slow"
sed -i 's/0.7/1.5/' $LAB/slow
{ sed '/^vrrp_instance/,$d' $LAB/r1.conf; echo 'vrrp_instance OTHER {'; sed '1,/^vrrp_instance/d; s/router_id 51/router_id 52/; s/10.9.0.100/10.9.0.101/; /notify/d' $LAB/r1.conf; } >$LAB/other
cp $LAB/r1.conf $LAB/mine
: >$told
forget r1
start_vrrpd r1 $LAB/r1.conf
soon 'brought back: MASTER is being told' 20 has_begun MASTER
reloaded() { [ "$(log_count r1 'reloaded ')" = "$1" ]; }
cp $LAB/other $LAB/r1.conf
hit r1 vrrpd HUP
wait_until 10 reloaded 1
cp $LAB/mine $LAB/r1.conf
hit r1 vrrpd HUP
wait_until 10 reloaded 2
masters() { [ "$(grep -c '^end MASTER' $told)" -ge 2 ]; }
soon 'brought back: it is told too' 30 masters
same 'brought back: one at a time' "$(awk '{ if ($1 == "begin" && open++) bad++; if ($1 == "end") open-- } END { print bad + 0 }' $told)" 0
cp $LAB/other $LAB/r1.conf		# and what waits when it leaves is not lost
hit r1 vrrpd HUP
wait_until 10 reloaded 3
end r1 vrrpd
sed -i 's/1.5/0.7/' $LAB/slow

# what cannot run, what prints, what does not end
conf r1 150 "notify_master $LAB/nowhere" 'notify_backup "/bin/sh -c \"yes | head -c 3000000; exit 3\""' \
	'notify_stop "/bin/sh -c \"trap : TERM; while :; do sleep 1; done\""'
forget r1
start_vrrpd r1 $LAB/r1.conf
soon 'a script that is not there: MASTER all the same' 20 has_vip r1
soon 'a script that is not there: said' 20 logged r1 "cannot run notify script $LAB/nowhere: No such file or directory"
soon 'a script that prints and fails: said' 20 logged r1 'notify script for BACKUP: exited with status 3'
now_cs
began=$now_cs
end r1 vrrpd
now_cs
is 'a stop script that does not end: we do, in time' [ $((now_cs - began)) -lt 200 ]
is 'a stop script that does not end: no address' no_vip r1
finish
