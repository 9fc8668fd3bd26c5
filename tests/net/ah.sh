#!/bin/sh
# ah.sh - version 2 with an authentication header: take-over, restart, replay, another key, another type.
. "${0%/*}/lib.sh"

ah_conf() {	# HOST PRIO KEY [LINE...]
	ah_host=$1 ah_prio=$2 ah_key=$3
	shift 3
	{
		printf 'vrrp_instance VI_1 {\n\tinterface eth0\n\tvirtual_router_id 51\n\tpriority %s\n\tadvert_int 1\n' "$ah_prio"
		[ $# = 0 ] || printf '\t%s\n' "$@"
		printf '\tauthentication {\n\t\tauth_type AH\n\t\tauth_pass %s\n\t}\n' "$ah_key"
		printf '\tvirtual_ipaddress {\n\t\t%s/24\n\t}\n}\n' $VIP
	} >"$LAB/$ah_host.conf"
}
counter() { on "$1" "$LAB/bin/vrrp-state" -m | grep -F "\"$2\"" | grep -F instance= | grep -o '[0-9]*$'; }
counted() { [ "$(counter "$1" "$2")" -gt "${3:-0}" ] 2>/dev/null; }
seqs() { frames tap eth0 'ip proto 51' | sed 's/.*seq=\([0-9a-fx]*\).*/\1/'; }
rising() { seqs | while read -r s; do s=$((s)); [ "$s" -gt "${last:-0}" ] || echo "$s after $last"; last=$s; done; }

host a eth0=10.9.0.1/24
host b eth0=10.9.0.2/24
host tap eth0=10.9.0.9/24
ln -s vrrpd $LAB/bin/vrrp-state
capture tap eth0

ah_conf a 200 s3cret 'state MASTER'
ah_conf b 100 s3cret
start_vrrpd a "$LAB/a.conf"
start_vrrpd b "$LAB/b.conf"
is 'state MASTER is cleared' logged a 'state: (VI_1) MASTER does not go with AH'
soon 'master' 8 has_vip a
wait_until 2 test "$(frames tap eth0 'ip proto 51' | wc -l)" -ge 3
is 'the other hears it' no_log b 'ignored advert'
is 'and stays BACKUP' no_vip b
is 'on the wire' sh -c "tcpdump -n -r $LAB/tap/eth0.pcap 2>/dev/null | grep -q 'AH(spi=0x0a090001.*VRRPv2.*prio 200, authtype ah'"
is 'no plain advert' test -z "$(frames tap eth0 'ip proto 112')"
end a vrrpd
soon 'take-over when it leaves' 3 has_vip b
start_vrrpd a "$LAB/a.conf"
soon 'back: its number goes on' 8 sole_master a b
same 'numbers only rise' "$(rising)" ''
is 'nothing was refused' no_log b 'ignored advert'
is 'vrrp-dump names it' sh -c "$LAB/bin/vrrpd --help >/dev/null 2>&1; ln -sf vrrpd $LAB/bin/vrrp-dump; $LAB/bin/vrrp-dump -r $LAB/tap/eth0.pcap | grep -q 'AH'"
is 'vrrp-dump --diagnose takes its own key' sh -c "! nsenter -t $(cat "$LAB/b/init") -n $LAB/bin/vrrp-dump -i eth0 --diagnose -f $LAB/b.conf 3 | grep -i 'password\|authentication'"

# a replay: frames of before, again
cat >"$LAB/again.py" <<'PY'
import struct, socket, sys, time
f = open(sys.argv[1], 'rb').read()
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(('eth0', 0))
at, n = 24, 0
while at < len(f) and n < 3:
	size = struct.unpack('<I', f[at + 8:at + 12])[0]
	frame = f[at + 16:at + 16 + size]
	at += 16 + size
	if frame[12:14] == b'\x08\0' and frame[23] == 51:
		s.send(frame); n += 1
		time.sleep(0.05)
PY
net tap python3 "$LAB/again.py" "$LAB/tap/eth0.pcap"
soon 'a replay is refused' 2 counted b auth_replay
is 'and told' logged b 'its number was heard before'
ah_conf b 100 wrong
hit b vrrpd HUP
soon 'another key: refused' 5 counted b auth_failure
soon 'both are master then' 8 has_vip b
end b vrrpd
conf b 100 'version 2' 'authentication {
auth_type PASS
auth_pass s3cret
}'
sed -i 's/advert_int 0.1/advert_int 1/' "$LAB/b.conf"
start_vrrpd b "$LAB/b.conf"
soon 'plain adverts are another type' 8 counted a authtype_mismatch
end b vrrpd
end a vrrpd

finish
