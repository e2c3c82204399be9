"""Hypothesis strategies for raw conformance cases: the dicts that `iamsim evaluate` reads, one a line.

The alphabets are small on purpose: two accounts, a handful of callers and resources, few context keys with few
values, so that statements really meet requests. Every document is drawn *for* a request: its patterns are made
from the request's own action, resource, caller and context, in all the ways in which a pattern can just match or
just miss (a `*` that crosses colons or must not, a variable with and without a value, another case, another
account). Simple choices come first, so that a counterexample shrinks to something that a person can read.

What is left out, because a reader of the AWS guides cannot tell what it means: one context key in two spellings,
years and bare months as dates, times without a zone, base64 without padding, wildcards in the service part of an
action, several boundaries, policies of a caller without an account (but SCPs beside a service principal), a
resource account that cannot be read. Otherwise nothing is kept to what AWS would store.
"""

from functools import cache

from hypothesis import strategies as st

OWNER, OTHER = "111122223333", "444455556666"
SERVICE_CALLERS = ({"Service": "lambda.amazonaws.com"}, {"Service": "secretsmanager.amazonaws.com"})
FEDERATED_CALLERS = (
    {"Federated": "cognito-identity.amazonaws.com"},
    {"Federated": f"arn:aws:iam::{OWNER}:saml-provider/corp"},
)
CALLERS = (  # as parts of an ARN: service, then what follows the account
    ("iam", "user/alice"),
    ("iam", "role/app"),
    ("sts", "assumed-role/app/alice"),
    ("iam", "user/team/bob"),
    ("iam", "role/ops/admin"),
    ("sts", "assumed-role/admin/bob"),
    ("sts", "federated-user/alice"),
    ("sts", "federated-user/alice"),
    ("iam", "root"),
    ("iam", "role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS"),
    ("sts", "assumed-role/AWSServiceRoleForRDS/rds"),
)
SECRET, KEY, ROLE = "secret:prod/alice-AbCdEf", "key/1234abcd-alice", "role/prod/alice"
TARGETS = (  # action, region, resource ("*" stands alone)
    ("secretsmanager:GetSecretValue", "us-east-1", SECRET),
    ("kms:Decrypt", "us-east-1", KEY),
    ("sts:AssumeRole", "", ROLE),
    ("s3:GetObject", "", "prod-bucket/alice/a:b"),
    ("secretsmanager:PutSecretValue", "us-east-1", SECRET),
    ("secretsmanager:CreateSecret", "us-east-1", SECRET),
    ("secretsmanager:ListSecrets", "", "*"),
    ("kms:GenerateDataKey", "us-east-1", KEY),
    ("kms:DescribeKey", "us-east-1", KEY),
    ("kms:RetireGrant", "us-east-1", KEY),
    ("kms:ScheduleKeyDeletion", "us-east-1", KEY),
    ("kms:CreateAlias", "us-east-1", "alias/prod-alice"),
    ("kms:ListKeys", "", "*"),
    ("sts:TagSession", "", ROLE),
    ("sts:GetCallerIdentity", "", "*"),
    ("sts:GetFederationToken", "", "federated-user/alice"),
    ("s3:ListBucket", "", "prod-bucket"),
    ("s3:ListAllMyBuckets", "", "*"),
    ("lambda:InvokeFunction", "us-east-1", "function:prod:alice"),  # no service of the RCP list
)
FEDERATED_TARGETS = (("sts:AssumeRoleWithWebIdentity", "", ROLE), ("sts:AssumeRoleWithSAML", "", ROLE))

# Context keys by family, each with the values that a request may hold.
KEYS = {
    "String": {
        "aws:username": ("alice", "bob", "Alice", "a*", ""),
        "aws:PrincipalTag/team": ("prod", "Prod", "p?od", "${aws:username}", ""),
        "aws:TagKeys": ("team", "prod", "alice"),
        "aws:PrincipalAccount": (OWNER, OTHER),
        "kms:EncryptionContext:App": ("shop", "Shop", "*"),
        "kms:EncryptionContext:Stage": ("live", "test"),
    },
    "Bool": {"aws:SecureTransport": (True, False, "true", "False")},
    "Numeric": {"s3:max-keys": (10, 9.5, "10.0", "-1", "ten")},
    "Date": {
        "aws:CurrentTime": (
            "2020-01-01T00:00:00Z",
            "2020-01-01T01:00:00+01:00",
            1577836800,
            "2020-01-01",
            "2020-01-01T00:00:00.5Z",
            "2021-06-30T12:00Z",
            "yesterday",
        )
    },
    "Ip": {"aws:SourceIp": ("203.0.113.7", "203.0.114.7", "2001:db8::7", "somewhere")},
    "Arn": {
        "aws:PrincipalArn": (
            f"arn:aws:iam::{OWNER}:role/app",
            f"arn:aws:iam::{OTHER}:user/team/bob",
            f"arn:aws:lambda:us-east-1:{OWNER}:function:f:prod",
            f"arn:aws:iam::{OWNER}",
        )
    },
    "Binary": {"app:blob": ("aGk=", "aG8=", "a!")},
}
FAMILY = {key: family for family, keys in KEYS.items() for key in keys}
VALUES = {key: values for keys in KEYS.values() for key, values in keys.items()}
MULTI_VALUED = {"aws:TagKeys"}
COMPARISONS = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
OPERATORS = {
    "String": tuple(
        f"String{name}"
        for name in ("Equals", "Like", "NotEquals", "NotLike", "EqualsIgnoreCase", "NotEqualsIgnoreCase")
    ),
    "Bool": ("Bool",),
    "Numeric": tuple(f"Numeric{name}" for name in COMPARISONS),
    "Date": tuple(f"Date{name}" for name in COMPARISONS),
    "Ip": ("IpAddress", "NotIpAddress"),
    "Arn": ("ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals"),
    "Binary": ("BinaryEquals",),
}
ANY_OPERATOR = tuple(name for names in OPERATORS.values() for name in names)
TEAM_OR_PROD = "${aws:PrincipalTag/team, 'prod'}"
VARIABLES = (
    "${aws:username}",
    "${ AWS:UserName }",
    "${aws:PrincipalTag/team}",
    "${aws:username, 'alice'}",
    TEAM_OR_PROD,
    "${aws:TagKeys}",
    "${aws:TagKeys, 'team'}",
    "${app:absent}",
    "${*}",
    "${?}",
    "${$}",
)
WANTED = {  # what a policy may compare with, beside the values themselves
    "String": ("*", "a*", "?lice", "*o?", "a${*}", "P${?}od", *VARIABLES),
    "Bool": ("TRUE", "${aws:SecureTransport}"),
    "Numeric": (9, "10", "9.50", "${s3:max-keys}"),
    "Date": ("2020-01-01T00:00:00.000Z", "1577836800", "2020-12-31T23:59:59Z"),
    "Ip": ("203.0.113.0/24", "203.0.112.9/22", "0.0.0.0/0", "2001:DB8::/32", "203.0.113.7/40"),
    "Arn": (
        f"arn:aws:iam::{OWNER}:*",
        "arn:aws:iam::*:role/*",
        "arn:*:role/app",
        "arn:aws:*:*:*:*",
        "*",
        "arn:aws:iam::1111????3333:role/a?p",
        "arn:aws:lambda:us-*-1:*:function:*",
        f"arn:aws:iam::{OWNER}:role/${{aws:PrincipalTag/team, 'app'}}",
        "${aws:PrincipalArn}",
        "${app:absent}",
    ),
    "Binary": ("b2s=", "!"),
}
WITH_PRINCIPAL = {"resource", "key", "trust", "endpoint", "rcp"}
FULL_ACCESS = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


@cache
def below(limit):
    """Return the strategy of the integers from 0 up to the limit; made once, for that is most of the time."""
    return st.integers(0, limit - 1)


def often(draw, percent):
    """Draw True in about `percent` of the cases; shrinks to False."""
    return draw(below(100)) >= 100 - percent


def pick(draw, *options):
    """Draw one of the options; shrinks to the first."""
    return options[draw(below(len(options)))]


def one_or_list(draw, options, *, most=2):
    """Draw one of the options, bare, or a list of up to `most`."""
    size = pick(draw, 0, 0, *range(1, most + 1))
    return [pick(draw, *options) for _ in range(size)] if size else pick(draw, *options)


@st.composite
def contexts(draw):
    """Draw a request context: each key absent, single, a list, or (rarely) an empty list or null."""
    context = {}
    for key, values in VALUES.items():
        shape = pick(draw, *["absent"] * 9, *["single"] * 8, "list", "list", "empty", "null")
        if shape == "single" and key in MULTI_VALUED:
            shape = "list"
        if shape == "single":
            context[key] = pick(draw, *values)
        elif shape == "list":
            context[key] = [pick(draw, *values) for _ in range(pick(draw, 1, 2, 2, 3))]
        elif shape != "absent":
            context[key] = [] if shape == "empty" else None
    return context


@st.composite
def requests(draw):
    """Draw a `request`: a caller of every form, an action of every modelled service, a context.

    Nine callers in ten are users, roles, sessions or the root user; two in three share the resource's account.
    """
    form = pick(draw, *["account"] * 17, "service", "service", "anonymous", "federated")
    action, region, resource = pick(draw, *(FEDERATED_TARGETS if form == "federated" else TARGETS))
    if form == "anonymous" and action == "sts:GetCallerIdentity":
        action = "sts:GetSessionToken"
    owner, service = pick(draw, OWNER, OWNER, OWNER, OTHER), action.split(":")[0]
    if form == "account":
        caller_service, tail = pick(draw, *CALLERS)
        account = pick(draw, OWNER, OWNER, OWNER, OTHER)
        principal = f"arn:aws:{caller_service}::{account}:{tail}"
        owner = account if resource == "*" else owner
    else:
        account = None
        principal = {"service": SERVICE_CALLERS, "federated": FEDERATED_CALLERS}.get(form, ("anonymous",))
        principal = pick(draw, *principal)
    if resource != "*":
        prefix = "iam" if resource == ROLE else service
        resource = f"arn:aws:{prefix}:{region}:{'' if service == 's3' else owner}:{resource}"
    context = draw(contexts())
    if service == "kms":
        names = pick(draw, ("App", "Stage"), ("App",), (), ("App", "Stage"))
        keys = [f"kms:EncryptionContext:{name}" for name in names]
        context |= {key: VALUES[key][0] for key in keys}
    readable = service != "s3" if resource != "*" else form == "account"
    return {
        "principal": principal,
        "principal_account": pick(draw, account, None),
        "action": action,
        "resource": resource,
        "resource_account": pick(draw, owner, None) if readable else owner,
        "context": context,
    }


@st.composite
def conditions(draw, context):
    """Draw a Condition element; half of its keys are taken from the context, with a value that they hold."""
    condition = {}
    for _ in range(pick(draw, 1, 1, 2)):
        present = [key for key, value in context.items() if value not in (None, [])]
        fits = bool(present) and often(draw, 50)
        key = pick(draw, *(present if fits else VALUES))
        family = FAMILY[key]
        if often(draw, 8):
            operator, wanted = "Null", pick(draw, "true", "false", True, False, "True")
        else:
            prefix = pick(draw, *[""] * (1 if key in MULTI_VALUED else 4), "ForAllValues:", "ForAnyValue:")
            name = pick(draw, *(ANY_OPERATOR if often(draw, 8) else OPERATORS[family]))
            operator = prefix + name + pick(draw, "", "", "", "IfExists")
            held = context[key] if isinstance(context.get(key), list) else [context.get(key)]
            held = tuple(value for value in held if value is not None)
            held += tuple(v.replace("*", "${*}").replace("?", "${?}") for v in held if {"*", "?"} & {*str(v)})
            wanted = one_or_list(draw, held if fits and often(draw, 60) else VALUES[key] + WANTED[family])
        spelling = pick(draw, key, key, key, key.upper(), key.lower())
        condition.setdefault(operator, {})[spelling] = wanted
    return condition


def action_patterns(action):
    """List patterns that meet the action, and patterns that just miss it."""
    service, name = action.split(":")
    meet = (
        action,
        f"{service}:*",
        "*",
        f"{service}:{name[:3]}*",
        f"{service.upper()}:{name.swapcase()}",
        f"{service}:?{name[1:]}",
        f"{service}:*{name[-4:]}",
    )
    return meet, (f"{service}:{name}?", f"{service}:{name[:-1]}", "ec2:*", f"{service}:Tag*", "iam:PassRole")


def resource_patterns(resource):
    """List patterns that meet the resource, at least with the right document or context, and that just miss it."""
    if resource == "*":
        return ("*", "**"), ("arn:aws:*", "?", "*:*", "arn:*:*:*:*:*")
    partition, service, region, account, tail = resource.split(":", 5)[1:]
    last = tail.split(":")[-1]
    meet = (
        resource,
        "*",
        f"arn:{partition}:{service}:*",
        f"arn:{partition}:{service}:{region}:{account}:*",
        f"arn:{partition}:{service}:{region}:{account}:{tail[:4]}*",
        f"arn:{partition}:{service}:{region}:{account}:{tail[:-1]}?",
        f"arn:{partition}:{service}:*:{tail}",  # crosses colons
        f"arn:{partition}:{service}:*:{last}",  # crosses the colons of the sixth field, too
        f"arn:*:{last}",
        f"*:{service}:*",
        f"arn:aws*:{service}:{region[:2]}*:{account}:{tail}",
        f"arn:{partition}:{service}",  # completed in identity policies and boundaries only
        f"arn:{partition}:{service}:{region}:{account}:{tail.replace('alice', '${aws:username}')}",
        f"arn:{partition}:{service}:{region}:{account}:{tail.replace('alice', '${ AWS:Username }*')}",
        f"arn:{partition}:{service}:{region}:{account}:{tail.replace('prod', '${aws:PrincipalTag/team}')}",
        f"arn:{partition}:{service}:{region}:{account}:{tail.replace('prod', TEAM_OR_PROD)}",
    )
    miss = (
        resource.upper(),
        resource + "?",
        resource.replace(OWNER, "1" * 12).replace(OTHER, OWNER),
        f"arn:{partition}:{service}:*x:{tail}",  # stays in its field
        f"arn:{partition}:{service}:?{region}:{account}:{tail}",
        f"arn:{partition}*{service}:{region}:{account}:{tail}",
        f"arn:{partition}?{service}:{region}:{account}:{tail}",
        f"arn:{partition}:{service}:{region}:${{aws:PrincipalAccount}}:{tail}",  # no variable before the sixth
        f"arn:{partition}:{service}:{region}:{account}:{tail.replace('alice', '${*}')}",
        f"arn:{partition}:{service}:{region}:{account}:{tail.replace('alice', '${aws:TagKeys}')}",
        f"arn:{partition}:{service}:{region}:{account}:{tail.replace('alice', '${app:absent}')}",
        "arn:aws:ec2:*",
        "?",
    )
    return meet, miss


def principal_entries(principal):
    """List entries of a Principal map that meet the caller, and entries that miss it, as (type, value)."""
    miss = (
        ("AWS", OTHER),
        ("AWS", f"arn:aws:iam::{OWNER}:user/alice"),
        ("AWS", f"arn:aws:iam::{OTHER}:role/app"),
        ("AWS", "AROAEXAMPLEEXAMPLE"),
        ("Service", "lambda.amazonaws.com"),
        ("Federated", "cognito-identity.amazonaws.com"),
    )
    if isinstance(principal, dict):
        return tuple(principal.items()), miss
    if principal == "anonymous":
        return (("AWS", "*"),), miss
    account, tail = principal.split(":", 5)[4:]
    kind, *names = tail.split("/")
    meet = [principal, principal, f"arn:aws:iam::{account}:root", account]
    if kind == "assumed-role":
        paths = {"admin": "ops/", "AWSServiceRoleForRDS": "aws-service-role/rds.amazonaws.com/"}
        path = paths.get(names[0], "")
        meet[1] = f"arn:aws:iam::{account}:role/{path}{names[0]}"
    if kind == "federated-user":
        meet[1] = f"arn:aws:iam::{account}:user/{names[0]}"
    return tuple(("AWS", value) for value in meet), miss


@st.composite
def principal_elements(draw, principal):
    """Draw the value of Principal or NotPrincipal: `*`, or a map of one or two types with one or more entries."""
    if often(draw, 18):
        return pick(draw, "*", {"AWS": "*"}, {"AWS": ["*"]})
    meet, miss = principal_entries(principal)
    element = {}
    for _ in range(pick(draw, 1, 1, 1, 2, 3)):
        kind, value = pick(draw, *(meet if often(draw, 75) else miss))
        element.setdefault(kind, []).append(value)
    return {kind: v[0] if len(v) == 1 and often(draw, 60) else v for kind, v in element.items()}


@st.composite
def statements(draw, kind, request=None):
    """Draw a statement for a document of this kind, made for the request (or for one drawn here).

    `kind` is identity, boundary, session, scp, rcp, endpoint, resource, key or trust. An RCP statement keeps to the
    grammar of RCPs (A5.4); the others use every element, `Allow` with `NotPrincipal` included.
    """
    request = draw(requests()) if request is None else request
    statement = {"Effect": "Deny" if kind == "rcp" else pick(draw, *["Allow"] * 7, "Deny")}
    unlikely = statement["Effect"] == "Deny"  # else nearly every case would be an explicit deny

    def element(name, meet, miss, negated):
        positive = not often(draw, negated)
        options = meet if often(draw, 60 if unlikely else 85) == positive else miss
        statement[name if positive else f"Not{name}"] = one_or_list(draw, options)

    meet, miss = action_patterns(request["action"])
    if kind == "rcp":
        meet = tuple(pattern for pattern in meet if pattern != "*")
    element("Action", meet, miss, 0 if kind == "rcp" else 10)
    bare = {"trust": 75, "key": 8}.get(kind, 0 if kind == "rcp" else 2)
    if kind == "key" and often(draw, 75):
        statement["Resource"] = "*"
    elif not often(draw, bare):
        element("Resource", *resource_patterns(request["resource"]), 12)
    if kind == "rcp":
        statement["Principal"] = "*"
    elif kind in WITH_PRINCIPAL:
        name = "NotPrincipal" if often(draw, 35 if unlikely else 6) else "Principal"
        statement[name] = draw(principal_elements(request["principal"]))
    if often(draw, 35):
        statement["Condition"] = draw(conditions(request["context"]))
    return statement


@st.composite
def policies(draw, kind, request=None):
    """Draw a document of one to three statements (a lone one now and then bare), of either version or none."""
    request = draw(requests()) if request is None else request
    listed = [draw(statements(kind, request)) for _ in range(pick(draw, 1, 1, 2, 3))]
    version = pick(draw, *["2012-10-17"] * 8, "2008-10-17", None)
    return {
        **({"Version": version} if version else {}),
        "Statement": listed[0] if len(listed) == 1 and often(draw, 30) else listed,
    }


@st.composite
def grants(draw, request):
    """Draw a KMS grant: a grantee of every form, operations, and now and then a constraint."""
    meet, miss = principal_entries(request["principal"])
    entries = [value for kind, value in (meet if often(draw, 85) else miss) if (kind, value) != ("AWS", "*")]
    grant = {"grantee": pick(draw, *(entries or [OTHER])), "operations": ["Encrypt"]}
    if often(draw, 85):
        grant["operations"].append(request["action"].split(":")[1])
    if often(draw, 60):
        prefix = "kms:EncryptionContext:"
        held = {k.removeprefix(prefix): v for k, v in request["context"].items() if k.startswith(prefix)}
        pairs = {key: value for key, value in held.items() if isinstance(value, str)}
        change = pick(draw, "none", "fewer", "key case", "fewer", "more", "value case")
        if change == "key case":
            pairs = {key.upper(): value for key, value in pairs.items()}
        elif change == "fewer":
            pairs = dict([*pairs.items()][:1])
        elif change == "more":
            pairs["Other"] = "x"
        elif change == "value case":
            pairs = {key: value.upper() for key, value in pairs.items()}
        constraint = pick(draw, "EncryptionContextEquals", "EncryptionContextSubset")
        grant["constraints"] = {constraint: pairs or {"App": "shop"}}
    return grant


def has_account(principal):
    """Tell whether a caller has an account: services, federated identities and anonymous callers have none."""
    return isinstance(principal, str) and principal.startswith("arn:")


@st.composite
def lone_policies(draw, request):
    """Draw the policies of a case in which one statement decides, by its condition or by its resource, or one grant.

    The statement stands in the identity policy and in the resource's, and nothing else is in the way.
    """
    statement = {"Effect": pick(draw, "Allow", "Allow", "Deny"), "Action": "*"}
    if often(draw, 25):
        meet, miss = resource_patterns(request["resource"])
        statement[pick(draw, "Resource", "NotResource")] = one_or_list(draw, meet + miss)
    else:
        statement |= {"Resource": "*", "Condition": draw(conditions(request["context"]))}
    listed = [statement] if statement["Effect"] == "Allow" else [FULL_ACCESS["Statement"], statement]
    lone_grant = request["action"].startswith("kms:") and ":key/" in request["resource"] and often(draw, 50)
    if lone_grant:
        listed = [FULL_ACCESS["Statement"]]
    version = pick(draw, *["2012-10-17"] * 4, "2008-10-17")
    identity = {"Version": version, "Statement": listed}
    reached = {"Version": version, "Statement": [{**each, "Principal": "*"} for each in listed]}
    return {
        "identity_policies": [{"name": "0", "policy": identity}] if has_account(request["principal"]) else [],
        "permission_boundaries": None,
        "session_policies": None,
        "scps": [],
        "rcps": [],
        "resource_policy": None if lone_grant else reached,
        "endpoint_policies": [],
        **({"kms_grants": [draw(grants(request))]} if lone_grant else {}),
    }


@st.composite
def whole_policies(draw, request):
    """Draw the policies of a case in which every type may take part.

    Callers without an account have only the resource's policy (and RCPs, endpoint policies); a service principal may
    still meet SCPs, which do not bind it. Now and then a user comes with session policies, which bind only sessions.
    """
    principal, service = request["principal"], request["action"].split(":")[0]
    caller = principal.split(":")[5].split("/")[0] if has_account(principal) else None
    resource_type = request["resource"].split(":")[-1].split("/")[0]
    kind = {("sts", "role"): "trust", ("kms", "key"): "key"}.get((service, resource_type))

    def several(kind, *sizes):
        return [draw(policies(kind, request)) for _ in range(pick(draw, *sizes))]

    def attached(kind, percent):
        return several(kind, *[1] * 9, 0) if often(draw, percent) else None

    def levels(kind, sizes, *, full):
        return [
            {"org": f"level-{depth}", "policies": [FULL_ACCESS, *several(kind, 0, 1)] if full else several(kind, 1)}
            for depth in range(pick(draw, *sizes))
        ]

    identity = several("identity", *((0, 0, 1) if caller == "root" else (1, 1, 2, 0))) if caller else []
    can_meet_scps = caller or "Service" in principal
    drawn = {
        "identity_policies": [{"name": str(n), "policy": policy} for n, policy in enumerate(identity)],
        "permission_boundaries": attached("boundary", 30) if caller not in {None, "root"} else None,
        "session_policies": attached("session", 5 if caller in {"user", "root"} else 40) if caller else None,
        "scps": levels("scp", (0, 0, 1, 2), full=often(draw, 75)) if can_meet_scps else [],
        "rcps": levels("rcp", (0, 0, 0, 0, 1, 2), full=False),
        "resource_policy": several(kind or "resource", 1)[0] if often(draw, 92 if kind else 65) else None,
        "endpoint_policies": several("endpoint", 0, 0, 0, 0, 1),
    }
    if kind == "key" and often(draw, 50):
        drawn["kms_grants"] = [draw(grants(request)) for _ in range(pick(draw, 1, 1, 2))]
        drawn["resource_policy"] = drawn["resource_policy"] if often(draw, 50) else None
    return drawn


@st.composite
def cases(draw):
    """Draw a whole conformance case without `expected`, its policies all made for its request.

    In one of four a lone statement or grant decides, so that what it says is not lost among everything else.
    """
    request = draw(requests())
    drawn = draw(lone_policies(request) if often(draw, 25) else whole_policies(request))
    return {"id": "drawn", "request": request, **drawn}
