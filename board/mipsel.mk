# board/mipsel.mk - little-endian MIPS as Debian has it (mips32r2, with a floating point unit), dynamic, with Debian's libmnl and
# C library. Nobody's router: it is what of MIPS can be linked and booted with nothing but Debian's archive. What ships is mipsel24kc.
TRIPLE := mipsel-linux-gnu
STATIC := 0
CROSS  ?= $(TRIPLE)-
ifeq ($(origin CC),default)
TREE   := $(abspath $(O)/deps/$(BOARD))
CC     := $(TRIPLE)-gcc
LIBMNL_CFLAGS ?= -isystem $(TREE)/include
LIBMNL_LIBS   ?= $(TREE)/usr/lib/$(TRIPLE)/libmnl.so.0
ifeq ($(filter clean deps,$(MAKECMDGOALS)),)
include $(O)/deps/$(BOARD)/ready
endif
endif
include board/common.mk

$(O)/deps/$(BOARD)/ready: board/deps.sh board/fetch.sh
	@board/deps.sh shared $(O)/deps/$(BOARD) $(TRIPLE) mipsel
