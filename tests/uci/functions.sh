# shellcheck shell=dash disable=SC2034	# whoever sources it reads them
# functions.sh - stands in for OpenWrt's: the part of /lib/functions.sh, network.sh and logger that uci.sh calls, over a file in
# $UCI_DIR. Lists hold their items one a line.

config_load() {
	config_count=0 config_sections=
	[ -e "$UCI_DIR/$1" ] || return 1
	eval "$(awk -v q="'" '
		function quote(s) { gsub(q, q "\\" q q, s); return q s q }
		function value(s) { sub(/^[^ \t]+[ \t]+[^ \t]+[ \t]*/, "", s); c = substr(s, 1, 1)
			if (c == q || c == "\"") { s = substr(s, 2); s = substr(s, 1, index(s, c) - 1) } return s }
		function name(s) { gsub(/[^A-Za-z0-9_]/, "", s); return s }
		/^[ \t]*(#|$)/ { next }
		{ line = $0; sub(/^[ \t]+/, "", line) }
		$1 == "config" { s = $3 == "" ? "cfg" ++n : name($3); print "config_section " name($2) " " s }
		$1 == "option" { print "uci_" s "_" name($2) "=" quote(value(line)) }
		$1 == "list" { v = "uci_" s "_" name($2); print v "=\"${" v ":+$" v "\n}\"" quote(value(line)) }
	' "$UCI_DIR/$1")"
}
config_section() { config_sections="$config_sections $1:$2"; }

config_get() {
	eval "config_value=\${uci_$2_$3:-}"
	[ -n "$config_value" ] || config_value=${4:-}
	eval "$1=\$config_value"
}

config_get_bool() {
	config_get "$@"
	case $config_value in
	1 | on | true | yes | enabled) eval "$1=1" ;;
	0 | off | false | no | disabled) eval "$1=0" ;;
	*) eval "$1=\${4:-0}" ;;
	esac
}

config_foreach() {
	local run="$1" type="$2" s
	shift 2
	for s in $config_sections; do
		[ "${s%%:*}" != "$type" ] || "$run" "${s#*:}" "$@"
	done
}

config_list_foreach() {
	local s="$1" o="$2" run="$3" item rest
	shift 3
	config_get rest "$s" "$o"
	while [ -n "$rest" ]; do
		item=${rest%%"
"*}
		case $rest in *"
"*) rest=${rest#*"
"} ;; *) rest= ;; esac
		"$run" "$item" "$@"
	done
}

network_get_device() {
	case $2 in
	lan) eval "$1=br-lan" ;;
	wan) eval "$1=eth1" ;;
	*) return 1 ;;
	esac
}

logger() {
	shift 4
	[ "${1:-}" != -- ] || shift
	if [ $# = 0 ]; then cat >&2; else echo "$*" >&2; fi
}
