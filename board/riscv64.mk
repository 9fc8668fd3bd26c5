# board/riscv64.mk - 64-bit RISC-V.
TRIPLE     := riscv64-linux-gnu
DEBIAN     := riscv64
MUSL       := riscv64-linux-musl
include board/cross.mk
