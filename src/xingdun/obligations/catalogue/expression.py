"""Applicability expressions: the part of CEL the catalogue uses, checked here and evaluated elsewhere.

CEL's operators are put into Python's, so that Python's own parser judges the form; nothing is evaluated.
"""

import ast
import re
from collections.abc import Mapping

from xingdun.obligations.catalogue.model import Fact

_TOKEN = re.compile(r'\s*(?:(&&|\|\||[!=<>]=|[!<>()\[\],])|("[^"\\]*")|(\d+)|([A-Za-z_]\w*))')
_OPERATORS = {"&&": "and", "||": "or", "!": "not"}
_LITERALS: Mapping[type, str] = {bool: "bool", int: "int", str: "text"}
_COMPARISONS: Mapping[type[ast.cmpop], tuple[str, ...]] = {
    ast.Eq: ("int", "text", "bool"),
    ast.NotEq: ("int", "text", "bool"),
    ast.Lt: ("int",),
    ast.LtE: ("int",),
    ast.Gt: ("int",),
    ast.GtE: ("int",),
}


def facts_of(expression: str, facts: Mapping[str, Fact]) -> tuple[str, ...]:
    """The facts an expression asks, sorted. Raises ValueError with the reason when it is no expression over `facts`."""
    try:
        tree = ast.parse(_python(expression), mode="eval")
    except (SyntaxError, RecursionError, MemoryError):
        message = f"{expression!r} does not parse"
        raise ValueError(message) from None
    if _type(tree.body, facts) != "bool":
        message = f"{expression!r} is neither true nor false"
        raise ValueError(message)
    return tuple(sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}))


def _python(expression: str) -> str:
    parts: list[str] = []
    at = 0
    text = expression.rstrip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            message = f"{expression!r} is not understood from {text[at : at + 20]!r} on"
            raise ValueError(message)
        parts.append(_word(token))
        at = token.end()
    return " ".join(parts)


def _word(token: re.Match[str]) -> str:
    operator, text, number, name = token.groups()
    if operator:
        return _OPERATORS.get(operator, operator)
    if name in {"and", "or", "not", "if", "else", "is", "lambda", "for", "True", "False", "None"}:
        message = f"{name} is no word of CEL"
        raise ValueError(message)
    return {"true": "True", "false": "False"}.get(name, name) if name else text or number


def _type(node: ast.expr, facts: Mapping[str, Fact]) -> str:
    match node:
        case ast.Constant(value=bool() | int() | str() as value):
            return _LITERALS[type(value)]
        case ast.Name(id=name):
            return _fact_type(name, facts)
        case ast.List(elts=items) if items and len({_type(item, facts) for item in items}) == 1:
            return f"list of {_type(items[0], facts)}"
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return _compared(_type(left, facts), operator, _type(right, facts))
        case ast.BoolOp(values=values) if all(_type(value, facts) == "bool" for value in values):
            return "bool"
        # CEL's ! binds closer than a comparison, Python's not looser: only where both read the same is it let through.
        case ast.UnaryOp(op=ast.Not(), operand=(ast.Name() | ast.BoolOp()) as operand) if (
            _type(operand, facts) == "bool"
        ):
            return "bool"
    message = "only comparisons, && || ! and facts stand in an expression"
    raise ValueError(message)


def _fact_type(name: str, facts: Mapping[str, Fact]) -> str:
    if name not in facts:
        message = f"there is no fact {name}"
        raise ValueError(message)
    return facts[name].type


def _compared(left: str, operator: ast.cmpop, right: str) -> str:
    if isinstance(operator, ast.In):
        fits = right == f"list of {left}" or (right == "list" and left == "text")
    else:
        fits = left == right and left in _COMPARISONS.get(type(operator), ())
    if not fits:
        message = f"a {left} and a {right} cannot be compared so"
        raise ValueError(message)
    return "bool"
