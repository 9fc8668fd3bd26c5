# board/mips24kc.mk - big-endian MIPS routers (ath79): 24Kc, no floating point unit.
TRIPLE     := mips-linux-gnu
DEBIAN     :=
MUSL       := mips-linux-musl-sf
CPU_CFLAGS := -march=24kc -msoft-float -mno-shared
include board/cross.mk
