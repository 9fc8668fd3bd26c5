# board/riscv64.mk - 64-bit RISC-V routers and boards, compressed instructions (rv64gc).
TRIPLE     := riscv64-linux-gnu
DEBIAN     := riscv64
MUSL       := riscv64-linux-musl
# Measured 308312 bytes, 168640 as xz -9e: its small instructions are many different ones. The budget: 8 per cent more.
BUDGET     ?= $(if $(STATIC:0=),333824)
BUDGET_XZ  ?= $(if $(STATIC:0=),182272)
include board/cross.mk
