#!/bin/sh
# fetch.sh SUITE ARCH DIR PACKAGE... - unpacks Debian packages of any architecture below DIR; nothing is installed.
# src:PACKAGE leaves the archives of its source in DIR. A package named linux-image-FLAVOUR stands for the kernel that it depends on. DIR/.PACKAGE marks what is there already.
# Private apt state: nothing of the machine's own changes, and the mirror is the machine's own.
set -eu
[ $# -ge 4 ] || { echo 'usage: fetch.sh SUITE ARCH DIR PACKAGE...' >&2; exit 2; }
suite=$1 arch=$2
mkdir -p "$3"
dir=$(cd "$3" && pwd)
shift 3

wanted=
for p; do
	[ -e "$dir/.$p" ] || wanted="$wanted $p"
done
[ "$wanted" ] || exit 0
[ "$(command -v apt-get)" ] || { echo "fetch: not a Debian machine; wanted$wanted of $arch" >&2; exit 1; }
# shellcheck disable=SC2016	# apt's own words
repo=$(apt-get indextargets --format '$(COMPONENT) $(REPO_URI)' | awk '$1 == "main" && !/security/ { print $2; exit }')
[ "$repo" ] || { echo 'fetch: the machine names no mirror of Debian' >&2; exit 1; }
key=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e $key ] && key="[signed-by=$key]" || key=

apt=$(mktemp -d)
trap 'rm -rf "$apt"' EXIT
trap 'exit 130' INT TERM HUP
mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/none"
printf 'deb %s\ndeb-src %s\n' "$key $repo $suite main" "$key $repo $suite main" >"$apt/list"
cat >"$apt/conf" <<-END
	Dir::State "$apt"; Dir::State::status "$apt/none/status"; Dir::Cache "$apt";
	Dir::Etc::sourcelist "$apt/list"; Dir::Etc::sourceparts "-"; Dir::Etc::preferences "/dev/null"; Dir::Etc::preferencesparts "$apt/none";
	APT::Architecture "$arch"; APT::Architectures "$arch"; APT::Sandbox::User "root";
	Acquire::Languages "none"; Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
END
: >"$apt/none/status"
export APT_CONFIG="$apt/conf"
cd "$apt"
echo "fetch:$wanted ($suite, $arch)"
apt-get update -qq
for p in $wanted; do
	case $p in src:*)
		(cd "$dir" && apt-get source -qq --download-only "${p#src:}")
		: >"$dir/.$p"
		continue ;;
	esac
	real=$p
	case $p in linux-image-*) real=$(apt-cache depends "$p" | awk '/Depends: linux-image-/ { print $2; exit }') ;; esac
	apt-get download -qq "${real:-$p}"
	dpkg -x "${real:-$p}"_*.deb "$dir"
	rm -f ./*.deb
	: >"$dir/.$p"
done
