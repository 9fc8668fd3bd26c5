#!/bin/sh
# uci.sh - /etc/config/keepalived as keepalived.conf, on standard output (POSIX shell with `local`, as busybox ash has it).
# For whoever has sourced functions.sh: vrrpd_conf prints the whole; vrrpd_enabled and vrrpd_alt_config answer the two
# questions that come before. What cannot be said in the file is told to vrrpd_warn. Sections refer to one another by their
# name option. Every boolean is one: '0', off, no and false mean no.
# shellcheck shell=dash disable=SC2034,SC2154	# config_get names the variables that it sets

vrrpd_warn() { logger -t vrrpd -p daemon.warning -- "$*"; }

vrrpd_enabled() {
	local on
	config_get_bool on globals enabled 1
	[ "$on" = 1 ]
}

vrrpd_alt_config() {
	local file
	config_get file globals alt_config_file
	[ -n "$file" ] && [ -e "$file" ] && echo "$file"
}

# One word of the file. What would end it or begin something else is taken out; blanks and comment signs want quotes.
word() {
	local w
	w=$(printf %s "$1" | tr -d '"\n\r')
	case $w in
	'' | *[!A-Za-z0-9_./:@%+,=~*-]*) printf '"%s"' "$w" ;;
	*) printf %s "$w" ;;
	esac
}

# A command: quoted when it is more than a word; its own quotes and backslashes stay what they are.
command_line() {
	case $1 in
	*[!A-Za-z0-9_./:@%+,=-]*) printf '"%s"' "$(printf %s "$1" | tr -d '\n\r' | sed 's/[\\"]/\\&/g')" ;;
	*) printf %s "$1" ;;
	esac
}

# SECTION INDENT OPTION...: "option value" for each that is given, on, or a list of flags
values() {
	local s="$1" in="$2" o v
	shift 2
	for o; do
		config_get v "$s" "$o"
		[ -z "$v" ] || printf '%s%s %s\n' "$in" "$o" "$(word "$v")"
	done
}

flags() {
	local s="$1" in="$2" o v
	shift 2
	for o; do
		config_get_bool v "$s" "$o" 0
		[ "$v" = 0 ] || printf '%s%s\n' "$in" "$o"
	done
}

# A kernel device for what the user wrote: a device, or a network of /etc/config/network.
device() {
	local dev="$1" found=
	[ -z "$dev" ] || [ -e "/sys/class/net/$dev" ] || network_get_device found "$dev" 2>/dev/null
	[ -n "$found" ] && [ "$found" != "$dev" ] && vrrpd_warn "network $dev is device $found"
	printf %s "${found:-$dev}"
}

# TYPE NAME FUNCTION [ARG...]: FUNCTION SECTION ARG... for the first section of the type whose name is that; false: none
with() {
	local with_type="$1" with_name="$2" with_found=
	shift 2
	config_foreach with_this "$with_type" "$with_name" "$@"
	[ -n "$with_found" ]
}
with_this() {
	local s="$1" want="$2" run="$3" name
	shift 3
	[ -z "$with_found" ] || return 0
	config_get name "$s" name
	[ "$name" = "$want" ] || return 0
	with_found=1
	"$run" "$s" "$@"
}

# SECTION OPTION FUNCTION [ARG...]: for each item of a list once, FUNCTION ITEM ARG...
each() {
	local each_seen=' ' s="$1" o="$2"
	shift 2
	config_list_foreach "$s" "$o" each_item "$@"
}
each_item() {
	local item="$1" run="$2"
	shift 2
	case $each_seen in *" $item "*) return 0 ;; esac
	each_seen="$each_seen$item "
	"$run" "$item" "$@"
}

# SECTION OPTION BLOCK FUNCTION: "BLOCK { ... }" when FUNCTION prints anything for the items of the list
block() {
	local body
	body=$(each "$1" "$2" "$4")
	[ -z "$body" ] || printf '\t%s {\n%s\n\t}\n' "$3" "$body"
}

plain() { printf '\t\t%s\n' "$(word "$1")"; }

address() { with ipaddress "$1" address_line || vrrpd_warn "no ipaddress is named $1"; }
address_line() {
	local addr dev scope suffix label=
	config_get addr "$1" address
	[ -n "$addr" ] || { vrrpd_warn "an ipaddress has no address"; return 0; }
	config_get dev "$1" device
	config_get scope "$1" scope
	config_get suffix "$1" label_suffix vip
	dev=$(device "$dev")
	if [ -n "$dev" ]; then
		case $addr in *:*) ;; *) label="$dev:$suffix" ;; esac	# IPv6 has no labels
		[ "${#label}" -le 15 ] || { vrrpd_warn "label $label is longer than 15 characters: left out"; label=; }
	fi
	printf '\t\t%s%s%s%s\n' "$(word "$addr")" "${dev:+ dev $(word "$dev")}" "${label:+ label $(word "$label")}" "${scope:+ scope $(word "$scope")}"
}

route() { with route "$1" route_line || vrrpd_warn "no route is named $1"; }
route_line() {
	local addr src gw dev table blackhole
	config_get addr "$1" address
	config_get src "$1" src_addr
	config_get gw "$1" gateway
	config_get dev "$1" device
	config_get table "$1" table
	config_get_bool blackhole "$1" blackhole 0
	[ -n "$addr" ] || { vrrpd_warn "a route has no address"; return 0; }
	if [ "$blackhole" = 1 ]; then
		printf '\t\tblackhole %s\n' "$(word "$addr")"
		return 0
	fi
	dev=$(device "$dev")
	if [ -z "$dev$src$gw" ]; then
		vrrpd_warn "route $addr has neither device nor gateway: left out"
		return 0
	fi
	printf '\t\t%s%s%s%s%s\n' "${src:+src $(word "$src") }" "$(word "$addr")" "${gw:+ via $(word "$gw")}" "${dev:+ dev $(word "$dev")}" \
		"${table:+ table $(word "$table")}"
}

track_link() { with track_interface "$1" track_link_line || vrrpd_warn "no track_interface is named $1"; }
track_link_line() {
	local dev weight
	config_get dev "$1" value
	config_get weight "$1" weight
	[ -z "$dev" ] || printf '\t\t%s%s\n' "$(word "$(device "$dev")")" "${weight:+ weight $(word "$weight")}"
}

track_run() { with vrrp_script "$1" track_run_line || vrrpd_warn "no vrrp_script is named $1"; }
track_run_line() {
	local name weight direction
	config_get name "$1" name
	config_get weight "$1" weight
	config_get direction "$1" direction
	printf '\t\t%s%s\n' "$(word "$name")" "${weight:+ weight $(word "$weight")${direction:+ $(word "$direction")}}"
}

track_peer() { with bfd_instance "$1" track_peer_line || vrrpd_warn "no bfd_instance is named $1"; }
track_peer_line() {
	local name weight
	config_get name "$1" name
	config_get weight "$1" weight
	printf '\t\t%s%s\n' "$(word "$name")" "${weight:+ weight $(word "$weight")}"
}

# The name of a peer section; an address works too.
peer() {
	with peer "$1" peer_line && return 0
	case $1 in
	*[!0-9.]*[!0-9a-fA-F:.]*) vrrpd_warn "no peer is named $1" ;;
	*[.:]*) plain "$1" ;;
	*) vrrpd_warn "no peer is named $1" ;;
	esac
}
peer_line() {
	local addr min max
	config_get addr "$1" address
	config_get min "$1" min_ttl
	config_get max "$1" max_ttl
	[ -z "$addr" ] || printf '\t\t%s%s%s\n' "$(word "$addr")" "${min:+ min_ttl $(word "$min")}" "${max:+ max_ttl $(word "$max")}"
}

# What /etc/hotplug.d/keepalived is told, in an environment with nothing else in it.
event() { printf '%s "/bin/busybox env -i ACTION=%s%s /sbin/hotplug-call keepalived"\n' "$1" "$2" "$3"; }
events() {
	local about state
	about=" TYPE=$1 NAME=$(printf %s "$2" | tr -d "\"'\\\\ \t")"
	for state in backup master fault stop; do
		[ "$1 $state" = 'GROUP stop' ] || printf '\t%s\n' "$(event "notify_$state" "NOTIFY_$(echo "$state" | tr '[:lower:]' '[:upper:]')" "$about")"
	done
	[ "$1" != GROUP ] || printf '\t%s\n' "$(event notify NOTIFY "$about")"
}

globals() {
	local mail
	printf 'global_defs {\n'
	mail=$(each globals notification_email plain)
	[ -z "$mail" ] || printf '\tnotification_email {\n%s\n\t}\n' "$mail"
	values globals '	' notification_email_from smtp_server smtp_connect_timeout router_id vrrp_mcast_group4 vrrp_mcast_group6 vrrp_startup_delay
	printf '\tscript_user root\n\tenable_script_security\n\tprocess_names\n'
	printf '\t%s\n\tstartup_script_timeout 10\n' "$(event startup_script startup '')"
	printf '\t%s\n\tshutdown_script_timeout 10\n}\n\n' "$(event shutdown_script shutdown '')"
}

# BLOCK OPTION TYPE FUNCTION: the addresses and routes that stay
always() {
	local body
	body=$(config_foreach always_one "$1" "$2" "$3")
	[ -z "$body" ] || printf '%s {\n%s\n}\n\n' "$1" "$body"
}
always_one() { each "$1" "$2" "$3"; }

delays() {
	local body
	body=$(config_foreach delay interface_up_down_delays)
	[ -z "$body" ] || printf 'interface_up_down_delays {\n%s\n}\n\n' "$body"
}
delay() {
	local dev down up
	config_get dev "$1" device
	config_get down "$1" down_delay
	config_get up "$1" up_delay
	if [ -n "$dev" ] && [ -n "$down" ]; then
		printf '\t%s %s%s\n' "$(word "$(device "$dev")")" "$(word "$down")" "${up:+ $(word "$up")}"
	fi
}

script() {
	local name run
	config_get name "$1" name
	config_get run "$1" script
	if [ -z "$name" ] || [ -z "$run" ]; then
		vrrpd_warn "vrrp_script ${name:-without name}: name and script are both wanted"
		return 0
	fi
	printf 'vrrp_script %s {\n\tscript %s\n' "$(word "$name")" "$(command_line "$run")"
	values "$1" '	' interval weight fall rise timeout
	printf '}\n\n'
}

bfd() {
	local name
	config_get name "$1" name
	[ -n "$name" ] || return 0
	printf 'bfd_instance %s {\n' "$(word "$name")"
	values "$1" '	' neighbor_ip source_ip min_rx min_tx idle_tx hoplimit max_hops
	printf '}\n\n'
}

member() { with vrrp_instance "$1" member_line "$1" || vrrpd_warn "group member $1 does not exist"; }
member_line() { plain "$2"; }

group() {
	local name members
	config_get name "$1" name
	[ -n "$name" ] || return 0
	members=$(each "$1" group member)
	if [ -z "$members" ]; then
		vrrpd_warn "vrrp_sync_group $name has no members: left out"
		return 0
	fi
	printf 'vrrp_sync_group %s {\n\tgroup {\n%s\n\t}\n' "$(word "$name")" "$members"
	block "$1" track_script track_script track_run
	flags "$1" '	' smtp_alert global_tracking
	events GROUP "$name"
	printf '}\n\n'
}

instance() {
	local name dev type pass
	config_get name "$1" name
	if [ -z "$name" ]; then
		vrrpd_warn "a vrrp_instance without name: left out"
		return 0
	fi
	config_get dev "$1" interface
	printf 'vrrp_instance %s {\n' "$(word "$name")"
	[ -z "$dev" ] || printf '\tinterface %s\n' "$(word "$(device "$dev")")"
	values "$1" '	' state virtual_router_id priority version advert_int mcast_src_ip unicast_src_ip preempt_delay debug \
		garp_master_delay garp_master_refresh garp_master_repeat garp_master_refresh_repeat lvs_sync_daemon_interface
	flags "$1" '	' use_vmac vmac_xmit_base native_ipv6 accept no_accept nopreempt dont_track_primary smtp_alert
	config_get type "$1" auth_type
	config_get pass "$1" auth_pass
	if [ -n "$type" ] && [ -n "$pass" ]; then
		printf '\tauthentication {\n\t\tauth_type %s\n\t\tauth_pass %s\n\t}\n' "$(word "$type")" "$(word "$pass")"
	fi
	block "$1" virtual_ipaddress virtual_ipaddress address
	block "$1" virtual_ipaddress_excluded virtual_ipaddress_excluded address
	block "$1" virtual_routes virtual_routes route
	block "$1" track_interface track_interface track_link
	block "$1" track_script track_script track_run
	block "$1" track_bfd track_bfd track_peer
	block "$1" unicast_peer unicast_peer peer
	events INSTANCE "$name"
	printf '}\n\n'
}

lvs() { vrrpd_warn "$1: virtual servers need keepalived with LVS: left out"; }

vrrpd_conf() {
	local poll
	printf '! made from /etc/config/keepalived: change that file\n\n'
	config_get_bool poll globals linkbeat_use_polling 0
	[ "$poll" = 0 ] || printf 'linkbeat_use_polling\n\n'
	globals
	always static_ipaddress address address
	always static_routes route route
	delays
	config_foreach script vrrp_script
	config_foreach bfd bfd_instance
	config_foreach group vrrp_sync_group
	config_foreach instance vrrp_instance
	config_foreach lvs virtual_server
}
