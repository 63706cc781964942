#!/usr/bin/env bash
# Fails when a model has changed without a migration. Needs no database.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export XINGDUN_DATA=$folder XINGDUN_DATABASE_URL=postgresql://nobody@127.0.0.1:9/none
"${VENV:-.venv}/bin/python" -W ignore::RuntimeWarning -m xingdun manage makemigrations --check --dry-run --skip-checks
