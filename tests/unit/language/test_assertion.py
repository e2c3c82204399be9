"""The language of `ask` and `because` lines."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from iamsim.language.assertion import Assertion, Because, Form, Given, Kind, Name, Setting, Word
from iamsim.language.assertion_parser import parse_assertion, parse_because, parse_name
from iamsim.language.errors import LanguageError

APP, DB = "consumer:role/app", "owner:secret/prod/db"


def name_of(kind, account, name, text, **rest):
    return Name(Word(text), kind, account, name, **rest)


def refused(text, parse=parse_assertion):
    with pytest.raises(LanguageError) as caught:
        parse(text)
    error = caught.value
    return error.message, text[error.start : error.end], error.help


def test_a_plain_line_has_a_caller_an_action_and_a_resource():
    assert parse_assertion(f"{APP} can GetSecretValue on {DB}") == Assertion(
        Form.CAN,
        (name_of(Kind.ROLE, "consumer", "app", APP),),
        Word("GetSecretValue"),
        name_of(Kind.SECRET, "owner", "prod/db", DB),
    )


@pytest.mark.parametrize(
    ("line", "form", "callers"),
    [
        (f"{APP} cannot GetSecretValue on {DB}", Form.CANNOT, [APP]),
        (f"only {APP}, owner:root can GetSecretValue on {DB}", Form.ONLY, [APP, "owner:root"]),
        (f"no one outside organization can GetSecretValue on {DB}", Form.NO_ONE_OUTSIDE, []),
        (f"owner:function/rotate can rotate {DB}", Form.ROTATE, ["owner:function/rotate"]),
    ],
)
def test_every_form_is_read(line, form, callers):
    assertion = parse_assertion(line)
    assert assertion.form is form
    assert [str(caller) for caller in assertion.callers] == callers
    assert str(assertion.resource) == DB
    assert str(assertion) == line


def test_a_workload_starts_on_nothing():
    line = "owner:workload/web can start with aws:SourceIp = 203.0.113.7"
    assertion = parse_assertion(line)
    assert (assertion.form, str(assertion.action), str(assertion.resource)) == (Form.START, "start", "*")
    assert assertion.callers == (name_of(Kind.WORKLOAD, "owner", "web", "owner:workload/web"),)
    assert str(assertion) == line


def test_an_action_with_a_service_is_one_authorization_and_without_the_whole_call():
    assert parse_assertion(f"{APP} can GetSecretValue on {DB}").whole_call
    assert not parse_assertion(f"{APP} can secretsmanager:GetSecretValue on {DB}").whole_call


def test_no_one_outside_names_a_scope():
    assert parse_assertion(f"no one outside 111122223333 can A on {DB}").scope == Word("111122223333")


@pytest.mark.parametrize(
    ("text", "kind", "account", "name", "region"),
    [
        ("a:user/bob", Kind.USER, "a", "bob", ""),
        ("111122223333:role/app", Kind.ROLE, "111122223333", "app", ""),
        ("a:session/app/alice", Kind.SESSION, "a", "app/alice", ""),
        ("a:federated-user/carol", Kind.FEDERATED_USER, "a", "carol", ""),
        ("a:root", Kind.ROOT, "a", "root", ""),
        ("a:function/f", Kind.FUNCTION, "a", "f", ""),
        ("a:key/k", Kind.KEY, "a", "k", ""),
        ("a:parameter/x/y", Kind.PARAMETER, "a", "x/y", ""),
        ("a:secret/x", Kind.SECRET, "a", "x", ""),
        ("a:secret/x@eu-west-1", Kind.SECRET, "a", "x@eu-west-1", "eu-west-1"),
        ("a:secret/x@us-gov-west-1", Kind.SECRET, "a", "x@us-gov-west-1", "us-gov-west-1"),
        ("a:secret/me@example.com", Kind.SECRET, "a", "me@example.com", ""),
        ("a:user/me@eu-west-1", Kind.USER, "a", "me@eu-west-1", ""),
        ("service:lambda.amazonaws.com", Kind.SERVICE, "", "lambda.amazonaws.com", ""),
        ("anonymous", Kind.ANONYMOUS, "", "", ""),
        ("arn:aws:iam::1:role/a:b", Kind.ARN, "", "arn:aws:iam::1:role/a:b", ""),
    ],
)
def test_every_kind_of_name_is_read(text, kind, account, name, region):
    read = parse_name(text)
    assert (read.kind, read.account, read.name, read.region) == (kind, account, name, region)


def test_a_quoted_name_is_literal_and_may_hold_anything():
    assertion = parse_assertion(r'"a:role/x, y=\"z\" *" can A on b:secret/*')
    assert assertion.callers[0].name == 'x, y="z" *'
    assert not assertion.callers[0].glob
    assert assertion.resource.glob


def test_settings_are_values_lists_unknown_and_absent():
    line = (
        f'{APP} can A on {DB} with aws:SourceIp=10.0.0.1, a = [b, "c d"], e = unknown, f = absent, g = "absent", h = []'
    )
    values = {setting.key.text: setting.value for setting in parse_assertion(line).settings}
    assert values == {
        "aws:SourceIp": Word("10.0.0.1"),
        "a": (Word("b"), Word("c d", quoted=True)),
        "e": Given.UNKNOWN,
        "f": Given.ABSENT,
        "g": Word("absent", quoted=True),
        "h": (),
    }


@pytest.mark.parametrize("word", ["can", "on", "with", "only", "no", "rotate", "start", "sid", "of", "outside"])
def test_a_keyword_is_one_only_where_it_can_stand(word):
    assertion = parse_assertion(f"{word}:role/{word} can A on {word}:secret/{word} with {word} = {word}")
    assert assertion.settings == (Setting(Word(word), Word(word)),)
    assert parse_because(f"scp of {word} sid {word}") == Because(Word("scp"), Word(word), Word(word))


def test_spans_count_in_the_line():
    line = f"  {APP}   can A on {DB} with k = v"
    assertion = parse_assertion(line)
    caller, key = assertion.callers[0], assertion.settings[0].key
    spans = [caller.word.span, caller.account_span, caller.name_span, assertion.action.span, key.span]
    assert [line[a:b] for a, b in spans] == [APP, "consumer", "app", "A", "k"]


def test_of_a_quoted_name_the_whole_is_the_place():
    line = f'"{APP}" can A on {DB}'
    caller = parse_assertion(line).callers[0]
    assert line[slice(*caller.name_span)] == line[slice(*caller.account_span)] == f'"{APP}"'


def test_positions_take_no_part_in_equality():
    assert parse_assertion(f"{APP} can A on {DB}") == parse_assertion(f"{APP}  can  A  on  {DB}")


@pytest.mark.parametrize(
    ("line", "message", "under", "help_"),
    [
        (f"{APP} may A on {DB}", "`may` cannot stand here", "may", "expected `can` or `cannot`"),
        (f"{APP} can A {DB}", f"`{DB}` cannot stand here", DB, "expected `on`"),
        (f"{APP} can A on", "the line ends too early", "", "expected a name or a value"),
        ("", "the line ends too early", "", "expected a name or a value"),
        (APP, "nothing is asked here", APP, "write, for example"),
        (f"no one inside {APP}", "`inside` cannot stand here", "inside", "expected `outside`"),
        (f"{APP} can A on {DB} with k", "the line ends too early", "", "expected `=`"),
        (f"{APP} can A on {DB} with k = [a", "the line ends too early", "", "expected `,` or `]`"),
        (f"{APP} can A on {DB} with a = 1, A = 2", "the key `A` stands twice", "A", "as a list"),
        (f"{APP} can rotate on {DB}", f"`{DB}` cannot stand here", DB, "expected `with`"),
        (f"{APP} can start on {DB}", "`on` cannot stand here", "on", "expected `with`"),
        (f"{APP} can Get* on {DB}", "`Get*` is no action", "Get*", "write one action"),
        (f"{APP} can a:b:c on {DB}", "`a:b:c` is no action", "a:b:c", "write one action"),
        (f'"{APP} can A on {DB}', "a string begins here that JSON cannot read", None, "as in JSON"),
        (f"consumer can A on {DB}", "`consumer` is no name of a caller or a resource", "consumer", "ACCOUNT:kind/name"),
        (f"a:rolle/x can A on {DB}", "`rolle` is no kind of name", "a:rolle/x", "did you mean `role`?"),
        (f"a:zzz/x can A on {DB}", "`zzz` is no kind of name", "a:zzz/x", "write one of"),
        (f"a:role can A on {DB}", "`a:role` is no name of a caller or a resource", "a:role", "`a:role/NAME`"),
        (f"a:root/x can A on {DB}", "`a:root/x` is no name of a caller or a resource", "a:root/x", "`ACCOUNT:root`"),
        (f"a:session/x can A on {DB}", "`a:session/x` names no session", "a:session/x", "ACCOUNT:session/ROLE/SESSION"),
        (f"service:lambda can A on {DB}", "`lambda` is no service principal", "service:lambda", "lambda.amazonaws.com"),
        (f"arn:aws:iam can A on {DB}", "`arn:aws:iam` is not an ARN", "arn:aws:iam", "arn:partition"),
        (f'"a:role/\\ud800" can A on {DB}', "half a character stands in the name", '"a:role/\\ud800"', "whole"),
    ],
)
def test_what_is_wrong_is_underlined_and_the_help_says_what_to_write(line, message, under, help_):
    said, underlined, help_said = refused(line)
    assert said == message
    assert under is None or underlined == under
    assert help_ in help_said


@pytest.mark.parametrize(
    ("line", "because"),
    [
        ("keyPolicy", Because(Word("keyPolicy"))),
        ("keyPolicy of owner", Because(Word("keyPolicy"), Word("owner"))),
        ("scp sid DenyAll", Because(Word("scp"), None, Word("DenyAll"))),
        (
            'keyPolicy of owner sid "Allow use"',
            Because(Word("keyPolicy"), Word("owner"), Word("Allow use", quoted=True)),
        ),
    ],
)
def test_a_because_has_a_type_an_account_and_a_sid(line, because):
    assert parse_because(line) == because
    assert str(because) == line


@pytest.mark.parametrize(
    ("line", "message", "help_"),
    [
        ("scp by x", "`by` cannot stand here", "expected `of` or `sid` or the end of the line"),
        ("scp of", "the line ends too early", "expected a name or a value"),
        (f"{APP} can A on {DB}", "a policy type is expected here", "keyPolicy of owner"),
    ],
)
def test_a_wrong_because_says_what_to_write(line, message, help_):
    said, _, help_said = refused(line, parse_because)
    assert said == message
    assert help_ in help_said


def error_of(parse, text):
    try:
        parse(text)
    except LanguageError as error:
        return error
    return None


PLAIN = st.text(
    st.characters(exclude_categories=["Cs", "Zs", "Zl", "Zp", "Cc"], exclude_characters=',="[]'), min_size=1
).filter(lambda text: not any(character.isspace() for character in text))
LITERAL = st.text(st.characters(exclude_categories=["Cs"]))
KINDS = [kind for kind in Kind if kind not in (Kind.ARN, Kind.SERVICE, Kind.ANONYMOUS, Kind.ROOT, Kind.SESSION)]


@st.composite
def words(draw, text=PLAIN):
    return Word(draw(text)) if draw(st.booleans()) else Word(draw(LITERAL), quoted=True)


@st.composite
def names(draw):
    account = draw(st.from_regex(r"[a-z][a-z0-9-]*", fullmatch=True).filter(lambda a: a not in ("arn", "service")))
    tail = draw(PLAIN)
    kind = draw(st.sampled_from(KINDS))
    text = draw(st.sampled_from([f"{account}:{kind.value}/{tail}", f"{account}:root", f"{account}:session/r/{tail}"]))
    return parse_name(text)


def values():
    plain = words(PLAIN.filter(lambda text: text not in ("unknown", "absent")))
    return plain | st.lists(words(), max_size=3).map(tuple) | st.sampled_from(Given)


@st.composite
def assertions(draw):
    keys = draw(st.lists(words(), max_size=3, unique_by=lambda word: word.text.lower()))
    settings = tuple(Setting(key, draw(values())) for key in keys)
    form = draw(st.sampled_from(Form))
    operation = draw(st.sampled_from(["GetSecretValue", "kms:Decrypt"]))
    action = Word(form.value if form in (Form.ROTATE, Form.START) else operation)
    many = draw(st.lists(names(), min_size=1, max_size=3))
    callers = {Form.ONLY: tuple(many), Form.NO_ONE_OUTSIDE: ()}.get(form, (many[0],))
    scope = draw(words()) if form is Form.NO_ONE_OUTSIDE else None
    resource = parse_name("*") if form is Form.START else draw(names())
    return Assertion(form, callers, action, resource, settings, scope)


@given(assertions())
@example(parse_assertion('no one outside "" can A on "a:secret/\\u2028 " with "" = ""'))
def test_parse_after_print_is_identity(assertion):
    assert parse_assertion(str(assertion)) == assertion


@given(words(), st.none() | words(), st.none() | words())
def test_parse_after_print_of_a_because_is_identity(kind, account, sid):
    assert parse_because(str(Because(kind, account, sid))) == Because(kind, account, sid)


@given(
    st.text()
    | st.lists(st.sampled_from([*'"[],=\\', APP, DB, "can", "cannot", "on", "with", "A", "only", "no", "one"])).map(
        " ".join
    )
)
def test_any_text_is_read_or_refused_inside_its_bounds(text):
    for parse in (parse_assertion, parse_because, parse_name):
        error = error_of(parse, text)
        assert error is None or (error.message and 0 <= error.start <= error.end <= len(text))
