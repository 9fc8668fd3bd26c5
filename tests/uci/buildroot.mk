# stands in for Buildroot: `make -f THIS MK=FILE show|build|install`
VRRPBOX_PKGDIR := $(dir $(MK))
TARGET_MAKE_ENV := PATH=$(PATH)
TARGET_CONFIGURE_OPTS := CC="cross-gcc" CFLAGS="-Os"
TARGET_DIR := $(DEST)
INSTALL := install
KCONFIG_ENABLE_OPT = kernel $(1)
define generic-package
show:
	@echo '$(VRRPBOX_VERSION) $(VRRPBOX_SOURCE) $(VRRPBOX_LICENSE) $(VRRPBOX_DEPENDENCIES)'
	@echo '$(strip $(VRRPBOX_LINUX_CONFIG_FIXUPS))'
build: $(SRC)/.stamp_built
$(SRC)/.stamp_built:
$(value VRRPBOX_BUILD_CMDS)
scripts: $(SRC)/.stamp_installed
$(SRC)/.stamp_installed:
$(value VRRPBOX_INSTALL_INIT_SYSV)
$(value VRRPBOX_INSTALL_INIT_SYSTEMD)
$(value VRRPBOX_INSTALL_INIT_OPENRC)
endef
include $(MK)
