# board/common.mk - what boards of any machine share: small code, one static binary. A board includes it once CC is known.
#
# A board sets (all with ?= so that the outside wins):
#   CROSS          prefix of binutils, also of CC unless that is given
#   STATIC         1: the build fails unless the binary needs nothing
#   BUDGET         bytes of flash the stripped binary may take, BUDGET_XZ the same compressed; `make size` compares
#   CPU_CFLAGS     what every object for this CPU is compiled with
#   BOARD_CFLAGS   BOARD_LDFLAGS   BOX_LDFLAGS (vrrpbox alone)   what this machine's code needs or gains from
#   BOARD_DEPS     files that must exist before the first compile
#   LIBMNL_CFLAGS  LIBMNL_LIBS     when pkg-config does not know them

# Small code, as far as this compiler knows how: what trades room for time is left out. No floating point, so that no
# variadic function saves its registers; arrays aligned as the ABI wants, not as a cache does. Instructions in their plain
# order (no scheduling) are as many, but pack better: flash is compressed.
takes = $(shell $(CC) -Werror $1 -S -o /dev/null -x c /dev/null 2>/dev/null && echo '$1')
ifeq ($(origin CFLAGS),undefined)
CFLAGS := $(or $(call takes,-Oz),-Os) $(call takes,-mgeneral-regs-only) $(call takes,-malign-data=abi) \
	  $(call takes,-fno-jump-tables -fno-thread-jumps -fno-ipa-cp -fno-ipa-sra -fno-ipa-modref -fno-tree-loop-im) \
	  $(call takes,-fno-caller-saves -fno-tree-dominator-opts -fno-tree-tail-merge -fno-move-loop-invariants -fno-optimize-sibling-calls) \
	  $(call takes,-fno-schedule-insns2 -fno-tree-ch -fno-shrink-wrap -fno-tree-sra -fno-tree-scev-cprop -fno-inline-functions-called-once)
endif

ifneq ($(STATIC),0)
LTO ?= $(if $(findstring clang,$(CC)),,-flto -flto-partition=one)
# No unwinder, no position independence: nothing in a static C program uses them. RELRO would guard 200 bytes and pad 4 kB.
BOARD_CFLAGS  = $(CPU_CFLAGS) -fno-asynchronous-unwind-tables -fno-unwind-tables -fno-pie $(LTO) $(if $(LTO),-ffat-lto-objects)
BOARD_LDFLAGS = -no-pie -Wl,-z,noseparate-code -Wl,-z,norelro -Wl,-z,common-page-size=64
ifneq ($(findstring musl,$(CC) $(shell $(CC) -dumpmachine 2>/dev/null)),)
BOARD_CFLAGS += -DTINY
# Nothing of ours allocates (tests/purity.sh looks); what libmnl would, nothing calls.
BOX_LDFLAGS   = -Wl,--defsym=malloc=0,--defsym=calloc=0,--defsym=free=0,--defsym=fwrite=0
# Nothing runs before main or after it: the C library's own start is enough.
CRT1         := $(shell $(CC) -### -static -x c /dev/null 2>&1 | grep -o '[^ "]*crt1\.o' | head -n 1)
BOX_LDFLAGS  += $(if $(CRT1),-nostartfiles $(dir $(CRT1))crt1.o)
endif
else
# glibc on 32 bits: time goes on after 2038
BOARD_CFLAGS  = -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64
endif
