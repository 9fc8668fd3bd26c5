#!/bin/sh
# Run once by hand where VRRP comes in by a zone that rejects input (WAN): sh firewall.sh wan 192.0.2.2
# The number 112, never the name: musl does not know it, and one unknown name keeps the whole firewall from loading.
zone=${1:?zone} peer=${2:?address of the peer}
uci -q batch <<EOF
set firewall.vrrp=rule
set firewall.vrrp.name=Allow-VRRP
set firewall.vrrp.src=$zone
set firewall.vrrp.src_ip=$peer
set firewall.vrrp.proto=112
set firewall.vrrp.target=ACCEPT
commit firewall
EOF
/etc/init.d/firewall reload
