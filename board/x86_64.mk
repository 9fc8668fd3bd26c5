# board/x86_64.mk - PCs and appliances of any age: the base instruction set.
TRIPLE     := x86_64-linux-gnu
DEBIAN     := amd64
MUSL       := x86_64-linux-musl
# Measured 321328 bytes, 164704 as xz -9e. The budget: 5 per cent more.
BUDGET     ?= $(if $(STATIC:0=),339968)
BUDGET_XZ  ?= $(if $(STATIC:0=),176128)
include board/cross.mk
