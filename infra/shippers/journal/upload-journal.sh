#!/bin/sh
# Uploads what the journal of a tunnel server has gained since the last time, as one gzipped blob. No shipper and no secret: azcopy
# signs in with the identity of the machine (Azure VM, or any server with Azure Arc), which must be among senderPrincipalIds.
# TUNNELWATCH_UPLOADS is the URL of the container; STATE_DIRECTORY comes from systemd.
set -eu
state=${STATE_DIRECTORY:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ -f "$state/cursor" ]; then cp "$state/cursor" "$work/cursor"; else since='--since=-1h'; fi
journalctl ${since:-} --cursor-file="$work/cursor" -o json --all --no-pager \
  -t mstunnel-agent -t mstunnel_monitor -t ocserv -t ocserv-access >"$work/lines.json"
[ -s "$work/lines.json" ] || exit 0

gzip "$work/lines.json"
AZCOPY_AUTO_LOGIN_TYPE=MSI azcopy copy "$work/lines.json.gz" \
  "$TUNNELWATCH_UPLOADS/$(hostname)/$(date -u +%Y/%m/%d/%H%M%S).json.gz" --from-to=LocalBlob

# Only now: an upload that failed is tried again, with what came since. What is uploaded twice counts once.
mv "$work/cursor" "$state/cursor"
