"""A naive oracle of the law, from the AWS guides alone (A3, B5.6: sections of the facts). It never imports iamsim."""

import json
import re
from base64 import b64decode
from datetime import datetime
from ipaddress import ip_address, ip_network
from operator import eq, ge, gt, le, lt
from pathlib import Path

TABLES = json.loads(Path(__file__).with_name("oracle_facts.json").read_text(encoding="utf-8").lower())
FACTS = {name: table["list"] for name, table in TABLES.items()}
FULL_ACCESS = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
LIMITS, DELEGATED = ["boundary", "session"], ["identity", "boundary", "session"]  # A3: the steps that must follow
ANY, IN_FIELD, LITERAL = {"*": ".*", "?": "."}, {"*": "[^:]*", "?": "[^:]"}, {}  # what the wildcards stand for
ORDER = {"Equals": eq, "LessThan": lt, "LessThanEquals": le, "GreaterThan": gt, "GreaterThanEquals": ge}
READ = {"Numeric": float, "Bool": str.lower, "Binary": lambda text: b64decode(text, validate=True)}
# A date is epoch seconds, or ISO 8601: alone it is its midnight.
READ["Date"] = lambda x: datetime.fromisoformat(x if "T" in x else x + "T00Z").timestamp() if "-" in x[1:] else float(x)


def listed(x):  # B1.7: a lone value may stand without brackets, a number or boolean without quotes
    many = x if isinstance(x, list) else [] if x is None else [x]
    return [json.dumps(v) if isinstance(v, int | float) else v for v in many]


class Request:  # who asks for what, and which statements reach it
    def __init__(self, principal, action, resource, context=None, principal_account=None, *, bounded, **_):
        self.action, self.bounded, self.trust = action.lower(), bounded, action.lower() in FACTS["trust policy"]
        self.resource = resource.removeprefix("*")  # B3.5: what has no resource is matched by `*` alone
        self.context = {key.lower(): listed(x) for key, x in (context or {}).items()}  # B5.5
        itself = f"AWS {principal}" if isinstance(principal, str) else " ".join(*principal.items())
        arn = re.fullmatch(r"AWS arn:[^:]*:\w+::(\d+):([^/]+)/?([^/]*).*", itself)
        account, self.kind, name = arn.groups() if arn else (None, str(principal), "")
        self.account = principal_account or account
        self.linked = re.search(":role/aws-service-role/|:assumed-role/AWSServiceRoleFor", itself)
        parent = {"assumed-role": "role", "federated-user": "user"}.get(self.kind)  # a session ARN shows no path
        self.entries = {  # A3: the principal entries that cover the caller, and the steps that must follow each
            r"AWS \*": [],
            rf"AWS ({self.account}|arn:[^:]+:iam::{self.account}:root)": [] if self.kind == "root" else DELEGATED,
            rf"AWS arn:[^:]+:iam::{self.account}:{parent}/(.*/)?{re.escape(name)}": LIMITS,
            re.escape(itself): LIMITS if self.kind == "role" else [],
        }

    def regex(self, pattern, version=None, wild=ANY):  # B4: with the policy variables in it
        def meaning(part):
            key, default = part.groups()
            if key is None or version != "2012-10-17":  # B4.1
                return "".join(wild.get(c) or re.escape(c) for c in part[0])
            held = [key] if key in {"*", "?", "$"} else self.context.get(key.lower(), [])
            held = held if len(held) == 1 else listed(default)  # B4.3: one value only; B4.5
            return re.escape(held[0]) if held else "(?!)"  # B4.7: no wildcard in it; B4.4: equals nothing

        return re.sub(r"\$\{\s*([^},]*?)\s*(?:,\s*'([^']*)'\s*)?\}|.", meaning, pattern)

    def matches(self, name, value, wanted, version):  # B5.7: a value of the context, and one of the policy
        pattern = self.regex(wanted, version, LITERAL if "StringEquals" in name else ANY)  # B4.2
        if name.startswith("String"):
            return re.fullmatch(pattern, value, re.IGNORECASE if "Ignore" in name else 0)
        if name.startswith("Arn"):  # six components, each by itself
            return [bool(m) for m in map(re.fullmatch, pattern.split(":", 5), value.split(":", 5))] == [True] * 6
        try:
            if name == "IpAddress":
                return ip_address(value) in ip_network(wanted, strict=False)
            family, how = re.fullmatch("(Numeric|Date|Bool|Binary)(.*)", name).groups()
            return ORDER[how or "Equals"](READ[family](value), READ[family](wanted))
        except ValueError:  # what cannot be parsed matches nothing
            return False

    def holds(self, operator, key, wanted, version):  # B5: one condition; if negated, none of its values may match
        prefix, _, name = operator.removesuffix("IfExists").rpartition(":")
        have, wanted, negated = self.context.get(key.lower(), []), listed(wanted), "Not" in name
        if name == "Null":
            return any((w.lower() == "true") == (not have) for w in wanted)  # B5.4
        if not have:  # B5.2, B5.3, B5.6
            return operator.endswith("IfExists") or prefix == "ForAllValues" or (negated and not prefix)
        each = [negated != any(self.matches(name.replace("Not", ""), v, w, version) for w in wanted) for v in have]
        return have == [""] or all(each) if prefix == "ForAllValues" else any(each)

    def is_on(self, pattern, version, kind):
        if kind in {"identity", "boundary"} and pattern.startswith("arn:"):
            pattern += ":*" * (5 - pattern.count(":"))  # B3.4
        fields = pattern.split(":", 5)  # B3.2: a `*` stays in its field, unless it is the last character there
        head = [self.regex(f.removesuffix("*"), wild=IN_FIELD) + ".*" * f.endswith("*") for f in fields[:5]]
        return re.fullmatch(":".join(head + [self.regex(f, version) for f in fields[5:]]), self.resource)  # B4.2

    def ways(self, effect, kind, documents):  # of being reached: each is the list of the steps that must follow
        for version, s in [(d.get("Version"), s) for d in documents for s in listed(d["Statement"])]:  # B1.1
            actions = listed(s.get("Action", s.get("NotAction")))  # B2
            resources = listed(s.get("Resource", s.get("NotResource", "*" if self.trust else [])))  # B1.3, B1.8
            conditions = [(operator, *pair) for operator, x in s.get("Condition", {}).items() for pair in x.items()]
            on_action = any(re.fullmatch(self.regex(a.lower()), self.action) for a in actions) != ("NotAction" in s)
            on_resource = any(self.is_on(r, version, kind) for r in resources) != ("NotResource" in s)
            if s["Effect"] == effect and on_action and on_resource and all(self.holds(*x, version) for x in conditions):
                yield from self.reached(s)

    def reached(self, s):  # A4: neither the account's entry, nor any entry beside a boundary, spares one from a Deny
        element = s.get("Principal", s.get("NotPrincipal", "*"))
        entries = ["AWS *"] if element == "*" else [f"{kind} {x}" for kind, xs in element.items() for x in listed(xs)]
        ways = [steps for entry in entries for form, steps in self.entries.items() if re.fullmatch(form, entry)]
        if "NotPrincipal" not in s:
            return ways
        spared = [steps for steps in ways if s["Effect"] == "Allow" or (steps != DELEGATED and not self.bounded)]
        return [] if spared else [[]]

    def granted(self, grant):  # D2
        held = {key: x for key, x in self.context.items() if key.startswith("kms:encryptioncontext:") and x}
        fits = self.action in [f"kms:{operation}".lower() for operation in grant["operations"]]
        for constraint, pairs in (grant.get("constraints") or {}).items():  # D2.3
            wanted = {f"kms:encryptioncontext:{key}".lower(): listed(x) for key, x in pairs.items()}
            met = wanted == held if constraint == "EncryptionContextEquals" else wanted.items() <= held.items()
            fits = fits and (met or self.action in {"kms:describekey", "kms:retiregrant"})
        return self.reached({"Principal": {"AWS": grant["grantee"], "Service": grant["grantee"]}}) if fits else []


def decide(case):
    """Return `allowed`, `explicitDeny` or `implicitDeny` for a case as the conformance files have it."""
    r, boundaries = case["request"], case.get("permission_boundaries")
    q, service = Request(**r, bounded=boundaries is not None), r["action"].lower().split(":")[0]
    owner = r.get("resource_account") or (q.resource.split(":")[4] if q.resource else q.account)
    assert not r.get("unknown"), "the oracle knows no unknown"
    if q.action == "sts:getcalleridentity":
        return "allowed"  # A7.2
    reached_by_rcps = service in FACTS["rcp services"] and q.action not in FACTS["rcp exempt"] and q.resource  # A5.5-7
    session = case.get("session_policies") if q.kind not in {"user", "root"} else None  # A1.8
    policies = [
        ("identity", [p["policy"] for p in listed(case.get("identity_policies"))] + [FULL_ACCESS] * (q.kind == "root")),
        ("boundary", listed(boundaries) if q.bounded else [FULL_ACCESS]),
        ("session", [FULL_ACCESS] if session is None and q.kind != "federated-user" else listed(session)),
        ("resource", listed(case.get("resource_policy"))),
        *[("rcp", level["policies"]) for level in listed(case.get("rcps")) if reached_by_rcps and not q.linked],
        *[("gate", level["policies"]) for level in listed(case.get("scps")) if q.account and not q.linked],  # A5.2
        *[("gate", [document]) for document in listed(case.get("endpoint_policies"))],
    ]
    if any(list(q.ways("Deny", *policy)) for policy in policies):
        return "explicitDeny"  # A1.2
    allows = [(kind, list(q.ways("Allow", kind, documents))) for kind, documents in policies]
    if not all(ways for kind, ways in allows if kind == "gate"):
        return "implicitDeny"  # A5.1, A6.1
    is_open = dict(allows)
    paths = is_open["resource"]
    if any(re.fullmatch(q.regex(pattern), q.action) for pattern in FACTS.get(f"refused to {q.kind}", [])):
        paths = []
    elif q.account not in {None, owner}:  # A2.1, A2.2
        paths = [DELEGATED] if paths and q.action in FACTS.get(f"{service} across accounts", [q.action]) else []
    elif q.account and not q.trust and not (service == "kms" and ":key/" in q.resource):  # A1.10
        paths = [*paths, DELEGATED]
    paths = paths + [way for grant in listed(case.get("kms_grants")) for way in q.granted(grant)]  # D2.6
    return "allowed" if any(all(is_open[step] for step in path) for path in paths) else "implicitDeny"
