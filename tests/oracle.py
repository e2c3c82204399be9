"""A deliberately naive oracle: one raw conformance case in, one decision out.

Written from the AWS guides alone (ids such as A3 or B5.6 are sections of the facts gathered from them), and
independent of iamsim, which it must never import: tests compare the two. No index, no cache, no explanation.
"""

import json
import re
from base64 import b64decode
from datetime import UTC, datetime
from decimal import Decimal
from ipaddress import ip_address, ip_network
from operator import eq, ge, gt, le, lt
from types import SimpleNamespace

RCP_SERVICES = """aoss appconfig appstream autoscaling autoscaling-plans budgets clouddirectory cloudfront
cloudsearch cloudtrail-data codeartifact codebuild codecommit codepipeline cognito-identity cognito-idp
comprehend comprehendmedical compute-optimizer cost-optimization-hub dax dsql dynamodb ecr ecr-public
events firehose fis fms gamelift health inspector-scan kendra kinesisvideo kms logs memorydb
networkmonitor notifications opensearch pca-connector-ad personalize polly pricing resource-groups
rolesanywhere s3 secretsmanager servicediscovery signin sqs sts support swf textract timestream-influxdb
transcribe transfer translate wafv2 workspaces xray"""  # A5.7
NO_RCP = (  # A5.5, and what has no resource type: A5.6 with C1.1 and the service authorization reference
    "secretsmanager:(batchgetsecretvalue|getrandompassword|listsecrets)|kms:(createkey|generaterandom"
    r"|retiregrant|list(aliases|keys|retirablegrants)|\w+customkeystores?)"
)
OPEN_ACROSS = {  # C1.8 (all but these); D1.3, with its cryptographic operations as in D2.2
    "secretsmanager": r"(?!createsecret$|listsecrets$|batchget|listresourcepolicies|\w+crossaccount).*",
    "kms": "(en|de)crypt|reencrypt(from|to)|generatedatakey(pair)?(withoutplaintext)?|(generate|verify)mac"
    "|sign|verify|encapsulate|decapsulate|derivesharedsecret|(create|revoke|retire)grant|describekey"
    "|listgrants|getkeyrotationstatus|getpublickey",
}
ROLE, ACCOUNT = ["boundary", "session"], ["identity", "boundary", "session"]  # A3: steps after such an entry
TRUST = ("sts:assumerole", "sts:tagsession", "sts:setsourceidentity")  # A7: the actions of a trust policy
VARIABLE = r"\$\{\s*([^},]*?)\s*(?:,\s*'([^']*)'\s*)?\}"  # B4.1, B4.5, B4.6
ORDER = {"Equals": eq, "LessThan": lt, "LessThanEquals": le, "GreaterThan": gt, "GreaterThanEquals": ge}
# Private-use characters: a `*` or `?` that a variable brought, no wildcard (B4.7); a `*` or `?` that stays
# inside its field (B3.2); a variable that has no value, and so equals nothing (B4.4).
LITERAL = str.maketrans("*?", "\ue000\ue001")
IN_FIELD = str.maketrans("*?", "\ue002\ue003")
NO_VALUE = "\ue004"
REGEX = {"*": ".*", "?": ".", "\ue000": r"\*", "\ue001": r"\?", "\ue002": "[^:]*", "\ue003": "[^:]"}


def as_list(x):
    return [] if x is None else x if isinstance(x, list) else [x]


def texts(x):  # a JSON `true` or `10` is its text
    return [v if isinstance(v, str) else json.dumps(v) for v in as_list(x)]


def values(context, key):  # B5.5: key names are case-insensitive; null and [] are the same as absent
    return [v for name, x in context.items() if name.lower() == key.lower() for v in texts(x)]


def expand(pattern, version, context):  # B4: policy variables
    def substitute(found):
        value = [found[1]] if found[1] in {"*", "?", "$"} else values(context, found[1])
        value = value if len(value) == 1 else as_list(found[2])  # B4.3: one value only; B4.5: default
        return value[0].translate(LITERAL) if value else NO_VALUE

    return re.sub(VARIABLE, substitute, pattern) if version == "2012-10-17" else pattern


def like(value, pattern):
    return bool(re.fullmatch("".join(REGEX.get(c, re.escape(c)) for c in pattern), value, re.DOTALL))


def arn_like(value, pattern):  # B5.7, B5.8: six components, each by itself
    ours, theirs = value.split(":", 5), pattern.split(":", 5)
    return len(ours) == len(theirs) == 6 and all(map(like, ours, theirs))


def resource_like(pattern, kind, version, q):
    if q.resource == "*":
        return set(pattern) == {"*"}  # B3.5
    if kind in {"identity", "boundary"} and pattern.startswith("arn:"):
        pattern += ":*" * (5 - pattern.count(":"))  # B3.4
    fields = pattern.split(":", 5)
    head = [f.removesuffix("*").translate(IN_FIELD) + "*" * f.endswith("*") for f in fields[:5]]  # B3.2
    return like(q.resource, ":".join(head + [expand(f, version, q.context) for f in fields[5:]]))  # B4.2


def quantity(value, kind):  # a decimal; as a date, epoch seconds or ISO 8601
    if kind == "Numeric" or re.fullmatch(r"[0-9.]+", value):
        return Decimal(value if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", value) else "unparsable")
    date = datetime.fromisoformat(value)
    return Decimal(str((date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()))


TESTS = {  # B5.7: one value against one pattern
    "StringEquals": lambda value, pattern: value.translate(LITERAL) == pattern.translate(LITERAL),
    "StringEqualsIgnoreCase": lambda value, pattern: TESTS["StringEquals"](value.lower(), pattern.lower()),
    "StringLike": like,
    "ArnEquals": arn_like,
    "ArnLike": arn_like,
    "Bool": lambda value, pattern: value.lower() == pattern.lower(),
    "BinaryEquals": lambda v, pattern: b64decode(v, validate=True) == b64decode(pattern, validate=True),
    "IpAddress": lambda value, pattern: ip_address(value) in ip_network(pattern, strict=False),
}


def positive(name, value, pattern, version, context):
    kind, comparison = re.fullmatch("(Numeric|Date|)(.*)", name).groups()
    try:
        if kind:
            return ORDER[comparison](quantity(value, kind), quantity(pattern, kind))
        return TESTS[name](value, expand(pattern, version, context) if name[0] in "SA" else pattern)  # B4.2
    except (ValueError, ArithmeticError):  # what cannot be parsed matches nothing
        return False


def holds(operator, key, wanted, version, q):  # one condition
    prefix, _, name = operator.removesuffix("IfExists").rpartition(":")
    have, test, negated = values(q.context, key), name.replace("Not", ""), "Not" in name
    if name == "Null":  # B5.4
        return any((w.lower() == "true") == (not have) for w in texts(wanted))
    if not have:  # B5.2, B5.3, B5.6
        return operator.endswith("IfExists") or prefix == "ForAllValues" or (negated and not prefix)
    # B5.1: several values under a negated operator: none may match
    each = [negated != any(positive(test, v, w, version, q.context) for w in texts(wanted)) for v in have]
    return have == [""] or all(each) if prefix == "ForAllValues" else any(each)


def reaches(statement, q):  # per entry that covers the caller: the steps that must follow
    element = statement.get("Principal", statement.get("NotPrincipal", {}))
    element = {"AWS": "*"} if element == "*" else element
    entries = [f"{kind} {value}" for kind, x in element.items() for value in as_list(x)]
    found = [steps for entry in entries for form, steps in q.forms if re.fullmatch(form, entry)]
    if "NotPrincipal" not in statement:
        return found
    if statement["Effect"] == "Allow":  # not supported (A4.1): read as everyone whom no entry covers
        return [] if found else [[]]
    return [] if q.boundary is None and any(steps != ACCOUNT for steps in found) else [[]]  # A4.2, A4.3


def applies(s, kind, version, q):  # does the statement speak of this action, resource and context?
    def says(element, test):
        name = element if element in s else f"Not{element}"
        return name in s and (name == element) == any(map(test, as_list(s[name])))

    conditions = [(operator, *pair) for operator, x in s.get("Condition", {}).items() for pair in x.items()]
    return (
        says("Action", lambda pattern: like(q.action, pattern.lower()))  # B2.1
        and (
            says("Resource", lambda pattern: resource_like(pattern, kind, version, q))
            or (kind == "trust" and "Resource" not in s and "NotResource" not in s)  # B1.3, B1.8
        )
        and all(holds(*condition, version, q) for condition in conditions)
    )


def ways(effect, kind, documents, q):  # the ways in which statements that apply reach the caller
    found = []
    for version, s in [(d.get("Version"), s) for d in documents for s in as_list(d["Statement"])]:  # B1.1
        if s["Effect"] == effect and applies(s, kind, version, q):
            found += reaches(s, q) if kind in {"trust", "resource", "rcp", "endpoint"} else [[]]
    return found


def granted(grant, q):  # D2: the ways that a KMS grant opens
    prefix = "kms:encryptioncontext:"
    held = [k for k, v in q.context.items() if k.lower().startswith(prefix) and texts(v)]
    fits = q.action in [f"kms:{operation}".lower() for operation in grant["operations"]]
    for constraint, pairs in (grant.get("constraints") or {}).items():  # D2.3
        met = all(values(q.context, prefix + key) == texts(value) for key, value in pairs.items())
        met = met and (constraint == "EncryptionContextSubset" or len(pairs) == len(held))
        fits = fits and (met or q.action in {"kms:describekey", "kms:retiregrant"})
    return reaches({"Principal": {"AWS": grant["grantee"]}}, q) if fits else []


def decide(case):
    """Return `allowed`, `explicitDeny` or `implicitDeny` for a case as the conformance files have it."""
    r, who, sessions = case["request"], case["request"]["principal"], case.get("session_policies")
    q = SimpleNamespace(action=r["action"].lower(), resource=r["resource"], context=r.get("context") or {})
    q.boundary = case.get("permission_boundaries")
    (service, action), target = q.action.split(":"), q.resource.split(":", 5)[-1]
    arn = who.split(":", 5) if isinstance(who, str) and who != "anonymous" else None
    account = (r.get("principal_account") or arn[4]) if arn else None
    caller, name = [*arn[5].split("/"), ""][:2] if arn else ("", "")
    owner = r.get("resource_account") or (account if q.resource == "*" else q.resource.split(":")[4])
    assert owner, "no account to be read from the resource"
    assert not r.get("unknown"), "the oracle knows no unknown"
    if q.action == "sts:getcalleridentity":
        return "allowed"  # A7.2

    itself = " ".join(*who.items()) if isinstance(who, dict) else f"AWS {who}"
    parent = {"assumed-role": "role", "federated-user": "user"}.get(caller)  # a session ARN shows no path
    q.forms = [  # A3: the entries that cover this caller, and the steps that must follow each
        (r"AWS \*", []),
        (re.escape(itself), ROLE if caller == "role" else []),
        (rf"AWS arn:[^:]+:iam::{account}:{parent}/(.*/)?{re.escape(name)}", ROLE),
        (rf"AWS ({account}|arn:[^:]+:iam::{account}:root)", ACCOUNT),
    ]
    linked = arn and re.match("role/aws-service-role/|assumed-role/AWSServiceRoleFor", arn[5])
    scps = [] if linked or itself.startswith("Service ") else as_list(case.get("scps"))  # A5.2
    exempt = linked or service not in RCP_SERVICES.split() or re.fullmatch(NO_RCP, q.action)
    rcps = [] if exempt else as_list(case.get("rcps"))  # A5.5, A5.6, A5.7
    trust = target.startswith("role/") and q.action.startswith(TRUST)
    demanded = trust or (service == "kms" and target.startswith("key/"))  # A1.10
    sessions = sessions if caller in {"role", "assumed-role", "federated-user"} else None  # A1.8

    policies = [
        ("identity", [p["policy"] for p in case.get("identity_policies") or []]),
        ("boundary", q.boundary or []),
        ("session", sessions or []),
        ("trust" if trust else "resource", as_list(case.get("resource_policy"))),
        *[("scp", level["policies"]) for level in scps],
        *[("rcp", level["policies"]) for level in rcps],
        *[("endpoint", [document]) for document in case.get("endpoint_policies") or []],
    ]
    if any(ways("Deny", kind, documents, q) for kind, documents in policies):
        return "explicitDeny"  # A1.2
    allows = [(kind, ways("Allow", kind, documents, q)) for kind, documents in policies]
    if not all(found for kind, found in allows if kind in {"scp", "endpoint"}):
        return "implicitDeny"  # A5.1, A6.1
    (_, identity), (_, boundary), (_, session), (_, paths), *_ = allows
    is_open = {
        "identity": caller == "root" or identity,  # A1.1
        "boundary": q.boundary is None or boundary,  # A1.7
        "session": session if sessions is not None else caller != "federated-user",  # A1.8
    }
    if who == "anonymous" and service in {"secretsmanager", "kms", "sts", "iam"}:
        paths = []  # A2.6
    elif account == owner and not demanded:
        paths = [*paths, ACCOUNT]  # A1.10: the identity path
    elif account and account != owner:  # A2.1, A2.2
        paths = [ACCOUNT] if paths and re.fullmatch(OPEN_ACROSS.get(service, ".*"), action) else []
    paths = paths + [way for grant in as_list(case.get("kms_grants")) for way in granted(grant, q)]  # D2.6
    return "allowed" if any(all(is_open[step] for step in path) for path in paths) else "implicitDeny"
