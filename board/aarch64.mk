# board/aarch64.mk - 64-bit ARM routers.
TRIPLE     := aarch64-linux-gnu
DEBIAN     := arm64
MUSL       := aarch64-linux-musl
# Measured 278368 bytes, 122996 as xz -9e: fixed instructions of 4 bytes. The budget: 14 per cent more.
BUDGET     ?= $(if $(STATIC:0=),393216)
BUDGET_XZ  ?= $(if $(STATIC:0=),173056)
include board/cross.mk
