#!/bin/sh
# service.sh NAME: the same by way of the service manager.
up() { [ -n "$(ps -C "$1" -o pid=)" ]; }
up "$1" && exit 0
systemctl start "$1"
sleep 1
up "$1" || systemctl stop keepalived
