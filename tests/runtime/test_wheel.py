"""The wheel stands alone: the program, its pages' files, its catalogues and its numbers are in it."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*command, **options):
    return subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        **options,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built from the tree, with the tools at hand: no network."""
    folder = tmp_path_factory.mktemp("wheel")
    done = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An environment with the wheel in it; what it depends on is borrowed from ours."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True, symlinks=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    done = run(folder / "bin" / "python", "-m", "pip", "install", "--no-deps", "--no-index", wheel)
    assert done.returncode == 0, done.stderr
    ours = Path(sysconfig.get_path("purelib"))
    (packages / "borrowed.pth").write_text(f"{ours}\n")
    return folder


@pytest.fixture
def python(installed, tmp_path):
    """Its interpreter, in an empty folder, with none of our settings and no way to the tree."""
    environ = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    environ |= {"HOME": str(tmp_path), "XINGDUN_DATA": str(tmp_path / "data"), "XINGDUN_LANGUAGE": "en"}
    environ |= {"XINGDUN_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    return lambda *words: run(installed / "bin" / "python", *words, cwd=tmp_path, env=environ)


def test_what_people_look_at_and_what_the_law_says_is_inside(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    tracked = run("git", "ls-files", "src", cwd=ROOT).stdout.splitlines()
    expected = {name.removeprefix("src/") for name in tracked if (ROOT / name).is_file()}
    assert expected - names == set()
    catalogues = {name for name in names if name.endswith("django.mo")}
    assert len(catalogues) == len({name for name in names if name.endswith("django.po")})
    assert {name.rpartition(".")[2] for name in names} >= {"css", "js", "svg", "html", "toml", "mo"}
    assert not {name for name in names if name.startswith(("tests/", "bench/", "data/"))}
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_it_comes_from_the_wheel_and_says_its_version(python, installed):
    where = python("-c", "import xingdun; print(xingdun.__file__)")
    assert where.stdout.startswith(str(installed)), where.stdout + where.stderr
    assert (installed / "bin" / "xingdun").exists()
    told = python("-m", "xingdun", "--version")
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("xingdun, version ")


def test_django_finds_nothing_wrong_with_it(python):
    done = python("-m", "xingdun", "manage", "check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no issues" in done.stdout


def test_its_static_files_and_its_chinese_are_found(python):
    done = python(
        "-c",
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'xingdun.runtime.settings'\n"
        "import django; django.setup()\n"
        "from django.contrib.staticfiles.finders import find\n"
        "from django.utils import translation\n"
        "from xingdun.keys.errors import KeyFileMissing\n"
        "print(find('console/console.css'), find('console/vendor/htmx/htmx.min.js'))\n"
        "with translation.override('zh-hans'): print(str(KeyFileMissing(path='x')))\n",
    )
    assert done.returncode == 0, done.stderr
    files, refusal = done.stdout.splitlines()
    assert "None" not in files
    assert "根密钥" in refusal
