# board/cross.mk - a machine of another kind, by Debian's compilers, with the musl and libmnl of Debian's archive.
#
# A board's file sets
#   TRIPLE   Debian's compiler       DEBIAN   Debian's name of the machine; empty: none has musl and libmnl there
#   MUSL     the folder of musl's files there; without DEBIAN what musl is configured for, from its source package
#   SHARED   without DEBIAN: the board that has what Debian has of that kind
# Without DEBIAN everything is compiled, and linked when LIBMNL_LIBS names somebody's libmnl.a for it (an SDK's). The unit
# tests of the logic need none: they are linked with a musl from its source (a minute), and run under qemu-user.
# CC, CFLAGS, LIBMNL_CFLAGS and LIBMNL_LIBS from outside replace all that: OpenWrt's and Buildroot's trees have their own.

STATIC ?= 1
CROSS  ?= $(TRIPLE)-
ifeq ($(origin CC),default)
TREE   := $(abspath $(O)/deps/$(BOARD))
CC     := $(TRIPLE)-gcc -specs=$(TREE)/musl.specs
ifeq ($(filter clean deps,$(MAKECMDGOALS)),)
include $(O)/deps/$(BOARD)/ready
endif
# libmnl's archive was built against glibc; the two foreign symbols are in mnl_nlmsg_fprintf, which nothing calls.
LIBMNL_CFLAGS ?= -isystem $(TREE)/include
ifneq ($(DEBIAN),)
LIBMNL_LIBS   ?= $(TREE)/libmnl.a -Wl,--defsym=__fprintf_chk=0,--defsym=__ctype_b_loc=0
else
LIBMNL_LIBS   ?=
NO_LIBMNL     := $(if $(LIBMNL_LIBS),,$(BOARD): compiled, not linked: Debian has no libmnl.a for this machine. With LIBMNL_LIBS=/path/of/an/SDK/libmnl.a it is linked$(if $(SHARED),; BOARD=$(SHARED) is linked with the shared ones of Debian))
BOARD_LIBC    := $(TREE)/usr/lib/libc.a
$(TREE)/usr/lib/libc.a:
	@board/deps.sh libc $(TREE) $(TRIPLE) $(MUSL) '$(CPU_CFLAGS)'
endif
endif
include board/common.mk

$(O)/deps/$(BOARD)/ready: board/deps.sh board/fetch.sh
	@board/deps.sh board $(O)/deps/$(BOARD) $(TRIPLE) '$(DEBIAN)' $(MUSL) '$(CPU_CFLAGS)'
