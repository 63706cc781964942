"""Rules compiled: the same answers as reading them one by one, reasons always given."""

import dataclasses
import operator
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xingdun.kernel.policy import Condition, Policy, Rule, RuleError, read_rules


@dataclass(frozen=True)
class Facts:
    colour: str
    size: int
    tags: frozenset
    flag: bool


PLAIN = {
    "is": operator.eq,
    "in": lambda fact, value: fact in value,
    "has": lambda fact, value: value in fact,
    "lacks": lambda fact, value: value not in fact,
    "above": operator.gt,
    "below": operator.lt,
}
colours, tags = st.sampled_from(["red", "green", "blue", "grey"]), st.sampled_from(["a", "b"])
conditions = st.one_of(
    st.builds(Condition, st.just("colour"), st.just("is"), colours),
    st.builds(Condition, st.just("colour"), st.just("in"), st.lists(colours, max_size=3).map(tuple)),
    st.builds(Condition, st.just("tags"), st.sampled_from(["has", "lacks"]), tags),
    st.builds(Condition, st.just("size"), st.sampled_from(["is", "above", "below"]), st.integers(0, 4)),
    st.builds(Condition, st.just("flag"), st.just("is"), st.booleans()),
)
groups = st.lists(conditions, min_size=1, max_size=3).map(tuple)
effects = st.sampled_from(["permit", "forbid"])


@st.composite
def rule_sets(draw):
    count = draw(st.integers(0, 12))
    return [
        Rule(str(i), draw(effects), draw(groups | st.just(())), draw(st.lists(groups, max_size=2).map(tuple)))
        for i in range(count)
    ]


def holds(group, facts):
    return all(PLAIN[c.test](getattr(facts, c.fact), c.value) for c in group)


@settings(max_examples=80)
@given(
    rules=rule_sets(),
    asked=st.lists(st.builds(Facts, colours, st.integers(0, 5), st.frozensets(tags), st.booleans()), max_size=8),
)
def test_compiled_rules_answer_as_plain_reading_does(rules, asked):
    policy = Policy(rules, Facts)
    for facts in asked:
        fired = [r for r in rules if holds(r.when, facts) and not any(holds(g, facts) for g in r.unless)]
        decision = policy.decide(facts)
        assert list(decision.fired) == fired
        effects = {rule.effect for rule in fired}
        assert decision.allowed == ("permit" in effects and "forbid" not in effects)


FACTS = Facts("red", 3, frozenset("a"), flag=True)


def rules(text):
    return Policy(read_rules(text), Facts)


def test_nothing_is_allowed_by_default():
    decision = rules("").decide(FACTS)
    assert not decision.allowed
    assert decision.fired == ()


def test_a_forbid_beats_a_permit_and_says_so():
    decision = rules("""
        [[rule]]
        id = "may"
        effect = "permit"
        clauses = ["A-1"]
        when = { colour = "red" }
        [[rule]]
        id = "may-not"
        effect = "forbid"
        clauses = ["B-2", "B-3"]
        when = { size = { above = 2, below = 9 } }
        unless = [{ flag = false }]
    """).decide(FACTS)
    assert not decision.allowed
    assert [rule.id for rule in decision.permits] == ["may"]
    assert [rule.id for rule in decision.forbids] == ["may-not"]
    assert decision.clauses == ("B-2", "B-3")


def test_many_rules_are_found_by_their_keys():
    many = [
        Rule(f"r{i}", "permit", (Condition("size", "is", i), Condition("colour", "is", f"c{i % 7}")))
        for i in range(200)
    ]
    policy = Policy(many, Facts)
    assert policy.keys == ("size",) or set(policy.keys) == {"size", "colour"}
    assert [r.id for r in policy.fired(dataclasses.replace(FACTS, size=8, colour="c1"))] == ["r8"]
    assert policy.fired(dataclasses.replace(FACTS, size=999)) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[rule]]\nid = "x"\neffect = "permit"\nwhen = { colur = "red" }', "no fact colur"),
        ('[[rule]]\nid = "x"\neffect = "allow"', "not allow"),
        ('[[rule]]\nid = "x"\neffect = "permit"\nwhen = { size = { over = 1 } }', "no test over"),
        ('[[rule]]\nid = "x"\neffect = "permit"\n[[rule]]\nid = "x"\neffect = "permit"', "two rules"),
        ('[[rule]]\nid = "x"\neffect = "require"', "step"),
        ('[[rule]]\nid = "x"\neffect = "permit"\nstep = { role = "dso" }', "step"),
        ('[[rule]]\nid = "x"\neffect = "permit"\nunless = [{}]', "silence"),
        ('[[rule]]\nid = "x"\neffect = "permit"\nwho = "me"', "who"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(text, said):
    with pytest.raises(RuleError, match=said):
        rules(text)


def test_a_value_is_never_run():
    hostile = '__import__("os").abort()'
    policy = Policy([Rule("x", "permit", (Condition("colour", "is", hostile),))], Facts)
    assert not policy.decide(FACTS).allowed
    assert policy.decide(dataclasses.replace(FACTS, colour=hostile)).allowed
