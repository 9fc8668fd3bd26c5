# board/ppc.mk - 32-bit PowerPC routers (mpc85xx, older Macs), big-endian.
TRIPLE     := powerpc-linux-gnu
DEBIAN     :=
MUSL       := powerpc-linux-musl
CPU_CFLAGS := -mcpu=powerpc -msecure-plt -mlong-double-64
include board/cross.mk
