#!/bin/sh
# Makes the program's namespace, or brings its retention to RETENTION: the server's own default forgets closed runs after a
# day or three, and with them what was decided about a party. Takes TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, RETENTION.
# A new one is known to all of the server some seconds later; it ends only then, so that whoever comes next finds it.
set -eu

known() {
    tries=60
    until temporal workflow count --namespace "$TEMPORAL_NAMESPACE" > /dev/null 2>&1; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || { echo "the namespace $TEMPORAL_NAMESPACE is made, and the server does not know it" >&2; exit 1; }
        sleep 1
    done
}

if temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" > /dev/null 2>&1; then
    known
    temporal operator namespace update --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
else
    temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
    known
fi
