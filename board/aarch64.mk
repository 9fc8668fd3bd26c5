# board/aarch64.mk - 64-bit ARM routers.
TRIPLE     := aarch64-linux-gnu
DEBIAN     := arm64
MUSL       := aarch64-linux-musl
# Some kernels there have pages of 64 kB: the compiler's max-page-size of 64 kB stays, so that one file runs on all of them.
# noseparate-code and common-page-size leave no hole in the file for it: max-page-size=4096 gives as many bytes.
# Measured 364816 bytes, 160832 as xz -9e: fixed instructions of 4 bytes. The budget: 7 per cent more.
BUDGET     ?= $(if $(STATIC:0=),393216)
BUDGET_XZ  ?= $(if $(STATIC:0=),173056)
include board/cross.mk
