"""`iamsim explain`: why a call is allowed or not."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from iamsim.cli.exit_code import ExitCode
from iamsim.cli.terminal import color, print_json, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from iamsim.analysis.explain import Explanation
    from iamsim.outputs.remedy_json import Fix


class Format(StrEnum):
    """How the answer is printed. `cases` are lines for `iamsim evaluate`, one for each authorization."""

    TEXT = "text"
    JSON = "json"
    CASES = "cases"


class Verdict(StrEnum):
    """What can be expected; `denied` is either deny."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicitDeny"
    IMPLICIT_DENY = "implicitDeny"
    UNKNOWN = "unknown"
    DENIED = "denied"


def explain(
    scenario: Annotated[str | None, typer.Argument(metavar="SCENARIO", help="A scenario file, *.iamsim.yaml.")] = None,
    caller: Annotated[str | None, typer.Option(metavar="ARN", help="Who calls GetSecretValue.")] = None,
    secret: Annotated[
        str | None, typer.Option(metavar="ARN", help="The secret, its six-character suffix included.")
    ] = None,
    key: Annotated[
        str | None, typer.Option(metavar="ARN", help="The secret's KMS key, if it is not the AWS managed one.")
    ] = None,
    identity: Annotated[
        list[str] | None, typer.Option(metavar="FILE", help="An identity policy of the caller; repeatable.")
    ] = None,
    boundary: Annotated[str | None, typer.Option(metavar="FILE", help="The caller's permissions boundary.")] = None,
    session: Annotated[
        str | None, typer.Option(metavar="FILE", help="The session policy of the caller's session.")
    ] = None,
    scp: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="An SCP on the caller's account, a level each from the root down."),
    ] = None,
    rcp: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="An RCP on the secret's account, a level each from the root down."),
    ] = None,
    secret_policy: Annotated[str | None, typer.Option(metavar="FILE", help="The secret's resource policy.")] = None,
    key_policy: Annotated[str | None, typer.Option(metavar="FILE", help="The key's policy.")] = None,
    grants: Annotated[
        str | None, typer.Option(metavar="FILE", help="The key's grants, as `aws kms list-grants` prints them.")
    ] = None,
    context: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="A context key: a value, [a, b], unknown or absent; repeatable."),
    ] = None,
    expect: Annotated[
        Verdict | None, typer.Option(help="The verdict that is expected: exit 1 if it is another.")
    ] = None,
    format: Annotated[
        Format, typer.Option(help="Text for people, JSON for programs, cases for `iamsim evaluate`.")
    ] = Format.TEXT,
    fix: Annotated[
        bool,
        typer.Option(
            "--fix", help="For a refused call, the smallest set of statements that opens it, or why there is none."
        ),
    ] = False,
    question: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Only the N-th question of the scenario, with its `then`.")
    ] = None,
    brief: Annotated[
        bool, typer.Option("--brief", help="Only verdicts and causes, what is to blame, and the first remedy.")
    ] = False,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Show what AWS returns with the values of secrets, which else stay hidden.")
    ] = False,
) -> int:
    """Why a call is allowed or not: which authorizations AWS makes, which says no, and which line of which file is to blame.

    Give a scenario, or --caller and --secret with the policy files at hand; a policy that is not given is not attached, but
    a key's policy that is not given is not known, and neither is a context key.

    Exit code 0 as expected (or decided, where nothing is expected), 1 not as expected, 2 unreadable, 3 undecided.
    """
    files: dict[str, object] = {
        "caller": caller,
        "secret": secret,
        "key": key,
        "identity": identity or [],
        "boundary": boundary,
        "session": session,
        "scps": scp or [],
        "rcps": rcp or [],
        "secret_policy": secret_policy,
        "key_policy": key_policy,
        "grants": grants,
    }
    _refuse(brief and format is not Format.TEXT, "--brief is a form of --format text")
    given = [_OPTIONS.get(name, name).replace("_", "-") for name, value in files.items() if value]
    if scenario is not None:
        _refuse(
            bool(given),
            f"a scenario has its own world: leave out {', '.join(f'--{name}' for name in given)}",
        )
        return _explain_scenario(
            scenario,
            context or [],
            expect,
            format,
            fix=_finder(wanted=fix),
            number=question,
            brief=brief,
            reveal=reveal,
        )
    _refuse(question is not None, "--question is about a scenario")
    _refuse(
        not caller or not secret, "give a SCENARIO file, or --caller ARN and --secret ARN with the policy files at hand"
    )
    return _explain_files(files, context or [], expect, format, fix=_finder(wanted=fix), brief=brief, reveal=reveal)


_OPTIONS = {"scps": "scp", "rcps": "rcp"}
"""Options that are called otherwise than what they fill."""


def _refuse(wrong: bool, message: str) -> None:
    if wrong:
        raise typer.BadParameter(message)


def _finder(*, wanted: bool) -> Fix | None:
    """What finds remedies, if they are wanted."""
    if not wanted:
        return None
    from iamsim.analysis.remedy import remedies

    return remedies


def _explain_scenario(
    path: str,
    context: list[str],
    expect: Verdict | None,
    format: Format,
    *,
    fix: Fix | None,
    number: int | None,
    brief: bool,
    reveal: bool,
) -> int:
    from iamsim.analysis.answer import answers_in_a_row, with_expectation
    from iamsim.inputs.scenario import load_scenario
    from iamsim.inputs.settings import read_settings
    from iamsim.outputs.answers import answers_json, scenario_text

    scenario = load_scenario(path)
    settings = read_settings(context)
    _refuse(number is not None and number > len(scenario.questions), _has_questions(len(scenario.questions)))
    chosen = scenario.questions[number - 1 : number] if number else scenario.questions
    questions = [with_expectation(q, expect.value if expect else None, *settings) for q in chosen]
    answered = [pair for question in questions for pair in answers_in_a_row(scenario.world, question)]
    if format is Format.CASES:
        _print_cases(answer.explanation for _, found in answered for answer in found)
    elif format is Format.JSON:
        print_json(answers_json(scenario.title, answered, fix, reveal=reveal))
    else:
        shown = scenario_text(
            scenario.title, answered, width=width(), color=color(), fix=fix, brief=brief, reveal=reveal
        )
        sys.stdout.write(shown)
    every = [answer for _, found in answered for answer in found]
    return ExitCode.OK if all(answer.met for answer in every) else ExitCode.FINDINGS


def _explain_files(
    files: Mapping[str, object],
    context: list[str],
    expect: Verdict | None,
    format: Format,
    *,
    fix: Fix | None,
    brief: bool,
    reveal: bool,
) -> int:
    from iamsim.analysis.answer import meets
    from iamsim.analysis.explain import explain as explained
    from iamsim.inputs.files_at_hand import FilesAtHand, world_from_files
    from iamsim.inputs.settings import read_settings
    from iamsim.simulator.call import Call
    from iamsim.simulator.simulate import simulate

    world = world_from_files(FilesAtHand(**files))  # type: ignore[arg-type]
    settings = read_settings(context)
    parameters = {"SecretId": files["secret"]}
    call = Call("GetSecretValue", str(files["caller"]), parameters, settings.context, (*settings.unknown, "*"))
    explanation = explained(simulate(world, call))
    _print(explanation, format, fix, brief=brief, reveal=reveal)
    if expect is not None:
        return ExitCode.OK if meets(explanation.outcome, expect.value) else ExitCode.FINDINGS
    return ExitCode.UNDECIDED if explanation.outcome.decision.value == Verdict.UNKNOWN else ExitCode.OK


def _has_questions(count: int) -> str:
    return f"the scenario has {count} question{'s' * (count != 1)}" if count else "the scenario has no question"


def _print(explanation: Explanation, format: Format, fix: Fix | None, *, brief: bool, reveal: bool) -> None:
    from iamsim.outputs.explanation_json import explanation_json
    from iamsim.outputs.explanation_text import explanation_text
    from iamsim.outputs.response import returned_lines

    if format is Format.CASES:
        _print_cases([explanation])
    elif format is Format.JSON:
        print_json(explanation_json(explanation, fix, reveal=reveal))
    else:
        sys.stdout.write(explanation_text(explanation, width=width(), color=color(), brief=brief))
        returned = "\n".join(returned_lines(explanation.outcome)) if reveal else ""
        sys.stdout.write(f"\n{returned}\n" if returned else "")
        if fix:
            _print_remedies(explanation, fix, brief=brief)


def _print_remedies(explanation: Explanation, fix: Fix, *, brief: bool) -> None:
    from iamsim.outputs.remedy_text import remedies_text

    outcome = explanation.outcome
    text = remedies_text(fix(outcome), outcome.world, width=width(), color=color(), brief=brief)
    sys.stdout.write(f"\n{text}" if text else "")


def _print_cases(explanations: Iterable[Explanation]) -> None:
    from iamsim.outputs.case_json import case_json

    evaluations = [explained.evaluation for explanation in explanations for explained in explanation.authorizations]
    try:
        for number, evaluation in enumerate(evaluations, 1):
            sys.stdout.write(json.dumps(case_json(evaluation, f"{number} {evaluation.request.action}")) + "\n")
    except ValueError as error:
        raise typer.BadParameter(f"{error}, so there is no case to print") from None
