"""What is tracked speaks of the project alone: no path of one machine, no address of a package registry."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Written in parts, so that this file does not find itself.
FORBIDDEN = {
    "a path of one machine": re.compile("/" + r"(?:work|home/\w+|var/folders|Users/\w+)/"),
    "the address of a package registry": re.compile(
        "|".join(("pypi" + r"\.org", "pythonhosted" + r"\.org", "registry" + r"\.npmjs", "/" + "simple/ "))
    ),
    "an index in a lock file": re.compile(r"^(?:--|-)(?:extra-)?index" + "-url", re.MULTILINE),
}
# Others' work keeps its own words.
OTHERS = re.compile(r"/vendor/|^LICENSE$")


def tracked():
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        path = ROOT / name
        if path.is_file() and not OTHERS.search(name):
            yield name, path


def test_no_tracked_file_holds_what_belongs_elsewhere():
    found = []
    for name, path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name}: {what}" for what, pattern in FORBIDDEN.items() if pattern.search(text)]
    assert found == []


def test_no_lock_file_names_an_address():
    for path in (ROOT / "locks").glob("*.txt"):
        assert "://" not in path.read_text(encoding="utf-8"), path.name


def test_nothing_is_tracked_that_is_made_or_secret():
    made = re.compile(r"(^|/)(__pycache__|node_modules|dist|build)/|\.(pyc|key|pem|password)$|(^|/)data/secrets/")
    assert [name for name, _ in tracked() if made.search(name)] == []
