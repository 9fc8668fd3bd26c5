# board/armv5.mk - old ARM routers (Kirkwood, ARM926) without one: armel.
TRIPLE     := arm-linux-gnueabi
DEBIAN     := armel
MUSL       := arm-linux-musleabi
# Measured 364300 bytes, 157772 as xz -9e: ARM instructions, 4 bytes each. The budget: 9 per cent more.
BUDGET     ?= $(if $(STATIC:0=),397312)
BUDGET_XZ  ?= $(if $(STATIC:0=),172032)
include board/cross.mk
