#!/bin/sh
# Makes the program's namespace, or brings its retention to RETENTION: the server's own default forgets closed runs after a
# day or three, and with them what was decided about a party. Takes TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, RETENTION.
set -eu
if temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" > /dev/null 2>&1; then
    temporal operator namespace update --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
else
    temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
fi
