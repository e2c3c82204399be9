"""How workloads start: who reads, with which calls, and what fails. Expected by hand from AWS's pages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.simulator.worlds import KEY, OWNER, SECRET, policy, world
from unit.simulator.worlds import owner as made_owner

from iamsim.engine.decision import Decision
from iamsim.language.unknown_text import is_known, unknown_text
from iamsim.model.workload import KINDS, Read, Workload
from iamsim.model.world import (
    Endpoint,
    Function,
    Key,
    OidcProvider,
    Parameter,
    ParameterVersion,
    Role,
    Secret,
    SecretVersion,
)
from iamsim.simulator.workload import start_workload
from iamsim.simulator.workload_run import WorkloadStart

ARN = f"arn:aws:iamsim:us-east-1:{OWNER}:workload/web"
URL = "oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE"
PROVIDER = f"arn:aws:iam::{OWNER}:oidc-provider/{URL}"
FUNCTION = f"arn:aws:lambda:us-east-1:{OWNER}:function:reader"
PARAMETER = f"arn:aws:ssm:us-east-1:{OWNER}:parameter/app/url"
VALUE = '{"username": "app", "password": "example"}'


def role_arn(name):
    return f"arn:aws:iam::{OWNER}:role/{name}"


def trust(service, *actions, **more):
    principal = {"Federated": PROVIDER} if service == "token" else {"Service": f"{service}.amazonaws.com"}
    return policy(
        "trustPolicy", {"Effect": "Allow", "Principal": principal, "Action": actions or "sts:AssumeRole", **more}
    )


def allow(*actions, **more):
    return (policy("identity", {"Effect": "Allow", "Action": actions, "Resource": "*", **more}),)


READ = allow("secretsmanager:GetSecretValue")


def role(name, trusted, policies=READ):
    return Role(role_arn(name), "", policies, trust=trusted)


def of(*roles, value=VALUE, key=None, **fields):
    version = SecretVersion("v" * 32, ("AWSCURRENT",), value)
    keys = {
        KEY: Key(
            KEY,
            policy("keyPolicy", {"Effect": "Allow", "Principal": {"AWS": OWNER}, "Action": "kms:*", "Resource": "*"}),
        )
    }
    parameter = Parameter(PARAMETER, "/app/url", versions=(ParameterVersion(1, "example"),))
    account = made_owner(
        roles={each.arn: each for each in roles},
        secrets={SECRET: Secret(SECRET, "prod/db", key, versions=(version,), tags={"ns": "orders"})},
        keys=keys,
        parameters={PARAMETER: parameter},
        **fields,
    )
    return world(account, organization=None)


def workload(kind, *reads, **fields):
    found = KINDS[kind]
    fields = {name: role_arn(v) if name in ("role", "execution_role") else v for name, v in fields.items()}
    return Workload(ARN, found, tuple(Read(read, found.name_is) for read in reads), **fields)


def started(made, wanted, **said):
    return start_workload(made, WorkloadStart(wanted, **said))


def told(run):
    return [(act.what, act.by.rpartition(":")[2]) for act in run.acts]


TASKS = trust("ecs-tasks")


# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
def test_ecs_takes_both_roles_and_reads_with_the_execution_role():
    run = started(
        of(role("exec", TASKS), role("app", TASKS, ())), workload("ecs-task", SECRET, execution_role="exec", role="app")
    )
    assert run.decision is Decision.ALLOWED
    assert told(run) == [
        ("AssumeRole", "ecs-tasks.amazonaws.com"),
        ("AssumeRole", "ecs-tasks.amazonaws.com"),
        ("GetSecretValue", "role/exec"),
    ]


def test_what_the_task_role_may_is_of_no_use_to_ecs():
    run = started(
        of(role("exec", TASKS, ()), role("app", TASKS)), workload("ecs-task", SECRET, execution_role="exec", role="app")
    )
    assert run.decision is Decision.IMPLICIT_DENY
    assert (run.decisive.what, run.decisive.by) == ("GetSecretValue", role_arn("exec"))


@pytest.mark.parametrize(("exec_", "app"), [("lambda", "ecs-tasks"), ("ecs-tasks", "lambda")])
def test_both_roles_of_a_task_must_trust_ecs(exec_, app):
    made = of(role("exec", trust(exec_)), role("app", trust(app)))
    run = started(made, workload("ecs-task", SECRET, execution_role="exec", role="app"))
    assert run.decision is Decision.IMPLICIT_DENY
    assert run.decisive.what == "AssumeRole"


# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html shows aws:SourceAccount for the task role
@pytest.mark.parametrize(
    ("conditioned", "account", "decision"),
    [
        ("app", OWNER, Decision.ALLOWED),
        ("app", "999999999999", Decision.IMPLICIT_DENY),
        ("exec", OWNER, Decision.UNKNOWN),
    ],
)
def test_what_ecs_says_of_its_account_is_known_of_the_task_role_only(conditioned, account, decision):
    asks = trust("ecs-tasks", Condition={"StringEquals": {"aws:SourceAccount": account}})
    roles = [role(name, asks if name == conditioned else TASKS) for name in ("exec", "app")]
    assert started(of(*roles), workload("ecs-task", SECRET, execution_role="exec", role="app")).decision is decision


def test_of_a_role_that_is_both_the_execution_role_decides():
    asks = role("both", trust("ecs-tasks", Condition={"StringEquals": {"aws:SourceAccount": OWNER}}))
    run = started(of(asks), workload("ecs-task", SECRET, execution_role="both", role="both"))
    assert [act.decision for act in run.acts] == [Decision.UNKNOWN, Decision.ALLOWED, Decision.ALLOWED]


# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
@pytest.mark.parametrize(
    ("behind", "value", "problem"),
    [
        ("", VALUE, ""),
        (":password::", VALUE, ""),
        (":password:AWSCURRENT:", VALUE, ""),
        (f":password::{'v' * 32}", VALUE, ""),
        (":passwort::", VALUE, "the value has no JSON key `passwort`"),
        (":password::", "example", "the value has no JSON key `password`"),
        (":password::", b"\x00", "the value is bytes, which have no JSON keys"),
        ("", b"\x00", "the value is bytes, and only text can be read"),
        (":password", VALUE, "behind the secret's ARN stand all three of"),
        (f":password:AWSCURRENT:{'v' * 32}", VALUE, "a version stage and a version id exclude each other"),
    ],
)
def test_what_stands_behind_the_arn_selects_a_part_of_the_value(behind, value, problem):
    run = started(of(role("exec", TASKS), value=value), workload("ecs-task", SECRET + behind, execution_role="exec"))
    assert run.decision is (Decision.IMPLICIT_DENY if problem else Decision.ALLOWED)
    assert (run.decisive.problem if run.decisive else "").startswith(problem)
    assert "example" not in repr(run)


def test_stage_and_version_are_parameters_of_the_call():
    reference = f"{SECRET}::AWSPREVIOUS:"
    run = started(of(role("exec", TASKS)), workload("ecs-task", reference, execution_role="exec"))
    assert run.decisive.outcome.call.parameters == {"SecretId": SECRET, "VersionStage": "AWSPREVIOUS"}
    assert run.decisive.outcome.error.code == "ResourceNotFoundException"


@pytest.mark.parametrize("name", ["/app/url", PARAMETER])
def test_ecs_reads_parameters_with_the_call_in_the_plural(name):
    plural, singular = allow("ssm:GetParameters"), allow("ssm:GetParameter")
    wanted = workload("ecs-task", name, execution_role="exec")
    assert started(of(role("exec", TASKS, plural)), wanted).decision is Decision.ALLOWED
    assert started(of(role("exec", TASKS, singular)), wanted).decision is Decision.IMPLICIT_DENY


def test_a_bare_name_is_that_of_a_parameter_for_ecs_and_of_a_secret_for_a_client():
    both = allow("ssm:GetParameters", "secretsmanager:GetSecretValue")
    run = started(of(role("exec", TASKS, both)), workload("ecs-task", "prod/db", execution_role="exec"))
    assert run.decisive.problem == "there is no parameter prod/db"
    run = started(of(role("app", None, both)), workload("client", "prod/db", role="app"))
    assert (run.decision, told(run)) == (Decision.ALLOWED, [("GetSecretValue", "role/app")])


def test_a_customer_key_asks_for_kms_decrypt_of_the_reader():
    wanted = workload("ecs-task", SECRET, execution_role="exec")
    made = of(role("exec", TASKS), key=KEY)
    closed = replace(
        made.key(KEY),
        policy=policy("keyPolicy", {"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}),
    )
    run = started(made.with_key(closed), wanted)
    assert (run.decision, run.decisive.outcome.error.message) == (
        Decision.EXPLICIT_DENY,
        "Access to KMS is not allowed",
    )


# https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
def irsa(**more):
    return workload(
        "eks-irsa",
        SECRET,
        **{"role": "pod", "provider": PROVIDER, "namespace": "orders", "service_account": "api", **more},
    )


def cluster(policies, condition=None, client_ids=("sts.amazonaws.com",)):
    more = {"Condition": {"StringEquals": condition}} if condition else {}
    pod = role("pod", trust("token", "sts:AssumeRoleWithWebIdentity", **more), policies)
    return of(pod, oidc_providers={PROVIDER: OidcProvider(PROVIDER, client_ids)})


BOTH = allow("secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret")
SUBJECT = {f"{URL}:sub": "system:serviceaccount:orders:api", f"{URL}:aud": "sts.amazonaws.com"}


def test_a_pod_trades_its_token_and_the_driver_reads_as_the_pod():
    run = started(cluster(BOTH, SUBJECT), irsa())
    assert run.decision is Decision.ALLOWED
    assert told(run) == [
        ("AssumeRoleWithWebIdentity", f"oidc-provider/{URL}"),
        ("GetSecretValue", "assumed-role/pod/web"),
        ("DescribeSecret", "assumed-role/pod/web"),
    ]


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"namespace": "other"}, "AccessDenied"),
        ({"service_account": "other"}, "AccessDenied"),
        ({"audience": "other"}, "InvalidIdentityToken"),
    ],
)
def test_a_token_of_another_subject_or_audience_is_refused(more, error):
    run = started(cluster(BOTH, SUBJECT), irsa(**more))
    assert (run.decision, run.decisive.outcome.error.code) == (Decision.IMPLICIT_DENY, error)


# https://docs.aws.amazon.com/secretsmanager/latest/userguide/ascp-pod-identity-integration.html
def test_the_driver_wants_describe_secret():
    run = started(cluster(READ, SUBJECT), irsa())
    assert (run.decision, run.decisive.what) == (Decision.IMPLICIT_DENY, "DescribeSecret")


# https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
def pod(**more):
    return workload(
        "eks-pod-identity", SECRET, **{"role": "pod", "namespace": "orders", "service_account": "api", **more}
    )


PODS = trust("pods.eks", "sts:AssumeRole", "sts:TagSession")


@pytest.mark.parametrize(
    ("key", "value", "more", "decision"),
    [
        ("kubernetes-namespace", "orders", {}, Decision.ALLOWED),
        ("kubernetes-namespace", "orders", {"namespace": "other"}, Decision.IMPLICIT_DENY),
        ("kubernetes-service-account", "api", {}, Decision.ALLOWED),
        ("eks-cluster-name", "prod", {"cluster": "prod"}, Decision.ALLOWED),
        ("eks-cluster-name", "prod", {"cluster": "test"}, Decision.IMPLICIT_DENY),
        ("eks-cluster-name", "prod", {}, Decision.UNKNOWN),
        ("eks-cluster-arn", f"arn:aws:eks:us-east-1:{OWNER}:cluster/prod", {"cluster": "prod"}, Decision.ALLOWED),
        ("kubernetes-pod-name", "web", {}, Decision.UNKNOWN),
        ("kubernetes-pod-uid", "unknown", {}, Decision.UNKNOWN),
    ],
)
def test_pod_identity_tags_the_session_with_what_is_known_of_the_pod(key, value, more, decision):
    reads = ("secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret")
    tagged = allow(*reads, Condition={"StringEquals": {f"aws:PrincipalTag/{key}": value}})
    assert started(of(role("pod", PODS, tagged)), pod(**more)).decision is decision
    asks = trust(
        "pods.eks", "sts:AssumeRole", "sts:TagSession", Condition={"StringEquals": {f"aws:RequestTag/{key}": value}}
    )
    assert started(of(role("pod", asks, BOTH)), pod(**more)).decision is decision


def test_pod_identity_is_refused_without_tag_session():
    run = started(of(role("pod", trust("pods.eks"), BOTH)), pod())
    assert (run.decision, run.decisive.what) == (Decision.IMPLICIT_DENY, "AssumeRole")


# https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html
def functions(role_=None, **more):
    made = Function(FUNCTION, role=role_arn("fn"), **more)
    endpoints = [Endpoint("vpce-0", "kms", vpc="vpc-1"), Endpoint("vpce-1", "secretsmanager", vpc="vpc-1")]
    return of(
        role_ or role("fn", trust("lambda")),
        functions={FUNCTION: made},
        endpoints={each.id: each for each in endpoints},
    )


def test_the_extension_reads_in_the_session_of_the_function():
    run = started(functions(), workload("lambda", SECRET, function=FUNCTION))
    assert told(run) == [("sts:AssumeRole", "lambda.amazonaws.com"), ("GetSecretValue", "assumed-role/fn/reader")]


@pytest.mark.parametrize(("vpc", "decision"), [("vpc-1", Decision.ALLOWED), ("vpc-2", Decision.IMPLICIT_DENY)])
def test_a_function_in_a_vpc_comes_through_the_endpoint_there(vpc, decision):
    through = {"StringEquals": {"aws:SourceVpce": "vpce-1"}}
    network = allow("ec2:*")
    fn = role("fn", trust("lambda"), (*allow("secretsmanager:GetSecretValue", Condition=through), *network))
    assert started(functions(fn, vpc=vpc), workload("lambda", SECRET, function=FUNCTION)).decision is decision


@pytest.mark.parametrize(
    ("said", "decision"),
    [
        ({}, Decision.UNKNOWN),
        ({"context": {"aws:SourceIp": "203.0.113.7"}}, Decision.ALLOWED),
        ({"context": {"AWS:sourceip": "198.51.100.7"}}, Decision.IMPLICIT_DENY),
    ],
)
def test_the_address_of_a_workload_is_not_known_unless_it_is_said(said, decision):
    office = allow("secretsmanager:GetSecretValue", Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})
    assert started(of(role("app", None, office)), workload("client", SECRET, role="app"), **said).decision is decision


def test_what_is_not_known_at_first_does_not_hide_what_fails_for_certain():
    office = allow("secretsmanager:GetSecretValue", Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})
    run = started(of(role("app", None, office)), workload("client", f"{SECRET}:passwort::", role="app"))
    assert (run.decision, run.decisive.problem) == (Decision.IMPLICIT_DENY, "the value has no JSON key `passwort`")


# https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
@pytest.mark.parametrize(("arn", "decision"), [(FUNCTION, Decision.ALLOWED), (f"{FUNCTION}2", Decision.IMPLICIT_DENY)])
def test_a_function_says_which_one_it_is(arn, decision):
    mine = allow("secretsmanager:GetSecretValue", Condition={"ArnEquals": {"lambda:SourceFunctionArn": arn}})
    made = functions(role("fn", trust("lambda"), mine))
    assert started(made, workload("lambda", SECRET, function=FUNCTION)).decision is decision


def test_the_name_of_a_session_and_what_follows_from_it_are_not_known():
    named = trust("token", "sts:AssumeRoleWithWebIdentity", Condition={"StringEquals": {"sts:RoleSessionName": "web"}})
    own_id = allow(
        "secretsmanager:GetSecretValue",
        "secretsmanager:DescribeSecret",
        Condition={"StringLike": {"aws:userid": "AROAEXAMPLE:web"}},
    )
    providers = {PROVIDER: OidcProvider(PROVIDER, ("sts.amazonaws.com",))}
    for trusted, policies in ((named, BOTH), (trust("token", "sts:AssumeRoleWithWebIdentity"), own_id)):
        made = of(Role(role_arn("pod"), "AROAEXAMPLE", policies, trust=trusted), oidc_providers=providers)
        assert started(made, irsa()).decision is Decision.UNKNOWN


def test_from_where_a_pod_asks_for_its_session_is_not_known():
    office = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    pod_role = role("pod", trust("token", "sts:AssumeRoleWithWebIdentity", Condition=office), BOTH)
    made = of(pod_role, oidc_providers={PROVIDER: OidcProvider(PROVIDER, ("sts.amazonaws.com",))})
    assert started(made, irsa()).decision is Decision.UNKNOWN
    assert started(made, irsa(), context={"aws:SourceIp": "203.0.113.7"}).decision is Decision.ALLOWED


# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
@pytest.mark.parametrize(("rule", "refused"), [("web", "RotateSecret"), ("other", "lambda:InvokeFunction")])
def test_a_rule_is_let_in_by_its_arn_and_then_the_role_of_the_function_decides(rule, refused):
    let_in = policy(
        "functionPolicy",
        {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "lambda:InvokeFunction",
            "Resource": "*",
            "Condition": {"ArnEquals": {"aws:SourceArn": f"arn:aws:events:us-east-1:{OWNER}:rule/{rule}"}},
        },
    )
    run = started(functions(policy=let_in), workload("eventbridge-rule", function=FUNCTION, rotates=SECRET))
    assert (run.decision, run.decisive.what) == (Decision.IMPLICIT_DENY, refused)


# A template tells of a task, and not of everything that it reads: what is not told is unknown, and a refusal is a refusal.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html


def of_template(*reads, **fields):
    return workload("ecs-task", *reads, **{"execution_role": "exec", "open": True, **fields})


@pytest.mark.parametrize(
    "reference",
    [
        SECRET.replace("prod/db", "prod/other"),
        f"{SECRET}:host::",  # a deployment may put more into the value
        "/app/elsewhere",
        PARAMETER.replace("/app/url", "/app/elsewhere"),
        unknown_text("S.P"),
        f"{unknown_text('S.P')}:password::",
        f"arn:aws:secretsmanager:us-east-1:{OWNER}:secret:{unknown_text('S.Db.name')}-{unknown_text('S.Db.suffix', 6)}",
    ],
)
def test_what_a_template_does_not_tell_leaves_the_start_open(reference):
    made = of(role("exec", TASKS, allow("secretsmanager:*", "ssm:*")))
    run = started(made, of_template(SECRET, reference))
    assert run.decision is Decision.UNKNOWN
    assert next(act.decision for act in run.acts if act.what == "GetSecretValue") is Decision.ALLOWED
    # where a scenario tells of the same task, everything is told
    if is_known(reference):
        assert started(made, replace(of_template(SECRET, reference), open=False)).decision is Decision.IMPLICIT_DENY


def test_a_task_of_a_template_that_reads_what_the_files_tell_starts():
    run = started(
        of(role("exec", TASKS, allow("secretsmanager:*", "ssm:*"))), of_template(f"{SECRET}:password::", "/app/url")
    )
    assert run.decision is Decision.ALLOWED


def test_a_task_of_a_template_whose_role_may_not_read_does_not_start():
    run = started(of(role("exec", TASKS, ())), of_template("/app/elsewhere", SECRET))
    assert (run.decision, run.decisive.what) == (Decision.IMPLICIT_DENY, "GetSecretValue")


# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
def test_a_task_without_an_execution_role_reads_nothing():
    run = started(of(role("app", TASKS)), workload("ecs-task", SECRET, role="app", open=True))
    assert run.decision is Decision.IMPLICIT_DENY
    assert run.decisive.problem == "it has no execution role, as which ECS reads"
    assert started(of(role("app", TASKS)), workload("ecs-task", role="app", open=True)).decision is Decision.ALLOWED


# https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html: 2 to 64 characters of [\w+=,.@-]
def test_a_name_that_no_session_may_have_is_no_reason_not_to_start():
    named = replace(of_template(SECRET), arn=f"arn:aws:iamsim:us-east-1:{OWNER}:workload/my stack.{'T' * 90}")
    assert started(of(role("exec", TASKS)), named).decision is Decision.ALLOWED
