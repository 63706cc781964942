#!/usr/bin/env bash
# scripts/install.sh run|dev|bench: puts the locked packages of that list and the project into .venv.
# Every file is checked against its hash. Does nothing when .venv holds that list already.
set -euo pipefail
cd "$(dirname "$0")/.."
list=$1
venv=${VENV:-.venv}
stamp="$venv/.locked-$list-$(cat locks/bootstrap.txt "locks/$list.txt" pyproject.toml | cksum | tr ' ' -)"
[ -e "$stamp" ] && exit 0

suits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; }
python_here() {
    for candidate in ${PYTHON:-} python3.11 python3.12 python3.13 python3 python; do
        if suits "$candidate"; then command -v "$candidate"; return; fi
    done
    echo "No Python 3.11 to 3.13 was found. Install one, or name it: make PYTHON=/path/to/python3.11" >&2
    return 1
}
make_venv() {
    local python
    python=$(python_here)
    echo "virtual environment: $venv ($("$python" --version))"
    "$python" -m venv "$venv" >/dev/null 2>&1 && return
    rm -rf "$venv"
    # Debian keeps ensurepip apart from Python.
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get -qq update && apt-get -qq install -y "$(basename "$(readlink -f "$python")")-venv" >/dev/null
        "$python" -m venv "$venv" && return
    fi
    command -v uv >/dev/null && uv venv --quiet --seed --python "$python" "$venv" && return
    echo "Python's venv module cannot make an environment here. Install python3-venv (Debian) and try again." >&2
    return 1
}

began=$SECONDS
suits "$venv/bin/python" || { rm -rf "$venv"; make_venv; }
echo "installing locks/$list.txt"
pip=("$venv/bin/python" -m pip --quiet --disable-pip-version-check --no-input install --require-hashes)
"$venv/bin/python" -c 'import uv, hatchling, editables' 2>/dev/null || "${pip[@]}" -r locks/bootstrap.txt
export UV_LINK_MODE=${UV_LINK_MODE:-copy} # the cache may lie on another disk, or vanish
export UV_SYSTEM_CERTS=1                  # an institution's own certificate authority is in the system's store
# uv is quick; pip knows every way a site may have of reaching its packages.
"$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --require-hashes -r "locks/$list.txt" ||
    "${pip[@]}" -r "locks/$list.txt"
"$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --offline --no-deps --no-build-isolation --editable .
rm -f "$venv/.locked-$list-"*
touch "$stamp"
echo "installed in $((SECONDS - began)) s"
