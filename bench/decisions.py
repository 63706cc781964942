"""Policy decisions against casbin's FastEnforcer on 200 rules, interleaved. Limit: at least 20 times as many.

Run: python bench/decisions.py   (needs the dependency group `bench`)
"""

import logging
import random
import statistics
import tempfile
import time
from dataclasses import dataclass

import casbin

from xingdun.kernel.policy import Condition, Policy, Rule

RULES, REQUESTS, ROUNDS = 200, 2000, 7
MODEL = """
[request_definition]
r = role, category, purpose, recipient
[policy_definition]
p = role, category, purpose, recipient
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.category == p.category && r.purpose == p.purpose && r.role == p.role && r.recipient == p.recipient
"""
ROLES = [f"role{i}" for i in range(5)]
CATEGORIES = [f"category{i}" for i in range(20)]
PURPOSES = [f"purpose{i}" for i in range(8)]
RECIPIENTS = ["own_department", "institution", "outside"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What both decide on."""

    role: str
    category: str
    purpose: str
    recipient: str


def main() -> None:
    chance = random.Random(7)
    every = [(r, c, p, q) for r in ROLES for c in CATEGORIES for p in PURPOSES for q in RECIPIENTS]
    chosen = chance.sample(every, RULES)
    names = ("role", "category", "purpose", "recipient")
    rules = [
        Rule(f"rule{i}", "permit", tuple(Condition(name, "is", value) for name, value in zip(names, row, strict=True)))
        for i, row in enumerate(chosen)
    ]
    requests = [chance.choice(chosen if i % 2 else every) for i in range(REQUESTS)]
    facts = [Facts(*row) for row in requests]
    policy = Policy(rules, Facts)

    logging.disable(logging.CRITICAL)
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as model:
        model.write(MODEL)
        model.flush()
        enforcer = casbin.FastEnforcer(model.name, cache_key_order=(1, 2))  # its own index, on two selective keys
    enforcer.add_policies([list(row) for row in chosen])

    expected = [row in set(chosen) for row in requests]
    assert [policy.decide(each).allowed for each in facts] == expected
    assert [enforcer.enforce(*row) for row in requests] == expected

    ours, theirs = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for each in facts:
            policy.decide(each)
        ours.append(REQUESTS / (time.perf_counter() - began))
        began = time.perf_counter()
        for row in requests:
            enforcer.enforce(*row)
        theirs.append(REQUESTS / (time.perf_counter() - began))
    mine, peer = statistics.median(ours), statistics.median(theirs)
    print(
        f"index on {policy.keys}: {mine:,.0f} decisions/s, casbin FastEnforcer {peer:,.0f}/s, ratio {mine / peer:.0f}"
    )


if __name__ == "__main__":
    main()
