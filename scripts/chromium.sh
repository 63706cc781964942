#!/usr/bin/env bash
# Makes sure that the browser tests find a Chromium: the system's, Debian's by apt, or Playwright's own.
set -euo pipefail
cd "$(dirname "$0")/.."
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && exit 0
done
ls "${PLAYWRIGHT_BROWSERS_PATH:-${HOME:-/root}/.cache/ms-playwright}"/chromium*/chrome-linux*/* >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing chromium"
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium >/dev/null && exit 0
fi
"${VENV:-.venv}/bin/playwright" install chromium
