# board/armv5.mk - old ARM routers (Kirkwood, ARM926) without one: armel.
TRIPLE     := arm-linux-gnueabi
DEBIAN     := armel
MUSL       := arm-linux-musleabi
# Measured 368948 bytes, 159672 as xz -9e: ARM instructions, 4 bytes each. The budget: 7 per cent more.
BUDGET     ?= $(if $(STATIC:0=),397312)
BUDGET_XZ  ?= $(if $(STATIC:0=),172032)
include board/cross.mk
