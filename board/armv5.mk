# board/armv5.mk - old ARM routers (Kirkwood, ARM926) without one: armel.
TRIPLE     := arm-linux-gnueabi
DEBIAN     := armel
MUSL       := arm-linux-musleabi
# Measured 282640 bytes, 122404 as xz -9e: ARM instructions, 4 bytes each. The budget: 14 per cent more.
BUDGET     ?= $(if $(STATIC:0=),397312)
BUDGET_XZ  ?= $(if $(STATIC:0=),172032)
include board/cross.mk
