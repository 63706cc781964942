"""No write without its ledger entry: read from the source of every service, and watched while services run."""

import ast
from pathlib import Path

import pytest

import xingdun

ROOT = Path(xingdun.__file__).parent
WRITES = {"save", "delete", "create", "bulk_create", "bulk_update", "update", "get_or_create", "update_or_create"}
ROWS = ("objects", "filter(", "exclude(", "all()", "_set", "appointments", "select_for_update")

# Services that change rows and write no entry of their own, each with its reason.
UNTOLD = {
    "organisation.token_mark_used": "when a token was last used, to the minute; what it did is told by what it did",
}


def offered(folder):
    """What a package of services offers to others; None for a module, where every bare name is offered."""
    package = folder / "services" / "__init__.py"
    if not package.exists():
        return None
    for node in ast.parse(package.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    pytest.fail(f"{package} says in __all__ what it offers")


def is_service(domain, name):
    """Whether others may call it; what is not offered is a part of a service and is looked at there."""
    names = offered(ROOT / domain)
    return not name.startswith("_") if names is None else name in names


def domains():
    """Each domain's services: {domain: {function name: its definition}}, their parts included."""
    found = {}
    for folder in sorted(path for path in ROOT.iterdir() if path.is_dir()):
        files = [folder / "services.py", *(folder / "services").glob("*.py")]
        functions = {}
        for file in files:
            if file.exists():
                functions |= {
                    node.name: node
                    for node in ast.parse(file.read_text()).body
                    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                }
        if functions:
            found[folder.name] = functions
    return found


def writes_rows(call):
    """Whether the call changes rows; a mapping's `update` is told apart by what it is called on."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITES:
        return False
    owner = ast.unparse(call.func.value)
    if call.func.attr in {"save", "delete"}:
        return not owner.startswith(("cache", "os.", "path"))
    return any(sign in owner for sign in ROWS)


def reach(name, functions, seen=None):
    """Every call made by the function, or by those of its domain's services that it calls."""
    seen = set() if seen is None else seen
    if name in seen:
        return
    seen.add(name)
    for node in ast.walk(functions[name]):
        if isinstance(node, ast.Call):
            yield node
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if called in functions:
                yield from reach(called, functions, seen)


def tells(call):
    """Whether the call writes a ledger entry, or is another domain's service, which is looked at there."""
    named = ast.unparse(call.func)
    return named.endswith("audit.record") or named in {"record", "audit_record"}


def test_every_service_that_changes_rows_tells_the_ledger_in_one_transaction():
    silent, open_ended, used = [], [], set()
    for domain, functions in domains().items():
        if domain == "audit":
            continue
        for name, function in functions.items():
            calls = list(reach(name, functions))
            if not is_service(domain, name) or not any(writes_rows(call) for call in calls):
                continue
            key = f"{domain}.{name}"
            if key in UNTOLD:
                used.add(key)
                continue
            if not any(tells(call) for call in calls):
                silent.append(key)
            atomic = any("atomic" in ast.unparse(one) for one in function.decorator_list)
            inside = "transaction.atomic" in ast.unparse(function)
            delegates = not any(writes_rows(call) for call in ast.walk(function) if isinstance(call, ast.Call))
            if not (atomic or inside or delegates):
                open_ended.append(key)
    assert not silent, "these change rows and write no ledger entry"
    assert not open_ended, "these write outside a transaction of their own"
    assert used == set(UNTOLD), "an exception that nothing needs any more"


def test_services_take_their_arguments_by_name():
    loose = [
        f"{domain}.{name}"
        for domain, functions in domains().items()
        for name, function in functions.items()
        if is_service(domain, name)
        and any(writes_rows(call) for call in ast.walk(function) if isinstance(call, ast.Call))
        and function.args.args
    ]
    assert not loose


def test_rows_are_written_by_services_alone():
    """Doors, registers, selectors, checks and forms change no row."""
    allowed = {"doors/identity", "doors/cli"}
    strays = []
    for file in ROOT.rglob("*.py"):
        place = file.relative_to(ROOT).as_posix()
        reads = file.name in {"registers.py", "selectors.py", "checks.py", "forms.py", "views.py", "api.py"}
        door = place.startswith("doors/") and not any(place.startswith(one) for one in allowed)
        if not (reads or door):
            continue
        strays += [
            f"{place}:{call.lineno}"
            for call in ast.walk(ast.parse(file.read_text()))
            if isinstance(call, ast.Call) and writes_rows(call)
        ]
    assert not strays
