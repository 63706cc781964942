#!/usr/bin/env bash
# Writes locks/*.txt: every package with its hashes, no addresses. Run after pyproject.toml's dependencies change.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${UV:-.venv/bin/uv}
options=(--quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate)
"$uv" pip compile "${options[@]}" -o locks/run.txt pyproject.toml
"$uv" pip compile "${options[@]}" -o locks/dev.txt -c locks/run.txt --group dev pyproject.toml
"$uv" pip compile "${options[@]}" -o locks/bench.txt -c locks/dev.txt --group dev --group bench pyproject.toml
printf 'uv\nhatchling\neditables\n' | "$uv" pip compile "${options[@]}" -o locks/bootstrap.txt -c locks/dev.txt -
