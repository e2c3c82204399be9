"""What each caution says: facts of AWS that are inferred, or on which its own pages contradict each other."""

from __future__ import annotations

from iamsim.engine.decision import Caution

CAUTIONS = {
    Caution.SESSION_POLICY_IGNORED: "session policies concern sessions only; the one given has no effect on this caller",
    Caution.FEDERATED_SESSION_OF_USER: (
        "a federated session is taken as one of the user of the same name; its ARN does not tell whose it is"
    ),
    Caution.ANYONE_PASSES_LIMITS: (
        "that a grant to `*` passes an implicit deny in a boundary or session policy is inferred from AWS's example "
        "with aws:PrincipalArn"
    ),
    Caution.ANYONE_WITHOUT_ACCOUNT: (
        "AWS does not say whether `*` as Principal takes in AWS services, federated identities at a trust policy and callers "
        "that do not sign; it is taken to"
    ),
    Caution.BOUNDARY_LIMITS_ROLE_GRANT: (
        "one AWS page says that boundaries never limit resource policies; the detailed page, followed here, says that "
        "they limit a grant to a role"
    ),
    Caution.ALLOW_NOT_PRINCIPAL: "AWS does not support Allow with NotPrincipal; what it does with one is not documented",
    Caution.SCP_ALLOW_SCOPE: (
        "AWS's page on SCP syntax contradicts itself on whether an Allow may have a Condition or a narrower Resource"
    ),
    Caution.RESOURCE_WILDCARD: (
        "AWS does not say whether a `*` inside one of the first five fields of an ARN may match a colon; it is taken not to"
    ),
    Caution.BOOL_VARIABLE: "AWS's pages contradict each other on policy variables in Bool; they are taken as literal text",
    Caution.MULTIVALUED_VARIABLE: (
        "a key with several values cannot be a policy variable; it is taken to have none, so its default stands for it, and "
        "without a default it matches nothing"
    ),
    Caution.TAG_KEY_CASE: "two keys of the request differ only in case; AWS compares one of them, and does not say which",
    Caution.MULTIVALUED_KEY: (
        "a key with several values under an operator without ForAllValues or ForAnyValue is taken as ForAnyValue; AWS "
        "does not say"
    ),
    Caution.FOR_ALL_VALUES_MISSING: (
        "AWS's pages contradict each other on a negated ForAllValues operator whose key is missing; it is taken to match"
    ),
    Caution.ARN_PATTERN_SHORT: "an ARN operator's value without six fields is taken to match nothing",
    Caution.BATCH_ACROSS_ACCOUNTS: (
        "AWS's list of what works across accounts has GetSecretValue, and not BatchGetSecretValue; that a batch reads a "
        "secret of another account is inferred"
    ),
    Caution.NETWORK_BEHIND_SERVICE: (
        "AWS does not document what KMS sees of the caller's network in the request that Secrets Manager makes in the "
        "caller's name; it is taken as not known"
    ),
    Caution.PENDING_AFTER_FINISH: (
        "AWS's guide says that AWSPENDING goes away as finishSecret moves AWSCURRENT; recordings of that call keep it on the "
        "version, as is done here: either way the rotation counts as complete"
    ),
    Caution.GRANT_KEY_CASE: (
        "AWS's pages contradict each other on whether the names in a grant's encryption context are case-sensitive; "
        "they are taken not to be"
    ),
    Caution.GRANT_SUFFICES: "that a KMS grant needs no identity policy beside it, in other accounts too, is inferred",
    Caution.KEY_POLICY_LIMITS: (
        "whether a key policy that names a session passes its boundary and session policy as other resource policies do "
        "is not documented for KMS"
    ),
}
"""By caution."""

_IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
_ORGANIZATIONS = "https://docs.aws.amazon.com/organizations/latest/userguide/"
_KMS = "https://docs.aws.amazon.com/kms/latest/"
_EVALUATION = f"{_IAM}reference_policies_evaluation-logic_policy-eval-denyallow.html"
_PRINCIPAL = f"{_IAM}reference_policies_elements_principal.html"
_OPERATORS = f"{_IAM}reference_policies_elements_condition_operators.html"
_VARIABLES = f"{_IAM}reference_policies_variables.html"
_SETS = f"{_IAM}reference_policies_condition-single-vs-multi-valued-context-keys.html"

PAGES = {
    Caution.SESSION_POLICY_IGNORED: (_EVALUATION,),
    Caution.FEDERATED_SESSION_OF_USER: (_EVALUATION, _PRINCIPAL),
    Caution.ANYONE_PASSES_LIMITS: (_PRINCIPAL,),
    Caution.ANYONE_WITHOUT_ACCOUNT: (_PRINCIPAL,),
    Caution.BOUNDARY_LIMITS_ROLE_GRANT: (_EVALUATION, f"{_IAM}troubleshoot_access-denied.html"),
    Caution.ALLOW_NOT_PRINCIPAL: (f"{_IAM}reference_policies_elements_notprincipal.html",),
    Caution.SCP_ALLOW_SCOPE: (f"{_ORGANIZATIONS}orgs_manage_policies_scps_syntax.html",),
    Caution.RESOURCE_WILDCARD: (f"{_IAM}reference_policies_elements_resource.html",),
    Caution.BOOL_VARIABLE: (_VARIABLES, _OPERATORS),
    Caution.MULTIVALUED_VARIABLE: (_VARIABLES,),
    Caution.TAG_KEY_CASE: (f"{_IAM}reference_policies_elements_condition.html",),
    Caution.MULTIVALUED_KEY: (_SETS,),
    Caution.FOR_ALL_VALUES_MISSING: (_SETS, _OPERATORS),
    Caution.ARN_PATTERN_SHORT: (_OPERATORS,),
    Caution.BATCH_ACROSS_ACCOUNTS: (
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html",
        "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html",
    ),
    Caution.NETWORK_BEHIND_SERVICE: (
        f"{_IAM}access_forward_access_sessions.html",
        f"{_KMS}developerguide/conditions-aws.html",
    ),
    Caution.PENDING_AFTER_FINISH: (
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html",
        "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html",
    ),
    Caution.GRANT_KEY_CASE: (f"{_KMS}APIReference/API_GrantConstraints.html", f"{_KMS}developerguide/grants.html"),
    Caution.GRANT_SUFFICES: (f"{_KMS}developerguide/policy-evaluation.html", f"{_KMS}developerguide/grants.html"),
    Caution.KEY_POLICY_LIMITS: (f"{_KMS}developerguide/policy-evaluation.html", _EVALUATION),
}
"""The pages of AWS that each caution is about."""
