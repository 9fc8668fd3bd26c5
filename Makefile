# vrrpbox: `make` builds out/host/vrrpbox, `make check` proves it, `make demo` shows it.
#
#   BOARD=NAME       board/NAME.mk: compiler, flags, flash budget        O=DIR      where everything is built (out); no blanks
#   STATIC=0         link dynamically, as distributions want             V=1        show the commands
#   APPLETS="A B"    only these; NO_USAGE=1 leaves the option lists out
#   ALIAS=1          `make install` adds a hard link named keepalived    DESTDIR, PREFIX, SBINDIR, MANDIR, DOCDIR
#   SEEDS=N SEED=S  `make sim`: N worlds from number S on
#   CC CFLAGS CPPFLAGS LDFLAGS PKG_CONFIG LIBMNL_CFLAGS LIBMNL_LIBS      taken from outside when given

BOARD      ?= host
O          ?= out
PREFIX     ?= /usr/local
SBINDIR    ?= $(PREFIX)/sbin
MANDIR     ?= $(PREFIX)/share/man
DOCDIR     ?= $(PREFIX)/share/doc/vrrpbox
PKG_CONFIG ?= pkg-config
OUT        := $(O)/$(BOARD)
.DEFAULT_GOAL := all
# two jobs, unless -j says how many, or a make above us does
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j2
endif
SAN        := $(O)/san
# Packages come first when the goal is one that may install them: make starts anew then, and the board sees the compiler.
ifneq ($(filter check demo net fuzz soak bench boot deps deps-build,$(MAKECMDGOALS)),)
include $(O)/deps/packages
endif
include board/$(BOARD).mk
CFLAGS     ?= -Os
READELF    ?= $(CROSS)readelf
STRIP      ?= $(CROSS)strip
LIBMNL_CFLAGS ?= $(shell $(PKG_CONFIG) --cflags libmnl)
LIBMNL_LIBS   ?= $(shell $(PKG_CONFIG) $(if $(STATIC:0=),--static) --libs libmnl)

LOGIC   := $(wildcard core/logic/*.c)
CORE    := $(LOGIC) $(wildcard core/sys/*.c core/*.c)
APPLETS ?= $(sort $(patsubst applets/%.c,%,$(filter-out applets/main.c,$(wildcard applets/*.c))))
ALL     := $(CORE) applets/main.c $(APPLETS:%=applets/%.c)
# the manuals of what is built in
PAGES   := $(sort $(wildcard applets/vrrpbox.1 $(APPLETS:%=applets/%.[18]) $(if $(filter vrrpd,$(APPLETS)),applets/vrrpd.conf.5)))
UNIT    := $(patsubst %.c,%,$(wildcard tests/test_*.c))
SCRIPTS := $(filter-out tests/demo.sh tests/coverage.sh tests/lint.sh,$(wildcard tests/*.sh))
NET     := $(filter-out %/lib.sh,$(wildcard tests/net/*.sh))
FUZZ    := $(patsubst %.c,$(O)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
DOORS   := core/daemon.c core/diagnose.c core/ends.c core/helper.c core/pids.c core/sandbox.c core/starter.c
SIMS    := $(patsubst %.c,%,$(filter-out tests/sim_%,$(wildcard tests/sim*.c)))
SIM     := $(SIMS:%=$(O)/sim/%)

# -iquote, not -I: include/limits.h must not stand before the C library's.
BASE    := -std=c11 -D_GNU_SOURCE -iquote include -Wall -Wextra -MMD -MP '-DAPPLETS=$(foreach a,$(APPLETS),A($(subst -,_,$a)))' \
	   $(if $(NO_USAGE:0=),-DNO_USAGE)
FLAGS   := $(BASE) -DNDEBUG -ffunction-sections -fdata-sections $(BOARD_CFLAGS) $(LIBMNL_CFLAGS) $(CPPFLAGS) $(CFLAGS)
LINK    := $(if $(STATIC:0=),-static) -Wl,--gc-sections -Wl,--build-id=none $(BOARD_LDFLAGS) $(LDFLAGS)
BOX_LINK = $(BOX_LDFLAGS) -Wl,--cref,-Map=$(OUT)/vrrpbox.map
LIBS     = $(LIBMNL_LIBS)
C        = $(CC)
# The second build: glibc, sanitizers, assertions.
$(SAN)/%: private C     = $(SANCC)
$(SAN)/%: private FLAGS = $(BASE) -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all
$(SAN)/%: private LINK  = -fsanitize=address,undefined
$(SAN)/% $(O)/fuzz/%: private LIBS = -lmnl
SANCC   ?= gcc
# how much of the logic the unit tests, the simulation and the fuzzer's seeds go through (make coverage)
COV     := $(O)/cov
COVERS  := $(filter-out $(patsubst core/sys/%.c,tests/test_%,$(wildcard core/sys/*.c)),$(UNIT))
$(COV)/%: C     = $(SANCC)
$(COV)/%: FLAGS = $(BASE) -g -O0 --coverage -fprofile-update=atomic
$(COV)/%: LINK  = --coverage
$(COV)/%: LIBS  = -lmnl
# what stands in for the library must not be turned into calls of the library
$(OUT)/core/sys/tiny.o $(OUT)/core/sys/tiny_calls.o: private FLAGS += -fno-lto -ffreestanding $(if $(findstring clang,$(CC)),,-fno-tree-loop-distribute-patterns)
# spawn.c leaves functions by exec: what the sanitizer marked on that stack would stay marked
$(SAN)/core/sys/spawn.o: FLAGS += --param asan-stack=0

# what installs packages comes before what is compiled with them
FIRST    = $(if $(filter check lint fuzz soak net bench,$(MAKECMDGOALS)),deps-test) $(if $(filter demo,$(MAKECMDGOALS)),deps-demo)

objs     = $(patsubst %.c,$1/%.o,$2)
say      = $(if $(V),,@echo '  $1' $(patsubst $(O)/%,%,$@);)
compile  = $(call say,CC  )mkdir -p $(@D) && $(C) $(FLAGS) -c -o $@ $<
link     = $(call say,LINK)mkdir -p $(@D) && $(C) $(FLAGS) $(LINK) $(if $(filter $(OUT)/vrrpbox,$@),$(BOX_LINK)) -o $@ $(filter %.o,$^) $(LIBS)
run      = MAKEFLAGS= VRRPBOX=$(OUT)/vrrpbox O=$(O) OUT=$(OUT) SAN=$(SAN) LOGIC_OBJS='$(call objs,$(OUT),$(LOGIC))' CC='$(CC)' STATIC='$(STATIC)' \
	   CFLAGS='$(CFLAGS)' LDFLAGS='$(LDFLAGS)' LIBMNL_CFLAGS='$(LIBMNL_CFLAGS)' LIBMNL_LIBS='$(LIBMNL_LIBS)' BUDGET='$(BUDGET)' BUDGET_XZ='$(BUDGET_XZ)' tests/run

.PHONY: all objects boards boot san check unit coverage lint purity sim fuzz soak net size install dist demo deps deps-build deps-demo deps-test bench clean FORCE
all: $(OUT)/vrrpbox $(OUT)/vrrpbox.stripped $(APPLETS:%=$(OUT)/%)
san: $(SAN)/vrrpbox $(APPLETS:%=$(SAN)/%)

objects: $(call objs,$(OUT),$(ALL))
$(OUT)/vrrpbox: $(call objs,$(OUT),$(ALL)) | $(if $(NO_LIBMNL),,$(BOARD_LIBC))
	$(if $(NO_LIBMNL),@echo '$(NO_LIBMNL)' >&2; exit 1)
	$(link)
	$(if $(STATIC:0=),@if $(READELF) -lWd $@ | grep -E 'INTERP|NEEDED'; then rm -f $@; echo '$@ is not static' >&2; exit 1; fi)
$(SAN)/vrrpbox: $(call objs,$(SAN),$(ALL))
	$(link)
$(OUT)/vrrpbox.stripped: $(OUT)/vrrpbox
	@$(STRIP) -s -R .comment -R .note.gnu.property -o $@ $<
$(APPLETS:%=$(OUT)/%) $(APPLETS:%=$(SAN)/%): %: | $(OUT)/flags
	@mkdir -p $(@D) && ln -sf vrrpbox $@

$(OUT)/%.o: %.c $(OUT)/flags | $(FIRST) $(BOARD_DEPS)
	$(compile)
$(SAN)/%.o: %.c | $(FIRST)
	$(compile)
$(OUT)/tests/test_%: private LINK += -fno-lto
$(OUT)/tests/test_%: $(OUT)/tests/test_%.o $(call objs,$(OUT),$(CORE)) | $(BOARD_LIBC)
	$(link)
$(SAN)/tests/test_%: $(SAN)/tests/test_%.o $(call objs,$(SAN),$(CORE))
	$(link)
$(COV)/tests/test_%: $(COV)/tests/test_%.o $(call objs,$(COV),$(CORE))
	$(link)
$(COV)/tests/fuzz/fuzz_%: $(COV)/tests/fuzz/fuzz_%.o $(COV)/tests/fuzz/replay.o $(call objs,$(COV),$(CORE))
	$(link)
$(COV)/%.o: %.c | $(FIRST)
	$(compile)
# sim*.c hold the real engine over fake edges: no object of core/sys, and not the rooms that only doors enter. Worlds are
# many, so they have a fast build of their own; $(SAN)'s plays a tenth of them.
SIMULATED = $(filter-out core/sys/% $(DOORS),$(CORE)) $(wildcard tests/fake*.c tests/sim_*.c)
SIM_LINK  = -Wl,--wrap=fsm_step,--wrap=pkt_head,--wrap=ah_seal,--wrap=time
$(O)/sim/%: C     = $(SANCC)
$(O)/sim/%: FLAGS = $(BASE) -g -O2
$(O)/sim/%: LINK  = $(SIM_LINK)
$(O)/sim/%: LIBS  = -lmnl
$(O)/sim/%.o: %.c | $(FIRST)
	$(compile)
$(SIM): %: %.o $(call objs,$(O)/sim,$(SIMULATED))
	$(link)
$(SIMS:%=$(SAN)/%): LINK += $(SIM_LINK)
$(SIMS:%=$(SAN)/%): %: %.o $(call objs,$(SAN),$(SIMULATED))
	$(link)
$(SIMS:%=$(COV)/%): LINK += $(SIM_LINK)
$(SIMS:%=$(COV)/%): %: %.o $(call objs,$(COV),$(SIMULATED))
	$(link)
# The third: clang's, for its fuzzer. Without it there is a program that says so, older than anything.
# NULL + 0, of a list that is empty, is what C2y makes of it: nothing
FUZZED   = -g -O1 -fno-sanitize-recover=all -fsanitize=address,undefined,fuzzer
$(O)/fuzz/%.o: %.c | $(FIRST)
	$(call say,CC  )mkdir -p $(@D); command -v clang >/dev/null || { touch -t 197001010000 $@; exit; }; \
	clang $(BASE) $(FUZZED)-no-link -fno-sanitize=pointer-overflow -c -o $@ $<
$(O)/fuzz/tests/fuzz/%: $(O)/fuzz/tests/fuzz/%.o $(call objs,$(O)/fuzz,$(CORE))
	$(call say,FUZZ)command -v clang >/dev/null || \
	{ printf '#!/bin/sh\necho skip $(*F): no clang\nexit 77\n' >$@; chmod 755 $@; touch -t 197001010000 $@; exit; }; \
	clang $(FUZZED) -o $@ $^ $(LIBS)
.SECONDARY:
.DELETE_ON_ERROR:

# What everything was built with: a change of flags builds anew.
$(OUT)/flags: FORCE
	$(shell mkdir -p $(@D))$(file >$@.new,$(CC) $(FLAGS) $(LINK) $(BOX_LDFLAGS) $(LIBS))@cmp -s $@.new $@ || cp $@.new $@

check: deps-test all san $(UNIT:%=$(OUT)/%) $(UNIT:%=$(SAN)/%) $(FUZZ) $(SIM) $(SIMS:%=$(SAN)/%)
	@$(run) $(SCRIPTS) $(UNIT:%=$(OUT)/%) $(UNIT:%=$(SAN)/%) $(SIM) $(SIMS:%=$(SAN)/%) $(FUZZ) $(NET)
# what needs neither root nor anybody else's program
unit: all $(UNIT:%=$(OUT)/%)
	@$(run) $(UNIT:%=$(OUT)/%)
purity: all
	@$(run) tests/purity.sh
size: all
	@$(run) -v tests/size.sh
coverage: $(COVERS:%=$(COV)/%) $(SIMS:%=$(COV)/%) $(FUZZ:$(O)/fuzz/%=$(COV)/%)
	@tests/coverage.sh $(COV) $^
lint: deps-test
	@$(run) -v tests/lint.sh
sim: $(SIM)
	@$(run) -v $(SIM)
fuzz: deps-test $(FUZZ)
	@FUZZ_SEED=$(or $(SEED),0) FUZZ_SECS=$(or $(TIME),$${FUZZ_SECS:-300}) $(run) -v $(FUZZ)
soak: deps-test all
	@SOAK_SECS=$${SOAK_SECS:-864} $(run) -v tests/net/soak.sh
net: deps-test all
	@$(run) $(NET)
demo: deps-demo all
	@tests/demo.sh $(OUT)
bench: deps-test all
	@tests/bench/run $(OUT)

install: all
	@k=$(DESTDIR)$(SBINDIR)/keepalived; if [ -n '$(ALIAS:0=)' ] && [ -e $$k ] && ! [ $$k -ef $(DESTDIR)$(SBINDIR)/vrrpbox ]; then \
		echo "$$k belongs to someone else; not replaced" >&2; exit 1; fi
	install -d $(DESTDIR)$(SBINDIR)
	install -m 755 $(OUT)/vrrpbox $(DESTDIR)$(SBINDIR)/vrrpbox
	for a in $(APPLETS); do ln -sf vrrpbox $(DESTDIR)$(SBINDIR)/$$a || exit 1; done
	for p in $(PAGES); do d=$(DESTDIR)$(MANDIR)/man$${p##*.}; install -d $$d && install -m 644 $$p $$d || exit 1; done
	install -d $(DESTDIR)$(DOCDIR)/examples
	install -m 644 board/examples/*.conf $(DESTDIR)$(DOCDIR)/examples
	install -m 755 board/examples/*.sh $(DESTDIR)$(DOCDIR)/examples
	$(if $(ALIAS:0=),ln -f $(DESTDIR)$(SBINDIR)/vrrpbox $(DESTDIR)$(SBINDIR)/keepalived)

# The sources as one file that is the same bytes wherever it is made.
VERSION := $(shell sed -n 's/.*VRRPBOX_VERSION "\(.*\)"/\1/p' include/applet.h)
dist:
	@mkdir -p $(O) && { git ls-files 2>/dev/null | grep . || find .ci .gitignore LICENSE Makefile README.md applets board core include tests -type f; } | \
	LC_ALL=C sort | tar -c --format=ustar --owner=0 --group=0 --numeric-owner --mtime=@946684800 --mode=u+rwX,go=rX \
	--transform='s,^,vrrpbox-$(VERSION)/,' -T - | xz -9e -T1 -c >$(O)/vrrpbox-$(VERSION).tar.xz && sha256sum $(O)/vrrpbox-$(VERSION).tar.xz

# Every machine that board/ describes, one line each; the tests that need no kernel run where qemu-user is.
boards:
	@O=$(O) tests/boards.sh $(sort $(patsubst board/%.mk,%,$(filter-out %/host.mk %/common.mk %/cross.mk,$(wildcard board/*.mk))))
boot: deps-test all $(patsubst %,$(OUT)/tests/%,$(shell sed -n "s/^boot_units='\(.*\)'/\1/p" tests/boot/kit.sh))
	@$(MAKE) -s BOARD=host all
	@O=$(O) tests/boot/boot $(BOARD)

deps: deps-build deps-test
ifneq ($(BOARD),host)
deps: $(O)/deps/$(BOARD)/ready
endif
deps-build:
	@board/deps.sh build
deps-demo deps-test:
	@board/deps.sh $(@:deps-%=%)
$(O)/deps/packages: board/deps.sh
	@board/deps.sh build && mkdir -p $(@D) && : >$@
$(O)/deps/ready: board/deps.sh | $(FIRST)
	@board/deps.sh tree $(O)/deps

clean:
	rm -rf $(OUT) $(SAN) $(O)/fuzz $(O)/sim $(COV)

-include $(shell find $(OUT) $(SAN) $(COV) $(O)/fuzz $(O)/sim -name '*.d' 2>/dev/null)
