"""What the pages tell people to type exists: make targets, commands with their options, files they link to."""

import re
from pathlib import Path

import click
import pytest

from xingdun.doors.cli.main import main
from xingdun.obligations.catalogue import load

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_BLOCK = re.compile(r"```(?:sh|console|bash)?\n(.*?)```", re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def typed(page):
    """Each line of a shell block, and each piece of code in the text."""
    text = page.read_text(encoding="utf-8")
    for block in _BLOCK.findall(text):
        yield from (line.removeprefix("$ ").strip() for line in block.splitlines())
    yield from _SPAN.findall(_BLOCK.sub("", text))


def test_the_readme_counts_the_catalogue():
    known = load()
    english, chinese = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md"))
    assert f"{len(known.clauses)} clauses of five documents as {len(known.duties)} duties" in english
    assert f"{len(known.clauses)} 条条款归为 {len(known.duties)} 项义务" in chinese


def command_of(words):
    """The command those words call, and what is left of them."""
    found = main
    while isinstance(found, click.Group) and words and not words[0].startswith("-"):
        name, *words = words
        context = click.Context(found)
        inner = found.get_command(context, name)
        assert inner, f"xingdun has no command {name}; it has {found.list_commands(context)}"
        found = inner
    return found, words


@pages
def test_every_command_and_its_options_exist(page):
    for line in typed(page):
        if not re.match(r"xingdun [a-z]", line):
            continue
        words = re.split(r"\s+(?:\||>|&&|#|，|。)", line)[0].split()[1:]
        command, rest = command_of([word.strip("…,.;") for word in words if word != "…"])
        options = {name for each in command.params for name in [*each.opts, *each.secondary_opts]}
        if command.context_settings.get("ignore_unknown_options"):
            continue
        for word in rest:
            if word.startswith("--") and word != "--help":
                assert word.partition("=")[0] in options, f"{line}: {sorted(options)}"


@pages
def test_every_make_target_exists(page):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {found[1] for line in typed(page) if (found := re.match(r"make ([a-z]+)", line))}
    assert named <= targets


@pages
def test_every_link_leads_somewhere(page):
    text = page.read_text(encoding="utf-8")
    missing = [link for link in _LINK.findall(text) if not (page.parent / link).exists()]
    assert missing == []


def test_both_readmes_tell_the_same():
    """The same commands, the same links, the same pictures in kind."""
    english, chinese = (ROOT / name for name in ("README.md", "README.zh.md"))
    commands = [
        {line for line in typed(page) if re.match(r"(?:make|xingdun) [a-z]", line)} for page in (english, chinese)
    ]
    assert commands[0] == commands[1]
    links = [set(_LINK.findall(page.read_text(encoding="utf-8"))) for page in (english, chinese)]
    assert {link for link in links[0] ^ links[1] if "pictures" not in link} == {"README.md", "README.zh.md"}
