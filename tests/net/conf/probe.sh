#!/bin/sh
exec curl -s -o /dev/null -m 1 http://127.0.0.1/
