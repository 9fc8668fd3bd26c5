################################################################################
#
# vrrpbox
#
################################################################################

# The tarball of `make dist` lies beside this file, or in BR2_DL_DIR/vrrpbox.
VRRPBOX_VERSION = 0.1.0
VRRPBOX_SITE = $(VRRPBOX_PKGDIR)
VRRPBOX_SITE_METHOD = file
VRRPBOX_SOURCE = vrrpbox-$(VRRPBOX_VERSION).tar.xz
VRRPBOX_LICENSE = MIT
VRRPBOX_LICENSE_FILES = LICENSE
VRRPBOX_DEPENDENCIES = host-pkgconf libmnl

VRRPBOX_APPLETS = vrrpd \
	$(if $(BR2_PACKAGE_VRRPBOX_STATE),vrrp-state) \
	$(if $(BR2_PACKAGE_VRRPBOX_CHECK),vrrp-check) \
	$(if $(BR2_PACKAGE_VRRPBOX_DUMP),vrrp-dump)

VRRPBOX_OPTS = \
	STATIC=$(if $(BR2_STATIC_LIBS),1,0) \
	APPLETS="$(strip $(VRRPBOX_APPLETS))" \
	$(if $(BR2_PACKAGE_VRRPBOX_USAGE),,NO_USAGE=1) \
	$(if $(BR2_PACKAGE_VRRPBOX_ALIAS),ALIAS=1) \
	PREFIX=/usr

define VRRPBOX_BUILD_CMDS
	$(TARGET_MAKE_ENV) $(TARGET_CONFIGURE_OPTS) $(MAKE) -C $(@D) $(VRRPBOX_OPTS) all
endef

define VRRPBOX_INSTALL_TARGET_CMDS
	$(TARGET_MAKE_ENV) $(TARGET_CONFIGURE_OPTS) $(MAKE) -C $(@D) $(VRRPBOX_OPTS) DESTDIR=$(TARGET_DIR) install
endef

define VRRPBOX_INSTALL_INIT_SYSV
	$(INSTALL) -D -m 0755 $(VRRPBOX_PKGDIR)/S60vrrpd $(TARGET_DIR)/etc/init.d/S60vrrpd
endef

define VRRPBOX_INSTALL_INIT_SYSTEMD
	$(INSTALL) -D -m 0644 $(@D)/board/systemd/vrrpd.service $(TARGET_DIR)/usr/lib/systemd/system/vrrpd.service
endef

define VRRPBOX_INSTALL_INIT_OPENRC
	$(INSTALL) -D -m 0755 $(@D)/board/alpine/vrrpd.initd $(TARGET_DIR)/etc/init.d/vrrpd
	$(INSTALL) -D -m 0644 $(@D)/board/alpine/vrrpd.confd $(TARGET_DIR)/etc/conf.d/vrrpd
endef

define VRRPBOX_LINUX_CONFIG_FIXUPS
	$(call KCONFIG_ENABLE_OPT,CONFIG_PACKET)
	$(call KCONFIG_ENABLE_OPT,CONFIG_IP_MULTICAST)
	$(call KCONFIG_ENABLE_OPT,CONFIG_MACVLAN)
endef

$(eval $(generic-package))
