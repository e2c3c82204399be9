"""Laws: the order of statements, policies, elements and values does not matter, nor do duplicates."""

from __future__ import annotations

import copy

from hypothesis import given
from hypothesis import strategies as st
from properties.deciding import changed, decided, evaluated, listed, readable_cases, with_statements

LISTS = ("Action", "NotAction", "Resource", "NotResource")


@given(readable_cases(), st.randoms(use_true_random=False))
def test_the_order_of_statements_does_not_matter(case, random):
    def shuffled(statements):
        return random.sample(statements, len(statements))

    assert decided(with_statements(case, shuffled)) is decided(case)


@given(readable_cases())
def test_a_statement_may_stand_twice(case):
    twice = with_statements(case, lambda statements: [*statements, *copy.deepcopy(statements)])
    assert decided(twice) is decided(case)
    assert evaluated(twice).decided_by == evaluated(case).decided_by


@given(readable_cases(), st.randoms(use_true_random=False))
def test_the_order_of_policies_and_levels_does_not_matter(case, random):
    made = changed(case)
    for holder in ("identity_policies", "session_policies", "endpoint_policies", "scps", "rcps", "kms_grants"):
        random.shuffle(made.get(holder) or [])
    for level in (*made["scps"], *made["rcps"]):
        random.shuffle(level["policies"])
    assert decided(made) is decided(case)


@given(readable_cases())
def test_a_policy_may_be_attached_twice(case):
    made = changed(case)
    for holder in ("identity_policies", "session_policies", "endpoint_policies", "scps", "rcps", "kms_grants"):
        if made.get(holder):
            made[holder] = made[holder] * 2
    assert decided(made) is decided(case)


@given(readable_cases())
def test_two_policies_are_one_with_the_statements_of_both(case):
    made = changed(case, identity_policies=[])
    by_version = {}
    for identity in case["identity_policies"]:
        by_version.setdefault(identity["policy"].get("Version"), []).extend(listed(identity["policy"]))
    for version, statements in by_version.items():
        document = {"Version": version, "Statement": statements} if version else {"Statement": statements}
        made["identity_policies"].append({"name": str(version), "policy": document})
    assert decided(made) is decided(case)


@given(readable_cases())
def test_an_action_list_may_be_split_into_statements(case):
    assert decided(with_statements(case, lambda listed: split(listed, "Action"))) is decided(case)


@given(readable_cases())
def test_a_resource_list_may_be_split_into_statements(case):
    assert decided(with_statements(case, lambda listed: split(listed, "Resource"))) is decided(case)


def split(statements, element):
    """A statement for each value of the element."""
    made = []
    for statement in statements:
        values = statement.get(element)
        made += [statement | {element: value} for value in values] if isinstance(values, list) else [statement]
    return made


@given(readable_cases())
def test_lists_are_sets(case):
    def turned(statement):
        made = {
            key: [*reversed(value), value[0]] if key in LISTS and isinstance(value, list) else value
            for key, value in statement.items()
        }
        return dict(reversed(made.items()))

    assert decided(with_statements(case, lambda listed: [turned(s) for s in listed])) is decided(case)


@given(readable_cases())
def test_a_single_value_may_stand_in_a_list(case):
    def in_lists(statement):
        made = {key: [v] if key in LISTS and isinstance(v, str) else v for key, v in statement.items()}
        if "Condition" in made:
            made["Condition"] = {
                operator: {key: value if isinstance(value, list) else [value] for key, value in keys.items()}
                for operator, keys in made["Condition"].items()
            }
        return made

    assert decided(with_statements(case, lambda listed: [in_lists(s) for s in listed])) is decided(case)


@given(readable_cases())
def test_the_case_of_operators_actions_and_keys_does_not_matter(case):
    def swapped(statement):
        made = {k: _swapped(v) if k in {"Action", "NotAction"} else v for k, v in statement.items()}
        if "Condition" in made:
            made["Condition"] = {
                operator.lower(): {key.swapcase(): value for key, value in keys.items()}
                for operator, keys in made["Condition"].items()
            }
        return made

    request = case["request"]
    made = with_statements(case, lambda listed: [swapped(s) for s in listed])
    made["request"]["action"] = request["action"].swapcase()
    made["request"]["context"] = {key.upper(): value for key, value in request["context"].items()}
    assert decided(made) is decided(case)


def _swapped(values):
    return values.swapcase() if isinstance(values, str) else [value.swapcase() for value in values]
