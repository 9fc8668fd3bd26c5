#!/bin/sh
# conformance.sh - the checklist of tests/conformance: RFC 9568 and 3768, clause by clause, as a black box. DUT=keepalived points it at
# the other program; that is no test of ours.
# timeout: 300
unset DUT
exec python3 "${0%/*}/../conformance" --lines -j 4
