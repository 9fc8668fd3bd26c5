# shellcheck shell=dash
# jshn.sh - stands in for libubox's: just enough to print what the rpcd plugin builds
json_init() { json='{' json_comma=; }
json_sep() { json="$json$json_comma"; json_comma=,; }
json_add_array() { json_sep; json="$json\"$1\":["; json_comma=; }
json_close_array() { json="$json]"; json_comma=,; }
json_add_object() { json_sep; json="$json{"; json_comma=; }
json_close_object() { json="$json}"; json_comma=,; }
json_add_string() { json_sep; json="$json\"$1\":\"$2\""; }
json_add_int() { json_sep; json="$json\"$1\":$2"; }
json_dump() { echo "$json}"; }
