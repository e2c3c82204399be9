"""The format of assertion files (`*.iamsim.yaml` with `assertions` and without a world of their own).

    accounts:
      owner: "111122223333"
    organization: {id: o-exampleorg, accounts: [owner]}
    assertions:
      - ask: only consumer:role/app can GetSecretValue on owner:secret/prod/db
        severity: warning
        reason: nobody else needs the orders database

An `ask` is that of a scenario's question. Its names are those of all files that are checked together: an account is called by
its 12 digits, by a name from `accounts`, by its name in a scenario or by the name of a stack in it; a thing by its name, its
logical id, `STACK.LogicalId` or its path in the CDK app.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from iamsim.inputs import scenario_words as words
from iamsim.inputs.shape import Many, Part


class Members(Part):
    """The organization, as far as the files do not say it: of an account that is not listed nobody knows that it is in it."""

    id: words.OrganizationId = Field(description="its id: `o-exampleorg`")
    accounts: Many[str] = Field((), description="the accounts in it, by name or 12 digits")


class Asserted(Part):
    """What has to hold."""

    ask: str = Field(description="write, for example, `consumer:role/app can GetSecretValue on owner:secret/db`")
    expect: str | None = Field(None, description="a verdict (`allowed`, `denied`, …) or an AWS error code")
    because: str | None = Field(None, description="the policy type that decides, optionally `of ACCOUNT` and `sid SID`")
    parameters: dict[str, Any] = Field({}, description="the call's further parameters, as AWS names them", repr=False)
    at: str | None = Field(None, description="when the call is made: `2026-01-31T12:00:00Z`")
    severity: words.ResultSeverity = Field("error", description="how bad it is if it does not hold")
    reason: str = Field("", description="why it has to hold; shown when it does not")


class AssertionFile(Part):
    """A whole file."""

    title: str = Field("", description="what it is about, in one line")
    accounts: dict[words.AccountAlias, words.AccountId] = Field(
        {}, description="names for accounts, as 12 digits in quotes"
    )
    organization: Members | None = Field(None, description="the organization, if no scenario that is checked has one")
    assertions: Many[Asserted] = Field(description="list what has to hold, each with its `ask`")
