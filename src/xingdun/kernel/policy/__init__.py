"""Policy decisions as plain compiled predicates over typed facts (DESIGN.md, decision 11).

`Policy` compiles rules; `decide` and `route` answer for a request for data: is it admissible, and who must act.
"""

from xingdun.kernel.policy.decisions import Decision, Policy
from xingdun.kernel.policy.request import (
    Refused,
    RequestFacts,
    Route,
    Step,
    decide,
    request_policy,
    route,
)
from xingdun.kernel.policy.rules import Condition, Rule, RuleError, read_rules

__all__ = [
    "Condition",
    "Decision",
    "Policy",
    "Refused",
    "RequestFacts",
    "Route",
    "Rule",
    "RuleError",
    "Step",
    "decide",
    "read_rules",
    "request_policy",
    "route",
]
