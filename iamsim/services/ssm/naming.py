"""From what a call names to the parameter that it means.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-parameter-name-constraints.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from iamsim.language.arn import parse_arn
from iamsim.language.errors import LanguageError
from iamsim.services.operation import DEFAULT_REGION
from iamsim.services.ssm import errors

if TYPE_CHECKING:
    from iamsim.model.world import Parameter, ParameterVersion, World
    from iamsim.services.operation import ServiceError, Subject

_NAME = re.compile(r"[A-Za-z0-9_.-]+|(/[A-Za-z0-9_.-]+)+")
_RESERVED = re.compile(r"/?(aws|ssm)", re.IGNORECASE)
_LEVELS = 15
_LONGEST_ARN = 1011

BY_NAME = frozenset({"DeleteParameter", "PutParameter"})
"""Operations that take the name of a parameter and no ARN."""


class Named(NamedTuple):
    """What a text names: the ARN of a parameter, the parameter if the world holds it, and the selector behind its name."""

    arn: str
    parameter: Parameter | None
    selector: str = ""

    @property
    def version(self) -> ParameterVersion | None:
        """The version that is selected: the newest without a selector. No parameter has labels here."""
        if self.parameter is None or not (self.selector or "0").isdecimal():
            return None
        return self.parameter.version(int(self.selector) if self.selector else None)


def named(subject: Subject, text: str) -> Named:
    """The parameter of a name in the caller's account, or of an ARN: either may end in `:` and a version's number.

    Across accounts only an ARN will do:
    https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-shared-parameters.html
    """
    if text.startswith("arn:"):
        head, colon, rest = text.partition(":parameter/")
        name, _, selector = rest.partition(":")
        arn = f"{head}{colon}{name}"
        return Named(arn, subject.world.parameter(arn), selector)
    name, _, selector = text.partition(":")
    account = subject.world.account(subject.account)
    parameter = account.parameter_named(name, subject.region) if account else None
    return Named(parameter.arn if parameter else parameter_arn(subject, name), parameter, selector)


def parameter_arn(subject: Subject, name: str) -> str:
    """The ARN of a parameter of that name where the call works; the `/` at its beginning does not count twice."""
    place = f"{subject.partition}:ssm:{subject.region or DEFAULT_REGION}:{subject.account}"
    return f"arn:{place}:parameter/{name.removeprefix('/')}"


def name_in(world: World, arn: str) -> str:
    """The name of a parameter by its ARN: of one that is not there, with a `/` before it if it stands in a hierarchy."""
    there, name = world.parameter(arn), arn.partition(":parameter/")[2]
    if there is not None:
        return there.name
    return f"/{name}" if "/" in name else name


def about_parameter(subject: Subject) -> Subject:
    """The parameter that `Name` names, and the place that it stands in."""
    arn = named(subject, str(subject.get("Name", ""))).arn
    try:
        place = parse_arn(arn)
    except LanguageError:
        return subject
    if place.service != "ssm" or not place.account:
        return subject
    return subject.with_(arn=arn, account=place.account, region=place.region)


def readable_name(subject: Subject) -> ServiceError | None:
    """Every name that a call reads is one, or the ARN of a parameter."""
    return None if all(map(_can_be_read, names_of(subject))) else errors.validation("Invalid parameter name.")


def names_of(subject: Subject) -> list[str]:
    """The names that a call reads."""
    return [str(name) for name in subject.get("Names") or [subject.get("Name", "")]]


def _can_be_read(text: str) -> bool:
    if not text.startswith("arn:"):
        return bool(re.fullmatch(r"[A-Za-z0-9_.\-/+=@!]+(:[A-Za-z0-9_.-]+)?", text))
    try:
        arn = parse_arn(text)
    except LanguageError:
        return False
    return arn.service == "ssm" and arn.account != "" and arn.resource.startswith("parameter/")


def no_arn(subject: Subject) -> ServiceError | None:
    """The parameter is named by its name: what changes one takes no ARN."""
    arn = str(subject.get("Name")).startswith("arn:")
    return errors.validation("Name the parameter by its name, not by its ARN.") if arn else None


def new_name(subject: Subject) -> ServiceError | None:
    """A name that a parameter can be given: no ARN, not one that begins with `aws` or `ssm`, at most 15 levels."""
    name = str(subject.get("Name"))
    if name.lower().startswith("/aws/"):
        return errors.RESERVED
    if not _NAME.fullmatch(name) or _RESERVED.match(name):
        return errors.validation(
            'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive). If formed as a path, it can consist '
            "of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the "
            "following 3 symbols .-_"
        )
    if len(parameter_arn(subject, name)) > _LONGEST_ARN:
        return errors.validation(f"The ARN of a parameter has at most {_LONGEST_ARN:,} characters.")
    return errors.TOO_DEEP if name.removeprefix("/").count("/") >= _LEVELS else None
