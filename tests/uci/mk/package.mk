# stands in for OpenWrt's package.mk: `make install DEST=DIR` runs the package's own recipe, `make show` prints its fields
define BuildPackage
install:
$(call Package/$(1)/install,$(DEST))
show:
	@echo 'name $(PKG_NAME)' 'version $(PKG_VERSION)-r$(PKG_RELEASE)' 'license $(PKG_LICENSE)' 'source $(PKG_SOURCE)'
	@echo '$(call one_line,$(Package/$(1)))'
	@echo 'flags $(MAKE_FLAGS) vars $(MAKE_VARS)'
endef
define newline


endef
one_line = $(subst ',,$(subst $(newline), ; ,$(1)))
