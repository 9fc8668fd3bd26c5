# board/s390x.mk - nobody's router, but the big-endian machine that Debian can boot: what holds here holds on big-endian MIPS.
TRIPLE     := s390x-linux-gnu
DEBIAN     := s390x
MUSL       := s390x-linux-musl
# Measured 403624 bytes, 169112 as xz -9e: nobody has a small flash there. The budget: 7 per cent more.
BUDGET     ?= $(if $(STATIC:0=),434176)
BUDGET_XZ  ?= $(if $(STATIC:0=),182272)
include board/cross.mk
