#!/bin/sh
# fifo.sh - notify_fifo and vrrp_notify_fifo: exact lines in the order of the changes, readers started, restarted and ended,
# nothing of anybody else's touched, slow readers counted.
# timeout: 120
# shellcheck disable=SC2016,SC2086,SC2317	# for the hosts' shells; words without blanks; called by name
# shellcheck source=tests/net/lib.sh
. "${0%/*}/lib.sh"
command -v python3 >/dev/null || lab_cannot 'the command python3 is missing'

host r1 eth0=10.9.0.1/24
host r2 eth0=10.9.0.2/24
lines=$LAB/r1/lines
cat >$LAB/reader <<E
#!/bin/sh
echo "start \$*" >>$LAB/r1/readers
trap 'echo term >>$LAB/r1/readers; exit' TERM
while IFS= read -r line; do echo "\$line" >>$lines; done <"\$3"
echo eof >>$LAB/r1/readers
E
chmod +x $LAB/reader
: >$lines
has_lines() { [ "$(wc -l <$lines)" -ge "$1" ]; }
readers() { [ "$(grep -c "$1" $LAB/r1/readers)" = "$2" ]; }
second() {	# vrid priority line...
	printf 'vrrp_instance VI_%s {\n\tinterface eth0\n\tvirtual_router_id %s\n\tpriority %s\n\tadvert_int 0.1\n' $1 $1 $2
	printf '\tversion 3\n\tvirtual_ipaddress {\n\t\t10.9.0.2%s\n\t}\n' $1
	shift 2
	printf '\t%s\n' "$@" '}'
}
fifos="vrrp_notify_fifo /run/v.fifo
	vrrp_notify_fifo_script \"$LAB/reader one 'two words'\"
	notify_fifo /run/n.fifo nobody
	vrrp_notify_priority_changes
	script_user root"
CONF_TOP="global_defs {
	$fifos
}
vrrp_script chk {
	script \"/bin/test ! -e /tmp/flag\"
	interval 1
	weight -20
}"
conf r1 150 'track_script {' chk '}' 'notify_deleted'
on r1 sh -c 'mkfifo -m 600 /run/late'
start_vrrpd r1 $LAB/r1.conf
soon 'start: BACKUP and MASTER are told' 20 has_lines 2
same 'start: exact lines' "$(cat $lines)" 'INSTANCE "VI_1" BACKUP 150
INSTANCE "VI_1" MASTER 150'
same 'the reader gets its words and the name' "$(head -n 1 $LAB/r1/readers)" 'start one two words /run/v.fifo'
same 'made readable, ours' "$(on r1 stat -c '%a %U %F' /run/v.fifo)" '644 root fifo'
same 'and one of the named owner' "$(on r1 stat -c '%a %U %F' /run/n.fifo)" '644 nobody fifo'
: >$lines
on r1 touch /tmp/flag
soon 'a priority change is told' 20 has_lines 1
same 'as MASTER_PRIORITY' "$(cat $lines)" 'INSTANCE "VI_1" MASTER_PRIORITY 130'
on r1 rm /tmp/flag
soon 'and back' 20 has_lines 2
: >$lines
cable r1 out
soon 'FAULT' 20 has_lines 1
cable r1 in
soon 'and MASTER again' 20 has_lines 3
same 'a link that went and came' "$(cat $lines)" 'INSTANCE "VI_1" FAULT 150
INSTANCE "VI_1" BACKUP 150
INSTANCE "VI_1" MASTER 150'

# nobody read the other one: all is still in it
on r1 sh -c 'exec 3<>/run/n.fifo; for i in 1 2 3 4 5 6 7; do IFS= read -r l <&3; echo "$l"; done' >$LAB/r1/late
same 'a reader who comes late reads everything' "$(cat $LAB/r1/late)" 'INSTANCE "VI_1" BACKUP 150
INSTANCE "VI_1" MASTER 150
INSTANCE "VI_1" MASTER_PRIORITY 130
INSTANCE "VI_1" MASTER_PRIORITY 150
INSTANCE "VI_1" FAULT 150
INSTANCE "VI_1" BACKUP 150
INSTANCE "VI_1" MASTER 150'

# reload: a reader that is the same goes on, one that is not is ended and started; nothing is told that did not change
reloads() { [ "$(log_count r1 'reloaded ')" -ge $1 ]; }
: >$lines
hit r1 vrrpd HUP
soon 'reload' 20 reloads 1
is 'reload: the reader goes on' readers start 1
sed -i 's/two words/2 words/' $LAB/r1.conf
CONF_TOP=$(echo "$CONF_TOP" | sed 's/two words/2 words/')
hit r1 vrrpd HUP
soon 'reload: another command ends the reader' 20 readers term 1
soon 'reload: and starts the new one' 20 readers "2 words" 1
on r1 sh -c 'kill $(pgrep -f "^/bin/sh /run/lab/reader")'
soon 'a reader that ends is said' 20 logged r1 'the reader of /run/v.fifo ended'
hit r1 vrrpd HUP
soon 'reload: and started again' 20 readers start 3
second 2 200 notify_deleted >>$LAB/r1.conf
hit r1 vrrpd HUP
soon 'reload: a new instance speaks' 20 has_lines 2
same 'and only that one' "$(cat $lines)" 'INSTANCE "VI_2" BACKUP 200
INSTANCE "VI_2" MASTER 200'
: >$lines
conf r1 150 'track_script {' chk '}' 'notify_deleted'
second 3 100 "notify_master_rx_lower_pri \"$LAB/lower\"" >>$LAB/r1.conf
printf '#!/bin/sh\necho "lower $#" >>%s\n' $LAB/r1/lower >$LAB/lower
chmod +x $LAB/lower
hit r1 vrrpd HUP
soon 'reload: one goes, one comes' 20 has_lines 3
same 'the one that went is DELETED' "$(grep -c '^INSTANCE "VI_2" DELETED 200$' $lines) $(grep -c VI_2 $lines)" '1 1'

# a lower master speaks up: told, with its script, not more often than it should
: >$lines
soon 'MASTER' 20 has_vip r1 10.9.0.23
second 3 50 'preempt_delay 0' >$LAB/r2.conf
python3 - >$LAB/r2/lower.py <<'E'
print('''
import socket, struct, time
def csum(b):
    s = sum(struct.unpack('!%dH' % (len(b) // 2), b))
    while s >> 16: s = (s & 0xffff) + (s >> 16)
    return ~s & 0xffff
m = bytes([0x31, 3, 50, 1]) + struct.pack('!HH', 10, 0) + socket.inet_aton('10.9.0.23')
p = socket.inet_aton('10.9.0.2') + socket.inet_aton('224.0.0.18') + struct.pack('!HH', 112, len(m))
m = m[:6] + struct.pack('!H', csum(p + m)) + m[8:]
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 112)
s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton('10.9.0.2'))
for i in range(500):
    s.sendto(m, ('224.0.0.18', 0))
    time.sleep(0.001)
''')
E
on r2 python3 $LAB/r2/lower.py
told_lower() { grep -q 'INSTANCE "VI_3" MASTER_RX_LOWER_PRI 100' $lines && [ -s $LAB/r1/lower ]; }
soon 'a lower advert is told' 20 told_lower
same 'its script gets no words' "$(sort -u $LAB/r1/lower)" 'lower 0'
is 'five hundred of them are a few lines' [ "$(grep -c LOWER $lines)" -le 15 ]

# states after a reload when wanted
sed -i 's/^global_defs {/&\n\tfifo_write_vrrp_states_on_reload/' $LAB/r1.conf
: >$lines
hit r1 vrrpd HUP
soon 'reload: all states when wanted' 20 has_lines 2
same 'each once' "$(sort $lines)" 'INSTANCE "VI_1" MASTER 150
INSTANCE "VI_3" MASTER 100'

# the end
end r1 vrrpd
same 'stop is told' "$(sort $lines | grep STOP)" 'INSTANCE "VI_1" STOP 150
INSTANCE "VI_3" STOP 100'
same 'what was made is removed' "$(on r1 sh -c 'ls /run | grep fifo')" ''
is 'the reader saw the end' readers eof 1

# what is there already, and is not ours
on r1 sh -c 'echo mine >/run/v.fifo; echo mine >/etc/other; ln -s /etc/other /run/n.fifo'
forget r1
start_vrrpd r1 $LAB/r1.conf
soon 'MASTER all the same' 20 has_vip r1
is 'a file is refused' logged r1 'cannot use the FIFO /run/v.fifo: it is there, and no FIFO of ours'
is 'a link is refused' logged r1 'cannot use the FIFO /run/n.fifo: it is there, and no FIFO of ours'
end r1 vrrpd
same 'and they are as they were' "$(on r1 sh -c 'cat /run/v.fifo /etc/other; readlink /run/n.fifo' | xargs)" 'mine mine /etc/other'
on r1 sh -c 'rm /run/v.fifo /run/n.fifo; mkfifo -m 600 /run/v.fifo'
start_vrrpd r1 $LAB/r1.conf
soon 'MASTER' 20 has_vip r1
end r1 vrrpd
same 'a FIFO of ours that was there is used, and stays' "$(on r1 stat -c '%a %F' /run/v.fifo)" '600 fifo'

# nobody reads: the queue has an end, it is said once, and no advert waits for it
CONF_TOP='global_defs {
	notify_fifo /run/n.fifo
	fifo_write_vrrp_states_on_reload
}'
conf r1 150
python3 - >>$LAB/r1.conf <<'E'
for i in range(1, 251):
    print('vrrp_instance %s%d {\n interface eth0\n virtual_router_id %d\n version 3\n virtual_ipaddress {\n  10.78.0.%d\n }\n}' % ('N' * 300, i, i if i < 51 else i + 1, i))
E
forget r1
start_vrrpd r1 $LAB/r1.conf
soon '251 instances' 30 has_vip r1
for n in 1 2 3 4 5; do
	hit r1 vrrpd HUP
	wait_until 30 reloads $n
done
soon 'a full FIFO is said' 20 logged r1 'lines lost so far'
same 'once' "$(log_count r1 'lines lost so far')" 1
on r1 sh -c 'timeout 2 cat /run/n.fifo' >$LAB/r1/full
same 'what is in it is whole' "$(grep -cvE '^INSTANCE "(VI_1|N{300}[0-9]+)" (BACKUP|MASTER) [0-9]+$' $LAB/r1/full)" 0
end r1 vrrpd
finish
