# board/host.mk - this machine: one static binary with musl. board/common.mk tells what a board is.

ifeq ($(origin CC),default)
CC := $(if $(shell command -v musl-gcc),musl-gcc,$(if $(findstring musl,$(shell cc -dumpmachine 2>/dev/null)),cc,musl-gcc))
endif
STATIC ?= 1
BUDGET ?= $(if $(STATIC:0=),323584)
include board/common.mk

ifneq ($(STATIC),0)
ifneq ($(findstring musl-gcc,$(CC)),)
# musl-gcc on a glibc system sees neither kernel nor libmnl headers: deps.sh makes a tree of just those. Its libmnl.a was
# built against glibc; the two foreign symbols are in mnl_nlmsg_fprintf, which nothing calls.
ifeq ($(origin LIBMNL_LIBS),undefined)
BOARD_DEPS    = $(O)/deps/ready
LIBMNL_CFLAGS = -isystem $(O)/deps/include
LIBMNL_LIBS   = $(O)/deps/libmnl.a -Wl,--defsym=__fprintf_chk=0,--defsym=__ctype_b_loc=0
endif
endif
endif
