# board/armv7.mk - 32-bit ARM routers with a floating point unit (armhf), Thumb-2.
TRIPLE     := arm-linux-gnueabihf
DEBIAN     := armhf
MUSL       := arm-linux-musleabihf
# Measured 262176 bytes, 158152 as xz -9e: Thumb-2, the smallest of all. The budget: 7 per cent more.
BUDGET     ?= $(if $(STATIC:0=),282624)
BUDGET_XZ  ?= $(if $(STATIC:0=),169984)
include board/cross.mk
