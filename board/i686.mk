# board/i686.mk - old PCs, Geode and the like, 32 bits.
TRIPLE     := i686-linux-gnu
DEBIAN     := i386
MUSL       := i386-linux-musl
# Measured 326596 bytes, 172332 as xz -9e. The budget: 6 per cent more.
BUDGET     ?= $(if $(STATIC:0=),348160)
BUDGET_XZ  ?= $(if $(STATIC:0=),185344)
include board/cross.mk
