"""KMS grants as `aws kms list-grants` prints them.

https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantListEntry.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pydantic import ConfigDict, Field

from iamsim.inputs import scenario_file as written
from iamsim.inputs.problems import Problems
from iamsim.inputs.refusals import read
from iamsim.inputs.shape import Many, Part
from iamsim.inputs.spot import Plain, Spot
from iamsim.language.json_document import parse_json
from iamsim.model.world import Grant

if TYPE_CHECKING:
    from iamsim.language.diagnostic import Label
    from iamsim.language.source import Source


class ListedGrant(NamedTuple):
    """A grant, the key that it is on (empty where the list does not say), and where it stands."""

    grant: Grant
    key: str
    label: Label


class _Entry(Part):
    """What is read of an entry of the list."""

    model_config = ConfigDict(extra="ignore")

    KeyId: str = ""
    GranteePrincipal: str = ""
    GranteeServicePrincipal: str = ""
    Operations: Many[str] = Field(description="list what the grantee may do")
    Constraints: written.Constraints | None = None
    Name: str = ""


def read_grants(source: Source) -> tuple[ListedGrant, ...]:
    """The grants of a JSON text: `{"Grants": [...]}`, or the list itself.

    Raises:
        InputError: the text is no JSON, or no list of grants; everything that is wrong is among its diagnostics.
    """
    document = parse_json(source)
    spot = Spot(source, (), Problems())
    if isinstance(document, dict) and "Grants" in document:
        document, spot = document["Grants"], spot.at("Grants")
    if not isinstance(document, list):
        spot.expected("a list of grants", document)
        document = []
    grants = [_listed(entry, spot.at(i)) for i, entry in enumerate(document)]
    spot.problems.raise_any()
    return tuple(grants)


def constraints_of(constraints: written.Constraints | None) -> dict[str, Plain]:
    """The constraints that are written, by AWS's name."""
    return constraints.model_dump(exclude_none=True) if constraints else {}


def _listed(entry: Plain, spot: Spot) -> ListedGrant:
    made = read(_Entry, entry, spot)
    if isinstance(entry, dict) and not any(entry.get(key) for key in _GRANTEE):
        spot.wrong("missing-field", "the grant names no grantee", f"give its `{_GRANTEE[0]}`")
    if made is None:
        return ListedGrant(Grant("", ()), "", spot.label())
    grantee = made.GranteePrincipal or made.GranteeServicePrincipal
    constraints = constraints_of(made.Constraints)
    return ListedGrant(Grant(grantee, made.Operations, constraints, made.Name), made.KeyId, spot.label())


_GRANTEE = ("GranteePrincipal", "GranteeServicePrincipal")
