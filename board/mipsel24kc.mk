# board/mipsel24kc.mk - little-endian MIPS routers (ramips): 24Kc and 1004Kc, no floating point unit.
TRIPLE     := mipsel-linux-gnu
DEBIAN     :=
MUSL       := mipsel-linux-musl-sf
CPU_CFLAGS := -march=24kc -msoft-float -mno-shared
SHARED     := mipsel
include board/cross.mk
