SUMMARY = "VRRP in one small binary, reads keepalived.conf"
DESCRIPTION = "Answers for shared addresses: VRRP versions 2 and 3, native service checks, and a tool that says who is master and why."
SECTION = "network"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://LICENSE;md5=3e0fcd283d240209ee9235e862b05453"

# the tarball of `make dist`, beside this recipe
SRC_URI = "file://${BPN}-${PV}.tar.xz"
FILESEXTRAPATHS:prepend := "${THISDIR}:"

DEPENDS = "libmnl"

inherit pkgconfig systemd update-rc.d

EXTRA_OEMAKE = "STATIC=0 PREFIX=${prefix} SBINDIR=${sbindir}"

do_compile() {
	oe_runmake all
}

do_install() {
	oe_runmake install DESTDIR=${D}
	install -D -m 0644 ${S}/board/systemd/vrrpd.service ${D}${systemd_system_unitdir}/vrrpd.service
	install -D -m 0755 ${S}/board/init/vrrpd.lsb ${D}${sysconfdir}/init.d/vrrpd
}

SYSTEMD_SERVICE:${PN} = "vrrpd.service"
SYSTEMD_AUTO_ENABLE = "disable"
INITSCRIPT_NAME = "vrrpd"
INITSCRIPT_PARAMS = "defaults 60 10"

RRECOMMENDS:${PN} = "kernel-module-macvlan kernel-module-nf-tables"
CONFFILES:${PN} = "${sysconfdir}/vrrpd.conf"
