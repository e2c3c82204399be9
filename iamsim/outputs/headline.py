"""The first lines of an explanation: the verdict, and its cause.

A cause has several wordings. The full one stands by itself; the next one has shorter verbs; the terser ones also leave
out what the verdict above them says already, and the barest, beside AWS's own message, what stands further down. So both
fit in two lines of a terminal of 80 columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.analysis.answer import ROTATE
from iamsim.engine.decision import Decision, Reason
from iamsim.language.assertion import Form
from iamsim.model.policy import PolicyType
from iamsim.outputs.diagnostics import columns
from iamsim.outputs.paint import fold
from iamsim.outputs.phrases import POLICIES, STEP_REASONS, VERDICTS, keys, shorten
from iamsim.outputs.snippet import short_place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iamsim.analysis.explain import AuthorizationExplanation, Cause, Explanation
    from iamsim.outputs.names import Names

_INDENT = "  "
_NAME = 40
_NAMED_BY = {PolicyType.SCP: " level", PolicyType.ENDPOINT: " of"}
_WORD = 8
_SHORTEST = 12
_OF_CALLER = (PolicyType.IDENTITY, PolicyType.BOUNDARY, PolicyType.SESSION)
_ABOVE_ACCOUNT = (PolicyType.SCP, PolicyType.RCP)
_REFUSED = (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY)


def verdict_word(explanation: Explanation) -> tuple[str, str]:
    """The verdict in capitals, and its style."""
    return VERDICTS[explanation.outcome.decision]


def verdict_line(explanation: Explanation, names: Names) -> str:
    """`consumer:role/orders-api cannot GetSecretValue on owner:secret/prod/db`."""
    return " ".join(filter(None, _parts(explanation, names)))


def verdict_lines(explanation: Explanation, names: Names, width: int) -> list[str]:
    """The verdict after its word, in one line where that can be done: names are shortened, the operation never is."""
    caller, can, thing = _parts(explanation, names)
    room = width - _WORD - columns(f" {can} ")
    if room >= 2 * _SHORTEST:
        caller, thing = _fitted(caller, thing, room)
    return fold(" ".join(filter(None, (caller, can, thing))), width - _WORD)


def _fitted(caller: str, thing: str, room: int) -> tuple[str, str]:
    """Two names in so many columns: one of them stays whole if that leaves a third for the other."""
    if len(caller) + len(thing) <= room:
        return caller, thing
    if len(caller) <= 2 * room // 3:
        return caller, shorten(thing, room - len(caller))
    thing = shorten(thing, max(room // 2, room - len(caller)))
    return shorten(caller, room - len(thing)), thing


def _parts(explanation: Explanation, names: Names) -> tuple[str, str, str]:
    call, decision = explanation.outcome.call, explanation.outcome.decision
    whether, can = {Decision.ALLOWED: ("", "can"), Decision.UNKNOWN: ("whether ", "can")}.get(decision, ("", "cannot"))
    if call.operation == Form.START:
        return f"{whether}{names.principal(call.caller)}", f"{can} {call.operation}", ""
    thing = names.thing(explanation.outcome.about)
    return (
        f"{whether}{names.principal(call.caller)}",
        f"{can} {call.operation}{'' if call.operation == ROTATE else ' on'}",
        thing,
    )


def cause_lines(explanation: Explanation, names: Names, width: int, before: str = "") -> list[str]:
    """Why, in the fullest wording of those that take the fewest lines; `before` stands before it."""
    texts = (before + cause_line(explanation, names, terse=terse) for terse in range(len(_AWS_SAYS)))
    wordings = (fold(text, width, _INDENT) for text in texts)
    return min(wordings, key=len)


def cause_line(explanation: Explanation, names: Names, *, terse: int = 0) -> str:
    """Why, in one sentence: in full, with shorter verbs (1), or ever more briefly (2, 3, 4)."""
    outcome = explanation.outcome
    if outcome.decision is Decision.ALLOWED:
        return _allowed([explained.evaluation.request.action for explained in explanation.authorizations])
    if outcome.decided_by == (PolicyType.MANAGED_KEY,):
        return _MANAGED_KEY[terse > 1]
    deciding = explanation.deciding
    if deciding is None:
        return _state(explanation, names, brief=terse > 1)
    return _Wording(names, terse).call(explanation, deciding)


_AWS_SAYS = ("; AWS itself would only say", "; AWS says", "; AWS says", "; AWS", "")
"""What stands before AWS's message, in each wording."""

_BARE_NAME = 12
_BARE = {PolicyType.BOUNDARY: "boundary"}
_ALONE = "the one authorization that was asked for is allowed"


def _allowed(actions: list[str]) -> str:
    """Why a call succeeds."""
    if len(actions) == 2:
        return f"both authorizations are allowed: {' and '.join(actions)}"
    several = f"all {len(actions)} authorizations are allowed: {_listed(actions, 'and')}"
    return several if len(actions) > 2 else _ALONE


_MANAGED_KEY = (
    "the AWS managed key aws/secretsmanager serves its own account only: encrypt the secret with a customer managed key",
    "aws/secretsmanager serves its own account only: use a customer managed key",
)


def _state(explanation: Explanation, names: Names, *, brief: bool) -> str:
    """Why a call fails that no policy refuses."""
    for explained in explanation.authorizations:
        arn = explained.evaluation.request.resource
        found = (account.keys.get(arn) for account in names.world.accounts.values())
        key = next((key for key in found if key), None)
        if key is not None and key.state != "Enabled":
            which = "the secret's key" if brief else f"the key {names.thing(arn)}"
            return f"no policy refuses it: {which} is {key.state}"
    outcome = explanation.outcome
    if outcome.call.operation == ROTATE and outcome.error is not None:
        return f"no policy refuses it: {outcome.error.message}"
    if ":secret:" in outcome.about and outcome.world.secret(outcome.about) is None:
        return "no policy decides this: there is no such secret"
    said = outcome.error
    if said is None or said.recorded:
        return f"no policy refuses it; AWS says: {said.message or said.code if said else ''}"
    return f"no policy refuses it: {said.message or said.code}"


class _Wording:
    """The sentences about causes: with `short` verbs, with `brief` subjects, and `bare` beside AWS's message."""

    def __init__(self, names: Names, terse: int) -> None:
        self.names, self.short, self.brief = names, terse > 0, terse > 1
        self.aws_says, self.bare = _AWS_SAYS[terse], False
        self.barest = terse > 3

    def call(self, explanation: Explanation, deciding: AuthorizationExplanation) -> str:
        hidden = self.hidden(deciding)
        self.bare = bool(hidden) and self.barest
        return self.authorization(deciding) + hidden + ("" if self.bare else self.behind(explanation, deciding))

    def authorization(self, explained: AuthorizationExplanation) -> str:
        """Why one authorization came out as it did."""
        decision, action = explained.evaluation.decision, explained.evaluation.request.action
        if decision is Decision.UNKNOWN:
            return self.undecided(explained)
        if self.bare:
            action = action.partition(":")[2]
        if decision is Decision.EXPLICIT_DENY:
            verb = "denies" if len(explained.causes) == 1 else "deny"
            return f"{self.subjects(explained.causes, 'and')} {'' if self.bare else 'explicitly '}{verb} {action}"
        ways = [way.causes for way in explained.ways if not way.aside] or [explained.causes]
        alone = [causes[0] for causes in ways if len(causes) == 1]
        if len(alone) == len(ways) > 1 and not any(map(_fixed, alone)):
            both = f"no {self.subjects(alone, 'or')}" if self.bare else f"neither {self.subjects(alone, 'nor')}"
            return f"{both} allows {action}"
        others = [] if self.bare else ways[1:]
        return "; or ".join([self.silent(ways[0], action), *(self.instead(causes) for causes in others)])

    def undecided(self, explained: AuthorizationExplanation) -> str:
        needed = [keys(explained.evaluation.missing_context_values)]
        needed += [f"the {POLICIES[s.policy.type]}" for s in explained.undecided if not s.policy.known]
        on = " and ".join(dict.fromkeys(text for text in needed if text)) or "something"
        return f"{explained.evaluation.request.action} hangs on {on}, which is not known"

    def silent(self, causes: Sequence[Cause], action: str) -> str:
        """What does not allow an action: one policy, or several that would all be needed."""
        fixed = [STEP_REASONS[cause.reason] for cause in causes if _fixed(cause)]
        rest = [cause for cause in causes if not _fixed(cause)]
        if not rest:
            return ", and ".join(fixed)
        if len(rest) > 1:
            said = f"{self.subjects(rest, 'and')} {'lack' if self.short else 'do not allow'} {action}"
            return ", and ".join([*fixed, said if self.short else f"{said}; both are needed"])
        return ", and ".join([*fixed, self.one(rest[0], action)])

    def one(self, cause: Cause, action: str) -> str:
        if cause.reason is Reason.NO_POLICY:
            place = "" if self.brief else self.place(cause)
            return f"there is no {POLICIES[cause.type]}{place} to allow {action}"
        if cause.grant is not None and cause.grant.grantee.matched is False:
            return f"{self.subject(cause)} does not name the caller"
        if cause.grant is not None:
            return f"{self.subject(cause)} does not fit{'' if self.brief else f' this {action}'}"
        return f"{self.subject(cause)} {'lacks' if self.short else 'does not allow'} {action}"

    def instead(self, causes: Sequence[Cause]) -> str:
        return f"{self.subjects(causes, 'and')} could allow it instead"

    def subjects(self, causes: Sequence[Cause], word: str) -> str:
        """Several policies; an account that they share is named once."""
        if self.bare and len(causes) > 1:
            return _briefest([_BARE.get(cause.type, POLICIES[cause.type]) for cause in causes], word)
        if self.brief and len(causes) > 1:
            return _listed([POLICIES[cause.type] for cause in causes], word)
        shared = len({(cause.account, cause.type in _ABOVE_ACCOUNT) for cause in causes}) == 1
        named = [self.subject(cause, placed=not shared or cause is causes[-1]) for cause in causes]
        return _listed(named, word)

    def subject(self, cause: Cause, *, placed: bool = True) -> str:
        """`the key policy in account 111122223333 (owner)`, or `owner's key policy`."""
        kind, name = POLICIES[cause.type], self.name(cause)
        if self.bare:
            return f"{_BARE.get(cause.type, kind)}{'' if cause.type is PolicyType.IDENTITY else name}"
        if cause.type in _OF_CALLER:
            whose = "its" if self.brief else "the caller's"
            return f"{whose} {kind}{name}{self.place(cause) if placed and not self.brief else ''}"
        if not self.brief:
            return f"the {kind}{name}{self.place(cause) if placed else ''}"
        if cause.type in _ABOVE_ACCOUNT or cause.type is PolicyType.ENDPOINT:
            return f"the {kind}{name}"
        return f"{self.names.alias(cause.account)}'s {kind}"

    def name(self, cause: Cause) -> str:
        """What tells a policy from others of its type: a gate's name, or the name of the one that denies."""
        if cause.name:
            return f"{_NAMED_BY.get(cause.type, '')} {self.shortened(cause.name)}"
        denies = cause.reason is Reason.MATCH and cause.type in (*_ABOVE_ACCOUNT, PolicyType.IDENTITY)
        return f" {self.shortened(cause.policies[0].name)}" if denies else ""

    def shortened(self, name: str) -> str:
        """A policy's name in the columns that there are for it."""
        return shorten(name, _BARE_NAME) if self.bare else short_place(name, _NAME)

    def place(self, cause: Cause) -> str:
        if not cause.account:
            return ""
        return f" {'on' if cause.type in _ABOVE_ACCOUNT else 'in'} account {self.names.account(cause.account)}"

    def hidden(self, explained: AuthorizationExplanation) -> str:
        """What AWS says instead, where a service hides the reason."""
        hides = explained.authorization.demand.hides
        if hides is None or explained.evaluation.decision is Decision.UNKNOWN:
            return ""
        return f"{self.aws_says}: {hides.message}"

    def behind(self, explanation: Explanation, deciding: AuthorizationExplanation) -> str:
        """What would refuse the call next, once this is mended."""
        at = explanation.authorizations.index(deciding) + 1
        later = [e for e in explanation.authorizations[at:] if e.evaluation.decision in _REFUSED]
        if self.short:
            return "".join(f"; then {e.evaluation.request.action}{_asker(e)} is refused too" for e in later)
        return "".join(f"; behind it, {self.authorization(e)}" for e in later)


def _asker(explained: AuthorizationExplanation) -> str:
    """Which service asks, where it is not the caller."""
    service = explained.authorization.demand.by
    return f" by {service}" if service else ""


def _listed(names: list[str], word: str) -> str:
    """`a, b and c`."""
    *first, last = dict.fromkeys(names)
    return f"{', '.join(first)} {word} {last}" if first else last


def _briefest(kinds: list[str], word: str) -> str:
    """`key and identity policy`; of more than two the first: `key policy and 2 more`."""
    first, *others = dict.fromkeys(kinds)
    if len(others) > 1:
        return f"{first} and {len(others)} more"
    both_policies = all(kind.endswith(_POLICY) for kind in (first, *others))
    return _listed([first.removesuffix(_POLICY) if both_policies and others else first, *others], word)


_POLICY = " policy"


def _fixed(cause: Cause) -> bool:
    """Whether a cause is a rule, and no policy's silence."""
    return cause.reason in STEP_REASONS
