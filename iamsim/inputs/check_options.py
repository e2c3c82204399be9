"""The options of `iamsim check` that say what the templates leave open: `--account STACK=ID` and its like."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from iamsim.inputs.cloudformation import Settings
from iamsim.inputs.cloudformation.settings import STACK_NAME
from iamsim.inputs.spot import nearest
from iamsim.inputs.text import read_source
from iamsim.language.arn import parse_arn
from iamsim.language.diagnostic import Diagnostic, Severity
from iamsim.language.errors import InputError, LanguageError
from iamsim.model.document import UNREADABLE, diagnose_policy
from iamsim.model.policy import PolicyType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from iamsim.inputs.cloudformation import Stacks
    from iamsim.language.source import Source

_ACCOUNT = re.compile(r"[0-9]{12}")
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-[0-9]+")


def template_settings(
    *,
    accounts: Iterable[str] = (),
    regions: Iterable[str] = (),
    parameters: Iterable[str] = (),
    policies: Iterable[str] = (),
    names: Iterable[str] = (),
) -> Settings:
    """What the options say.

    Raises:
        InputError: an option has another form than the one that the help shows, or names a file that cannot be read.
    """
    found: list[Diagnostic] = []
    by_stack = {
        "account": _pairs("account", accounts, "STACK=111122223333", _ACCOUNT.fullmatch, found),
        "region": _pairs("region", regions, "STACK=us-east-1", _REGION.fullmatch, found),
    }
    given = _pairs("parameter", parameters, "[STACK.]NAME=VALUE", lambda _: True, found, hidden=True)
    arns = _pairs("name", names, "[STACK.]LogicalId=ARN", _is_arn, found)
    files = _pairs("policy", policies, "ARN=FILE", bool, found)
    documents: dict[str, Source] = {}
    for arn, file in files.items():
        try:
            documents[arn] = _policy(arn, file)
        except InputError as error:
            found += error.diagnostics
    if found:
        raise InputError(found)
    return Settings(
        accounts=by_stack["account"],
        regions=by_stack["region"],
        parameters={_stack_and_name(name): value for name, value in given.items()},
        names=arns,
        policies=documents,
    )


def _policy(arn: str, file: str) -> Source:
    """The document of a policy that stands in no template. What AWS would refuse is refused here: it cannot be attached."""
    if not _is_arn(arn):
        help_ = "write `--policy arn:aws:iam::111122223333:policy/NAME=FILE`"
        raise InputError([Diagnostic("policy-option", f"`{arn[:200]}` is no ARN", help=help_)])
    source = read_source(file)
    _, problems = diagnose_policy(source, PolicyType.IDENTITY, file)
    wrong = [d for d in problems if d.code in UNREADABLE]
    if wrong:
        raise InputError(wrong)
    return source


def _pairs(
    option: str,
    given: Iterable[str],
    form: str,
    fits: Callable[[str], object],
    found: list[Diagnostic],
    *,
    hidden: bool = False,
) -> dict[str, str]:
    """What an option says of each name. What is wrong is put into `found`, without the value where it is `hidden`."""
    pairs: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        shown = name if hidden and equals else text
        if not (name and equals and fits(value)):
            found.append(_wrong(option, f"`{shown[:200]}` is not of the form {form}", f"write `--{option} {form}`"))
        elif pairs.setdefault(name, value) != value:
            found.append(_wrong(option, f"--{option} says two things of `{name[:200]}`", "give it once"))
    return pairs


def _is_arn(text: str) -> bool:
    try:
        parse_arn(text)
    except LanguageError:
        return False
    return True


def _stack_and_name(text: str) -> tuple[str | None, str]:
    stack, dot, name = text.rpartition(".")
    return (stack if dot else None), name


def check_against(settings: Settings, stacks: Stacks) -> None:
    """Whether everything that the options speak of is there.

    Raises:
        InputError: a stack, a parameter or a resource is not; each says what is.
    """
    found = list(_strangers(settings, stacks))
    found = found or [replace(d, severity=Severity.ERROR) for d in stacks.diagnostics if d.code == "name-option"]
    if found:
        raise InputError(found)


def _strangers(settings: Settings, stacks: Stacks) -> Iterator[Diagnostic]:
    resources = {stack.label: set(stack.evaluator.resources) for stack in stacks.stacks}
    labels = dict.fromkeys(name for stack in stacks.stacks for name in (stack.label, stack.name))
    by_stack: tuple[tuple[str, Mapping[str, str]], ...] = (("account", settings.accounts), ("region", settings.regions))
    for option, given in by_stack:
        for stack in given:
            if stack not in labels:
                yield _wrong(
                    option, f"there is no stack `{stack[:200]}`", nearest(stack, labels) or "no template is checked"
                )
    for stack_or_none, name in settings.parameters:
        known = {
            parameter: stack.label
            for stack in stacks.stacks
            if stack_or_none in (None, stack.label)
            for parameter in (*(stack.evaluator.template.document.get("Parameters") or {}), STACK_NAME)
        }
        if name not in known:
            where = f"stack `{stack_or_none[:200]}` has" if stack_or_none else "the templates have"
            yield _wrong("parameter", f"{where} no parameter `{name[:200]}`", nearest(name, known))
    for given_name in settings.names:
        yield from _resource(given_name, resources)


def _resource(given: str, resources: Mapping[str, set[str]]) -> Iterator[Diagnostic]:
    stack, _, name = given.rpartition(".")
    owners = [label for label, known in resources.items() if name in known and stack in ("", label)]
    if len(owners) > 1:
        help_ = f"write one of {', '.join(f'`{label}.{name}`' for label in owners)}"
        yield _wrong("name", f"several stacks have a resource `{name[:200]}`", help_)
    if not owners:
        near = nearest(given, sorted(f"{label}.{known}" for label, ids in resources.items() for known in ids))
        near = near if stack else nearest(name, sorted({known for ids in resources.values() for known in ids}))
        yield _wrong("name", f"there is no resource `{given[:200]}`", near or "write `--name STACK.LogicalId=ARN`")


def _wrong(option: str, message: str, help_: str) -> Diagnostic:
    return Diagnostic(f"{option}-option", message, help=help_)
