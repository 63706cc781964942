#!/usr/bin/env bash
# Makes sure that the browser tests find a Chromium: the system's, Debian's by apt, or Playwright's own.
# What is installed has no windows (the headless shell): its tests take a third of the work of a whole browser.
set -euo pipefail
cd "$(dirname "$0")/.."
for name in chromium-headless-shell chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && exit 0
done
ls "${PLAYWRIGHT_BROWSERS_PATH:-${HOME:-/root}/.cache/ms-playwright}"/chromium*/chrome-*linux*/* >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing chromium"
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update || true
    for package in chromium-headless-shell chromium; do
        apt-get -qq install -y --no-install-recommends "$package" >/dev/null && exit 0
    done
fi
"${VENV:-.venv}/bin/playwright" install --only-shell chromium
