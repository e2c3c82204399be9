"""The first two lines of an explanation: the verdict, and its cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.engine.decision import Decision, Reason
from iamsim.model.policy import PolicyType
from iamsim.outputs.phrases import POLICIES, STEP_REASONS, VERDICTS, keys

if TYPE_CHECKING:
    from iamsim.analysis.explain import AuthorizationExplanation, Cause, Explanation
    from iamsim.outputs.names import Names


def verdict_line(explanation: Explanation, names: Names) -> str:
    """`consumer:role/app cannot GetSecretValue on owner:secret/prod/db`."""
    outcome = explanation.outcome
    can = {Decision.ALLOWED: "can", Decision.UNKNOWN: "may or may not be able to"}.get(outcome.decision, "cannot")
    caller, wanted = names.principal(outcome.call.caller), str(outcome.call.parameters.get("SecretId"))
    return f"{caller} {can} {outcome.call.operation} on {names.thing(wanted)}"


def verdict_word(explanation: Explanation) -> tuple[str, str]:
    """The verdict in capitals, and its style."""
    return VERDICTS[explanation.outcome.decision]


def cause_line(explanation: Explanation, names: Names) -> str:
    """Why, in one sentence."""
    outcome = explanation.outcome
    if outcome.decision is Decision.ALLOWED:
        count = len(outcome.authorizations)
        return f"{'both' if count == 2 else 'all'} authorizations are allowed" if count > 1 else "it is allowed"
    if outcome.decided_by == (PolicyType.MANAGED_KEY,):
        return (
            "the secret is encrypted under the AWS managed key aws/secretsmanager, which serves only its own account; "
            "nothing can be added to that key's policy: move the secret to a customer managed key"
        )
    deciding = explanation.deciding
    if deciding is None:
        return f"{outcome.error.message if outcome.error else 'it fails'} (no policy decides this: it is the state)"
    return authorization_cause(deciding, names) + _hidden(deciding) + _behind(explanation, deciding, names)


def authorization_cause(explained: AuthorizationExplanation, names: Names) -> str:
    """Why one authorization came out as it did."""
    evaluation = explained.evaluation
    action = evaluation.request.action
    if evaluation.decision is Decision.UNKNOWN:
        missing = keys(evaluation.missing_context_values)
        unknown = list(dict.fromkeys(s.policy.name for s in explained.undecided if not s.policy.known))
        needed = [missing] if missing else []
        needed += [f"the {name}" for name in unknown]
        return f"{action} depends on {' and '.join(needed) or 'what is not known'}"
    if evaluation.decision is Decision.EXPLICIT_DENY:
        who = " and ".join(_whose(cause, names) for cause in explained.causes)
        return f"{action} is denied explicitly by {who}"
    return " or ".join(_alternatives(explained, action, names))


def _alternatives(explained: AuthorizationExplanation, action: str, names: Names) -> list[str]:
    if explained.causes:
        return [" and ".join(_silent(cause, action, names) for cause in explained.causes)]
    return [" and ".join(_silent(cause, action, names) for cause in way.causes) for way in explained.ways[:1]] + [
        "as an alternative, " + " and ".join(_whose(cause, names) for cause in way.causes) + " could allow it"
        for way in explained.ways[1:2]
    ]


def _silent(cause: Cause, action: str, names: Names) -> str:
    whose = _whose(cause, names)
    if cause.reason in STEP_REASONS:
        return f"{whose}: {STEP_REASONS[cause.reason]}"
    if cause.reason is Reason.NO_POLICY:
        return f"no {POLICIES[cause.type]} in account {names.account(cause.account)} allows {action}: there is none"
    return f"{whose} does not allow {action}"


def _whose(cause: Cause, names: Names) -> str:
    """`the key policy in account 111122223333 (owner)`."""
    name = f" ({cause.name})" if cause.name else ""
    article = (
        "the caller's " if cause.type in (PolicyType.IDENTITY, PolicyType.BOUNDARY, PolicyType.SESSION) else "the "
    )
    preposition = "on" if cause.type in (PolicyType.SCP, PolicyType.RCP) else "in"
    place = f" {preposition} account {names.account(cause.account)}" if cause.account else ""
    return f"{article}{POLICIES[cause.type]}{name}{place}"


def _behind(explanation: Explanation, deciding: AuthorizationExplanation, names: Names) -> str:
    """What would refuse the call next, once this is mended."""
    at = explanation.authorizations.index(deciding) + 1
    refused = (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY)
    later = [e for e in explanation.authorizations[at:] if e.evaluation.decision in refused]
    return "".join(f"; behind it, {authorization_cause(explained, names)}" for explained in later)


def _hidden(explained: AuthorizationExplanation) -> str:
    """What AWS says instead, where a service hides the reason."""
    hides = explained.authorization.demand.hides
    if hides is None or explained.evaluation.decision is Decision.UNKNOWN:
        return ""
    return f"; AWS itself says only: {hides.message}"
