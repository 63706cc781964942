import subprocess
import sys

LOADED = """
import django, sys
django.setup()
import xingdun.data.registers, xingdun.data.tasks, xingdun.data.overview, xingdun.data.checks
print(sorted({"numba", "adbc_driver_postgresql"} & set(sys.modules)))
"""


def test_pages_do_not_load_what_only_scans_need():
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", LOADED], capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"
