# board/riscv64.mk - 64-bit RISC-V. Compiled only so far: binutils 2.40 of Debian 12 crashes at the link, with LTO and without.
TRIPLE     := riscv64-linux-gnu
DEBIAN     := riscv64
MUSL       := riscv64-linux-musl
include board/cross.mk
