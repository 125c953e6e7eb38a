"""The findings as a table: for each code a smallest project that has it, once, at the line marked with `# <-`."""

from __future__ import annotations

from typing import NamedTuple

GOOD = {
    "schemas/record.yaml": "name: record\nfields: {_t: {n: integer, text: string}}\n",
    "schemas/plain.yaml": "name: plain\nfieldGroups: []\n",
    "schemas/product.yaml": "name: product\nbase: thing\nfields: {sku: string}\n",
    "classes/thing.yaml": "name: thing\n",
    "events/A.yaml": "name: A\nschema: record\ncondition: '@{A.eventType} == \"A\"'\nnamespace: CRMID\n",
    "events/B.yaml": "name: B\nschema: record\ncondition: '@{B.eventType} == \"B\"'\nnamespace: CRMID\n",
    "sources/Crm.yaml": "name: Crm\nurl: https://example.com/\nfieldGroups: {g: {response: {a: 1}}}\n",
    "actions/send.yaml": "name: send\nurl: https://example.com/\nbody: {n: {$variable: integer, $mandatory: true}}\n",
    "journeys/j.yaml": """name: j
namespace: CRMID
start: s
activities:
  s: {type: event, event: A, next: x}
  x: {type: action, action: send, parameters: {n: '@{A._t.n}'}}
""",
}
"""A project without findings; each case writes one of its files anew."""


class Case(NamedTuple):
    code: str
    file: str
    text: str
    severity: str = "error"
    title: str = ""
    extra: dict[str, str] = {}
    """Other files that it takes."""


NEWS = {
    "channels/news.yaml": "name: news\nemail: {host: smtp.example.com, from: {address: a@b.com},"
    " tracking: 'https://t.example.com'}\n",
    "channels/texts.yaml": "name: texts\nsms:\n  url: https://example.com/\n"
    "  body: {a: {param: to}, b: {param: text}}\n",
}
PEOPLE = {
    "schemas/people.yaml": "name: people\nbase: profile\nprofile: true\nfields: {crm: string, age: integer,"
    " name: {first: string}, color: {$type: string, $enum: [red]}}\nidentities:"
    " {crm: {namespace: CRMID, primary: true}}\n",
    "datasets/people.yaml": "name: people\nschema: people\nprofile: true\n",
    "datasets/visits.yaml": "name: visits\nschema: record\n",
}


def mail(code: str, *lines: str, at: bool = False, title: str = "") -> Case:
    head = ["name: j", "namespace: CRMID", "start: s", "activities:", START.rstrip()]
    text = "\n".join([*head, f"  x:{'  # <-' if at else ''}", "    type: email", *lines])
    return Case(code, "journeys/j.yaml", text, title=title, extra=NEWS)


def reaction(code: str, line: str, kind: str) -> Case:
    head = ["name: j", "namespace: CRMID", "start: s", "activities:", START.rstrip()]
    sent = "  x: {type: sms, channel: texts, text: Hi, next: r}"
    return Case(code, "journeys/j.yaml", "\n".join([*head, sent, "  r:", "    type: reaction", "    message: x",
                                                    f"    {line}"]), title=kind, extra=NEWS)  # fmt: skip


def update(code: str, *lines: str, value: str = "    value: '1'", title: str = "") -> Case:
    head = ["name: j", "namespace: CRMID", "start: s", "activities:", START.rstrip(), "  x:", "    type: updateProfile"]
    text = "\n".join([*head, *(f"    {line}" for line in lines), value])
    return Case(code, "journeys/j.yaml", text, title=title, extra=PEOPLE)


def channel(code: str, *lines: str, severity: str = "error", title: str = "") -> Case:
    return Case(code, "channels/c.yaml", "\n".join(lines), severity, title)


OF = {"sources/Of.yaml": "name: Of\nurl: https://example.com/\nfieldGroups:\n"
      "  g: {response: {a: 1}, parameters: {q: integer, r: string}}\n"}  # fmt: skip


def journey(
    code: str,
    activities: str,
    head: str = "",
    severity: str = "error",
    title: str = "",
    extra: dict[str, str] | None = None,
) -> Case:
    """A case of a journey that starts at `s`."""
    lines = ["name: j", "namespace: CRMID", *head.splitlines(), "activities:"]
    if not head.startswith("start") and "\nstart" not in head:
        lines.insert(2, "start: s")
    text = "\n".join([*lines, *activities.strip("\n").splitlines()])
    return Case(code, "journeys/j.yaml", text, severity, title, extra or {})


VIP = {"segments/vip.yaml": "name: vip\n"}
K = "name: k\nnamespace: CRMID\nstart: s\nactivities: {s: {type: event, event: B}}\n"


def jump(code: str, to: str, target: str = "", extra: dict[str, str] | None = None) -> Case:
    """A case of a journey that jumps."""
    activities = f"  s: {{type: event, event: A, next: x}}\n  x:\n    type: jump\n    journey: {to}"
    other = {"journeys/k.yaml": f"name: k\n{target}\n" if target else K}
    return journey(code, activities, extra=other | (extra or {}))


def event(code: str, *lines: str, title: str = "") -> Case:
    return Case(code, "events/A.yaml", "\n".join(lines), title=title)


def action(code: str, *lines: str, severity: str = "error", title: str = "") -> Case:
    return Case(code, "actions/send.yaml", "\n".join(lines), severity, title)


def source(code: str, *lines: str, severity: str = "error", title: str = "") -> Case:
    return Case(code, "sources/Crm.yaml", "\n".join(lines), severity, title)


LISTS = {
    "schemas/record.yaml": "name: record\nfields:\n  _t:\n    n: integer\n    text: string\n"
                           "    list: {$list: {a: string, parts: {$list: {c: string}}}}\n",
    "actions/send.yaml": "name: send\nurl: https://example.com/\nbody:\n"
                         "  n: {$variable: list<object>, $fields: {a: string, b: {$list: {c: string}}}}\n",
}  # fmt: skip
START = "  s: {type: event, event: A, next: x}\n"
SEND = "  x: {type: action, action: send, parameters: {n: '@{A._t.n}'}}\n"
CONDITION = "condition: '@{A.eventType} == \"A\"'"

SYSTEM = "schema: record\ntype: system\nnamespace: CRMID\n"
FIFTY_ONE = "\n".join(f"  x{n}: {{type: end}}" for n in range(51))

CASES = [
    # --- documents ---
    journey("ERR_FIELD_MISSING", "  s:  # <-\n    type: event", title="of an activity"),
    journey("ERR_FIELD_MISSING", START + "  x:  # <-\n    type: action", title="of an action"),
    Case("ERR_FIELD_MISSING", "journeys/j.yaml", "name: j  # <-\nactivities: {s: {type: event, event: A}}"),
    Case("ERR_FIELD_MISSING", "events/A.yaml", "schema: record  # <-\n" + CONDITION, title="the name"),
    Case("ERR_FIELD_MISSING", "actions/send.yaml", "name: send  # <-", title="of the document"),
    journey("ERR_FIELD_UNKNOWN", START + "  x:\n    type: wait\n    duration: PT5S\n    evnt: A  # <-"),
    journey("ERR_FIELD_UNKNOWN", START + SEND, "start: s\nreentrence: true  # <-", title="of the journey"),
    journey("ERR_FIELD_DURATION", START + "  x:\n    type: wait\n    duration: PT0.5S  # <-", title="less than 1 s"),
    journey("ERR_FIELD_DURATION", START + "  x:\n    type: wait\n    duration: P1M  # <-", title="months"),
    journey("ERR_FIELD_DURATION", START + "  x:\n    type: wait\n    duration: 21 days  # <-", title="in words"),
    journey("ERR_FIELD_DURATION", START + "  x:\n    type: wait\n    duration: 5  # <-", title="a number"),
    journey("ERR_FIELD_DURATION", START + "  x:\n    type: wait\n    duration: P9999999999D  # <-", title="huge"),
    journey("ERR_FIELD_DURATION_RANGE", START + SEND, "start: s\ntimeout: PT31S  # <-", title="timeout [6.2]"),
    journey("ERR_FIELD_DURATION_RANGE", START + SEND, "start: s\nglobalTimeout: P92D  # <-", title="global [6.2]"),
    journey("ERR_FIELD_MANY", START + SEND, f"start: s\ntags: {[f't{n}' for n in range(21)]}  # <-"),
    journey("ERR_FIELD_MOMENT", START + SEND, "start: s\nstartDate: 2024-01-01T00:00:00  # <-", title="without zone"),
    journey("ERR_FIELD_CHOICE", START + "  x:\n    type: letter  # <-", title="unknown type"),
    journey("ERR_FIELD_MISSING", START + "  x:  # <-\n    label: X", title="the type"),
    journey("ERR_FIELD_NEXT", START + "  x:\n    type: wait\n    duration: PT5S\n    next: 5  # <-"),
    journey("ERR_FIELD_BOOLEAN", START + SEND, "start: s\nreentrance: maybe  # <-"),
    journey("ERR_FIELD_LONG", START + "  x:\n    type: end\n    label: " + "x" * 101 + "  # <-"),
    journey("ERR_FIELD_EMPTY", START + "  x:\n    type: condition\n    paths:\n      wait: ''  # <-"),
    event("ERR_FIELD_TEXT", "name: A", "schema: record", "condition: 5  # <-", "namespace: CRMID"),
    event("ERR_FIELD_INVALID", "name: A  # <-", "schema: record", "namespace: CRMID", title="rule, no condition"),
    event("ERR_FIELD_LIST", "name: A", "schema: record", CONDITION, "fields: eventType  # <-", "namespace: CRMID"),
    event("ERR_FIELD_PATTERN", "name: a-b  # <-", "schema: record", CONDITION, title="name [3.3]"),
    event("ERR_FIELD_EMPTY", "name: A", "schema: ''  # <-", CONDITION, "namespace: CRMID", title="not chosen yet"),
    event("ERR_NAMESPACE_UNKNOWN", "name: A", "schema: record", CONDITION, "namespace: Emial  # <-", title="[1.1]"),
    Case("ERR_SCHEMA_TYPE", "schemas/record.yaml", "name: record\nfields:\n  n: text  # <-", title="field type"),
    Case("ERR_FIELD_MAPPING", "journeys/j.yaml", "- name: j  # <-", title="a list"),
    Case("ERR_FIELD_MAPPING", "journeys/k.yaml", "# <-", title="an empty file"),
    Case("ERR_FILE_YAML", "journeys/j.yaml", "name: j\nstart: [s\nactivities: {}  # <-"),
    Case("ERR_NAME_TWICE", "events/C.yaml", "# <-\nname: A\nschema: record\n" + CONDITION + "\nnamespace: CRMID"),
    # --- events ---
    event("ERR_SCHEMA_UNKNOWN", "name: A", "schema: recrod  # <-", CONDITION, "namespace: CRMID"),
    Case("ERR_EVENT_KEY", "events/C.yaml", "name: C  # <-\nschema: record\ncondition: 'true'"),
    Case("ERR_EVENT_ID_TWICE", "events/D.yaml", "name: D\n" + SYSTEM + "eventID: e1  # <-",
         extra={"events/C.yaml": "name: C\n" + SYSTEM + "eventID: e1"}),
    event("ERR_EXPR_UNKNOWN_FIELD", "name: A", "schema: record", "condition: '@{A.x} == 1'  # <-", "namespace: CRMID"),
    event("ERR_EXPR_RESULT", "name: A", "schema: record", "namespace: CRMID", CONDITION, "key: '@{A._t.n}'  # <-"),
    event(
        "ERR_EVENT_MOMENT", "name: A", "schema: record", "condition: inSegment('VIP')  # <-", "namespace: CRMID"
    ),
    event("ERR_EVENT_MOMENT", "name: A", "schema: record", "namespace: CRMID", CONDITION, "key: uuid()  # <-"),
    # --- datasets ---
    Case("ERR_SCHEMA_UNKNOWN", "datasets/d.yaml", "name: d\nschema: recrod  # <-", title="of a dataset"),
    Case("ERR_SEGMENT_CYCLE", "segments/s.yaml", "name: s\ndefinition: inSegment(\"s\")  # <-"),
    Case("ERR_SEGMENT_CHANCE", "segments/s.yaml", "name: s\ndefinition: random() > 0.5  # <-"),
    Case("ERR_SEGMENT_UNKNOWN", "segments/s.yaml", "name: s\ndefinition: inSegment(\"t\")  # <-"),
    journey(
        "ERR_SEGMENT_UNKNOWN",
        """  s: {type: event, event: A, next: c}
  c:
    type: condition
    paths:
      p: inSegment("vip")  # <-
    next: {p: x}
  x: {type: action, action: send, parameters: {n: '@{A._t.n}'}}
""",
        title="asked for by a journey",
    ),
    Case("ERR_DATASET_PROFILE", "datasets/d.yaml", "name: d\nschema: record\nprofile: true  # <-"),
    Case("ERR_NAMESPACE_UNKNOWN", "datasets/d.yaml", "name: d\nschema: person  # <-",
         extra={"schemas/person.yaml": "name: person\nfields: {id: string}\nidentities: {id: {namespace: Member}}"}),
    Case("ERR_SCHEMA_PRIMARY", "datasets/d.yaml", "name: d\nschema: product  # <-",
         extra={"schemas/product.yaml": "name: product\nbase: record\nfields: {sku: string}"}),
    Case("ERR_BROKEN", "events/C.yaml", "name: C\nschema: bad  # <-\n" + CONDITION + "\nnamespace: CRMID",
         extra={"schemas/bad.yaml": "name: bad\nbase: bas"}),
    event("ERR_EVENT_CLASS", "name: A", "schema: product  # <-", "condition: 'true'", "namespace: CRMID"),
    Case("ERR_EVENT_ID_FIELD", "events/C.yaml", "name: C\nschema: plain  # <-\ntype: system\nnamespace: CRMID"),
    event("ERR_EVENT_FIELD", "name: A", "schema: record", "fields:", "- eventType", "- _t.m  # <-", "- _t.n",
          CONDITION, "namespace: CRMID"),
    event("ERR_EVENT_SOURCE", "name: A", "schema: record", "condition: '#{Crm.g.a} == 1'  # <-", "namespace: CRMID"),
    event("ERR_EVENT_SOURCE", "name: A", "schema: record", "namespace: CRMID", CONDITION,
          "key: toString(#{Crm.g.a})  # <-", title="in a key [2.2]"),
    # --- clocks and shares [6.20, 6.21, 6.28] ---
    journey("ERR_FIELD_ZONE", START + SEND, "start: s\ntimeZone: Mars/Olympus  # <-"),
    Case("ERR_ZONE_NAMESPACE", "journeys/j.yaml", "name: j\nstart: s\nprofileTimeZone: true  # <-\nactivities:\n"
         "  s: {type: event, event: N}\n", extra={
             "events/N.yaml": "name: N\nschema: record\nkey: '@{N._t.text}'\ncondition: '@{N.eventType} == \"N\"'\n"}),
    journey("ERR_FIELD_LOCAL", START + "  x:\n    type: wait\n    date: 2026-02-30  # <-", title="no such day"),
    journey("ERR_FIELD_LOCAL", START + "  x:\n    type: dateCondition\n    paths:\n      p:\n"
            "        from: 2026-02-01T00:00:00Z  # <-", title="with a zone"),
    journey("ERR_FIELD_INVALID", START + "  x:  # <-\n    type: wait\n    date: 2026-02-01\n    duration: PT5S",
            title="two forms of a wait"),
    journey("ERR_FIELD_INVALID", START + "  x: {type: wait}  # <-", title="no form of a wait"),
    journey("ERR_FIELD_INVALID", START + "  x: {type: wait, duration: PT5S, days: [monday]}  # <-", title="days alone"),
    journey("ERR_FIELD_PATTERN", START + "  x:\n    type: wait\n    time: 24:00  # <-", title="a time of day"),
    journey("ERR_FIELD_CHOICE", START + "  x:\n    type: wait\n    time: '23:00'\n    days: [mondays]  # <-"),
    journey("ERR_EXPR_RESULT", START + "  x:\n    type: wait\n    until: '@{A._t.n}'  # <-", title="of a wait"),
    journey("ERR_FIELD_INVALID", START + "  x:\n    type: timeCondition\n    paths:\n"
            "      p: {from: 22:00, to: 22:00}  # <-", title="no hours"),
    journey("ERR_FIELD_INVALID", START + "  x:\n    type: dateCondition\n    paths:\n"
            "      p: {from: 2026-02-02, to: 2026-02-01T10:00}  # <-", title="no days"),
    journey("ERR_FIELD_INVALID", START + "  x:\n    type: dateCondition\n    paths:\n      p: {}  # <-",
            title="neither from nor to"),
    journey("WARN_PATH_UNUSED", START + "  x:\n    type: condition\n    paths:\n"
            "      p: '@{A._t.n} > 1'  # <-", severity="warning"),
    journey("WARN_PATH_NEVER", START + "  x:\n    type: condition\n    paths:\n"
            "      p: 1 > 2  # <-\n    next: {p: null}", severity="warning", title="false"),
    journey("WARN_PATH_NEVER", START + "  x:\n    type: condition\n    paths:\n      p: '@{A._t.n} > 1'\n"
            "      q: '@{A._t.n} > 1'  # <-\n    next: {p: null, q: null}", severity="warning", title="twice"),
    journey("WARN_PATH_NEVER", START + "  x:\n    type: condition\n    paths:\n      p: 'true'\n"
            "    next:\n      p: null\n      other: null  # <-", severity="warning", title="other"),
    journey("WARN_LISTENER_NEVER", "  s: {type: event, event: A, next: x}\n  x:\n    type: event\n    event: N  # <-",
            severity="warning", extra={"events/N.yaml": "name: N\nschema: record\ncondition: 'false'\n"
                                       "namespace: CRMID\n"}),
    journey("WARN_SEND_FREQUENCY", START + "  x: {type: sms, channel: texts, text: Hi, next: [w, b]}\n"
            "  w: {type: wait, duration: PT1H, next: y}\n  b: {type: event, event: B, next: z}\n"
            "  y: {type: sms, channel: texts, text: Hi, next: d}\n  d: {type: wait, duration: P1D, next: z}\n"
            "  z:  # <-\n    type: sms\n    channel: texts\n    text: Hi\n", severity="warning",
            extra=NEWS | {"rulesets/r.yaml": "name: r\neverywhere: true\n"
                                             "frequency: [{limit: 1, period: PT1H}, {limit: 2, period: P1D}]\n"}),
    journey("ERR_FIELD_MOST", START + "  x:\n    type: percentageSplit\n    paths:\n      p: 101  # <-"),
    journey("ERR_FIELD_LEAST", START + "  x:\n    type: percentageSplit\n    paths:\n      p: -1  # <-"),
    journey("ERR_FIELD_NUMBER", START + "  x:\n    type: percentageSplit\n    paths:\n      p: half  # <-"),
    journey("ERR_FIELD_INVALID", START + "  x:\n    type: percentageSplit\n    paths:  # <-\n      p: 60\n"
            "      q: 40.001", title="over 100 together"),
    journey("ERR_FIELD_LEAST", START + "  x:\n    type: profileCap\n    limit: 0  # <-", title="of a cap"),
    journey("WARN_WAIT_TOO_LONG", START + "  x:\n    type: wait\n    time: '09:00'  # <-\n    days: [monday]",
            "start: s\nglobalTimeout: P6D", severity="warning", title="for a weekday"),
    journey("ERR_EXIT_SOURCE", START + SEND, "start: s\nexitCriteria:\n  old:\n    condition: '#{Crm.g.a} > 0'  # <-"),
    journey("ERR_EVENT_UNKNOWN", START + SEND, "start: s\nexitCriteria: {gone: {event: Z}}  # <-", title="to exit by"),
    journey("ERR_FIELD_INVALID", START + SEND, "start: s\nexitCriteria:\n  never: {}  # <-", title="of nothing"),
    journey("ERR_FIELD_MOST", START + SEND, "start: s\ncontrolGroup: 101  # <-", title="a control group"),
    journey("ERR_GOAL", START + "  x:\n    type: abSplit\n    paths:\n      a: {share: 50, goal: s}\n"
            "      b:\n        share: 50\n        goal: x  # <-", title="a split"),
    # --- data sources in journeys ---
    journey("ERR_SOURCE_PARAMETER", START + "  x:\n    type: condition\n    paths:\n"
            "      p: '#{Of.g.a, params: {q: 1}} > 0'  # <-", extra=OF),
    journey("ERR_EXPR_PARAM", START + "  x:\n    type: condition\n    paths:\n"
            "      p: '#{Of.g.a, params: {q: 1, r: 1}} > 0'  # <-", extra=OF),
    journey("ERR_EXPR_UNKNOWN_SOURCE", START + "  x:\n    type: condition\n    paths:\n"
            "      p: '#{Cmr.g.a} > 0'  # <-", title="in a condition"),
    journey("ERR_EXPR_UNKNOWN_FIELD", START + "  x:\n    type: condition\n    paths:\n"
            "      p: '#{Crm.h.a} > 0'  # <-", title="a field group"),
    Case("ERR_PLATFORM_NAMESPACE", "journeys/k.yaml", "name: k\nstart: s\nactivities:\n"
         "  s: {type: event, event: N, next: x}\n  x:\n    type: condition\n    paths:\n"
         "      p: '#{ExperiencePlatform.g.person.name.firstName} is null'  # <-", extra={
             "events/N.yaml": "name: N\nschema: record\nkey: '@{N._t.text}'\ncondition: '@{N.eventType} == \"N\"'\n",
             "schemas/person.yaml": "name: person\nbase: profile\nfieldGroups: [profile-person-details]\n",
             "sources/p.yaml": "name: ExperiencePlatform\nfieldGroups: {g: {schema: person}}\n"}),
    # --- the schema registry ---
    Case("ERR_RELATIONSHIP", "schemas/sale.yaml", "name: sale\nfields: {sku: string}\nrelationships:\n"
         "- field: sku\n  schema: record  # <-", title="an event"),
    Case("ERR_RELATIONSHIP", "schemas/sale.yaml", "name: sale\nfields: {sku: string}\nrelationships:\n"
         "- {field: sku, schema: product}  # <-", title="not for profiles"),
    # --- actions ---
    action("ERR_ACTION_BODY", "name: send", "url: https://example.com/", "body:  # <-", "  n: {$variable: number}"),
    action("ERR_ACTION_BODY", "name: send", "url: https://example.com/", "body: {a.b: 1}  # <-", title="a dot [5.1]"),
    action("ERR_ACTION_HEADER", "name: send", "url: https://example.com/", "headers:", "  .x: y  # <-"),
    action(
        "ERR_ACTION_HEADER", "name: send", "url: https://example.com/", "headers:", "  Content-Type: text/plain  # <-"
    ),
    action("ERR_ACTION_HEADER", "name: send", "url: https://example.com/", "headers:", "  Host: a  # <-"),
    action("ERR_ACTION_HEADER", "name: send", "url: https://example.com/", "headers:", '  x: "a\\nb"  # <-'),
    action("ERR_URL", "name: send", "url: ftp://example.com/  # <-"),
    action("ERR_URL_PORT", "name: send", "url: https://example.com:8443/  # <-"),
    action("ERR_URL_PRIVATE", "name: send", "url: http://10.0.0.1/  # <-"),
    Case("ERR_RESTRICTED_FIELD", "journeys/j.yaml", "name: j\nnamespace: CRMID\nstart: s\nactivities:\n"
         "  s: {type: event, event: C, next: x}\n  x:\n    type: action\n    action: send\n    parameters:\n"
         "      n: '@{C._t.n}'  # <-", extra={
             "schemas/guarded.yaml": "name: guarded\nfields: {_t: {$labels: [C2], n: integer}}",
             "events/C.yaml": "name: C\nschema: guarded\ncondition: 'true'\nnamespace: CRMID"}, title="[2.5]"),
    Case("ERR_EVENT_BUSINESS", "journeys/j.yaml", "name: j\nstart: s\nactivities:\n  s:\n    type: event\n"
         "    event: Launch  # <-", title="[3.8]", extra={
             "events/Launch.yaml": "name: Launch\nschema: record\nabout: business\ncondition: 'true'\n"}),
    # --- the graph ---
    Case("ERR_JOURNEY_SIZE", "journeys/j.yaml", "name: j\nstart: x0\nactivities:  # <-\n" + FIFTY_ONE),
    journey(
        "ERR_JOURNEY_DATES",
        START + SEND,
        "start: s\nstartDate: 2024-01-01T00:00:00Z\nendDate: 2024-01-01T00:00:00Z  # <-",
    ),
    journey("ERR_START_UNKNOWN", START + SEND, "start: t  # <-"),
    journey("ERR_START_NOT_EVENT", "  x: {type: wait, duration: PT5S}", "start: x  # <-"),
    journey("ERR_START_TIMEOUT", "  s:\n    type: event\n    event: A\n    timeout: PT5S  # <-"),
    journey(
        "ERR_PATH_RESERVED",
        START + "  x:\n    type: condition\n    paths:\n      then: 'true'  # <-",
    ),
    journey(
        "ERR_PATH_UNKNOWN",
        START + "  x:\n    type: condition\n    paths: {a: 'true'}\n    next:\n      b: null  # <-",
    ),
    journey("ERR_PATH_UNKNOWN", START + "  x:\n    type: event\n    event: B\n    next:\n      error: null  # <-",
            title="a listener cannot fail"),
    journey("ERR_TIMEOUT_PATH", START + "  x:\n    type: event\n    event: B\n    next:\n      timeout: null  # <-"),
    journey("ERR_TARGET_UNKNOWN", "  s:\n    type: event\n    event: A\n    next: y  # <-"),
    journey("ERR_PARALLEL", "  s:\n    type: event\n    event: A\n    next: [w, x]  # <-\n"
            "  w: {type: wait, duration: PT5S}\n" + SEND, title="an action [6.16]"),
    journey("ERR_PARALLEL_TWICE", "  s:\n    type: event\n    event: A\n    next: [w, w]  # <-\n"
            "  w: {type: wait, duration: PT5S}"),
    journey("ERR_TWO_TIMEOUTS", "  s:\n    type: event\n    event: A\n    next: [b, c]  # <-\n"
            "  b: {type: event, event: A, timeout: PT5S}\n  c: {type: event, event: B, timeout: PT5S}"),
    journey("WARN_LISTENER_SHADOWED", "  s:\n    type: event\n    event: A\n    next: [b, c]  # <-\n"
            "  b: {type: event, event: B}\n  c: {type: event, event: B}", severity="warning"),
    journey("ERR_LOOP", START + "  x:  # <-\n    type: wait\n    duration: PT5S\n    next: y\n"
            "  y: {type: condition, paths: {a: 'true'}, next: {a: x}}"),
    journey("ERR_LOOP", "  s:  # <-\n    type: event\n    event: A\n    next: s", title="itself"),
    journey("WARN_UNREACHABLE", START + SEND + "  y: {type: end}  # <-", severity="warning"),
    journey("WARN_WAIT_TOO_LONG", START + "  x: {type: wait, duration: P20D, next: y}\n"
            "  y:\n    type: wait\n    duration: P10DT1S  # <-", severity="warning"),
    # --- entries ---
    journey("ERR_SEGMENT_UNKNOWN", "  s:\n    type: segmentQualification\n    segment: vip  # <-", title="start"),
    journey("ERR_AUDIENCE_NOT_FIRST", START + "  x:  # <-\n    type: readAudience\n    segment: vip", extra=VIP),
    journey("ERR_EVENT_PERSON", "  s:\n    type: readAudience\n    segment: vip\n    event: A  # <-", extra=VIP),
    journey("ERR_FIELD_CRON", "  s:\n    type: readAudience\n    segment: vip\n    schedule:\n      every: cron\n"
            "      cron: 0 25 * * *  # <-", extra=VIP),
    Case("ERR_SEGMENT_NAMESPACE", "journeys/j.yaml", "name: j\nstart: s\nactivities:\n  s:\n"
         "    type: segmentQualification\n    segment: vip  # <-", extra=VIP),
    journey("ERR_SEGMENT_START_EVENTS", """  s: {type: segmentQualification, segment: vip, next: c}
  c:
    type: condition
    paths:
      p: count(#{ExperiencePlatform.history.experienceevent.all()}) > 1  # <-
    next: {p: x}
  x: {type: wait, duration: PT5S}
""", extra=VIP | {
        "sources/P.yaml": "name: ExperiencePlatform\nfieldGroups: {history: {schema: record}}\n",
        "schemas/record.yaml": "name: record\nprofile: true\nidentities: {_t.text: {namespace: CRMID, primary: true}}\n"
                               "fields: {_t: {n: integer, text: string}}\n"}),
    journey("ERR_SUPPLEMENTAL_KEY", "  s:\n    type: event\n    event: A  # <-", "supplementalKey: true"),
    journey("ERR_SUPPLEMENTAL_START", "  s: {type: segmentQualification, segment: vip}",
            "supplementalKey: true  # <-", extra=VIP),
    journey("ERR_REENTRANCE_WAIT", START + SEND, "reentrance: false\nreentranceWait: PT5M  # <-"),
    Case("ERR_JUMP_NO_NAMESPACE", "journeys/j.yaml", "name: j\nstart: s\nactivities:\n"
         "  s: {type: event, event: F, next: x}\n  x:\n    type: jump\n    journey: k  # <-",
         extra={"journeys/k.yaml": "name: k\nstart: s\nactivities: {s: {type: event, event: F}}\n",
                "events/F.yaml": "name: F\nschema: record\ncondition: 'true'\nkey: '@{F._t.text}'\n"}),
    jump("ERR_JUMP_UNKNOWN", "l  # <-"),
    jump("ERR_JUMP_NAMESPACE", "k  # <-", target="namespace: Email\nstart: s\nactivities: {s: {type: event, event: E}}",
         extra={"events/E.yaml": "name: E\nschema: record\ncondition: 'true'\nnamespace: Email\n"}),
    jump("ERR_JUMP_START", "k  # <-", extra=VIP, target="namespace: CRMID\nstart: s\nactivities:\n"
         "  s: {type: segmentQualification, segment: vip}"),
    jump("ERR_JUMP_EVENT", "k\n    event: A  # <-"),
    jump("ERR_JUMP_FIELD", "k\n    parameters:\n      _t.m: '1'  # <-"),
    jump("ERR_JUMP_LOOP", "j  # <-"),
    journey("ERR_JUMP_QUALIFICATION", START + "  x:\n    type: jump\n    journey: k  # <-\n    next: q\n"
            "  q: {type: segmentQualification, segment: vip}", extra=VIP | {"journeys/k.yaml": K}),
    # --- data sources ---
    source("ERR_FIELD_INVALID", "name: Crm  # <-", title="neither a url nor a database"),
    source("ERR_FIELD_INVALID", "name: ExperiencePlatform  # <-", "url: https://example.com/", title="built in"),
    source("ERR_FIELD_INVALID", "name: Crm  # <-", "url: https://example.com/", "password: x", title="of no database"),
    source("ERR_FIELD_INVALID", "name: Crm  # <-", "database: sqlite:///x", "authentication:",
           "  {type: basic, username: a, password: b}", title="sent to a database"),
    source("ERR_FIELD_INVALID", "name: Crm  # <-", "url: https://example.com/", "fieldGroups:",
           "  g: {statement: select 1, fields: {a: integer}}", title="a statement over HTTP"),
    source("ERR_FIELD_INVALID", "name: Crm", "url: https://example.com/", "fieldGroups:", "  g:  # <-",
           "    body: {a: 1}", "    response: {a: 1}", title="a body of a GET"),
    source("ERR_FIELD_INVALID", "name: Crm", "url: https://example.com/", "fieldGroups:", "  g:  # <-",
           "    method: POST", "    body: {a: {param: b}}", "    response: {a: 1}", title="an unknown parameter"),
    source("ERR_FIELD_INVALID", "name: Crm", "url: https://example.com/", "fieldGroups:", "  g:  # <-",
           "    method: POST", "    parameters: [a]", "    response: {a: 1}", title="a parameter without a place"),
    source("ERR_SCHEMA_NAME", "name: Crm", "url: https://example.com/", "fieldGroups:", "  g:",
           "    response: {a.b: 1}  # <-", title="a name in an example"),
    source("ERR_INFER_PATH", "name: Crm", "url: https://example.com/", "fieldGroups:", "  g:",
           "    response: {a: 1}", "    types: {b: decimal}  # <-", title="a type for no field"),
    source("ERR_FIELD_INVALID", "name: Crm", "database: sqlite:////srv/crm.db", "fieldGroups:", "  g:  # <-",
           "    statement: DELETE FROM people", "    fields: {a: integer}", title="no question"),
    source("ERR_FIELD_INVALID", "name: Crm", "database: sqlite:////srv/crm.db", "fieldGroups:", "  g:  # <-",
           "    statement: SELECT a FROM b WHERE c = :c", "    fields: {a: integer}", title="a name that is none"),
    source("ERR_FIELD_INVALID", "name: Crm", "database: sqlite:////srv/crm.db", "fieldGroups:", "  g:  # <-",
           "    statement: SELECT 1", "    parameters: [c]", "    fields: {a: integer}", title="a parameter unused"),
    source("ERR_FIELD_MISSING", "name: Crm", "url: https://example.com/", "fieldGroups:", "  g: {}  # <-"),
    source("ERR_FIELD_CHOICE", "name: Crm", "url: https://example.com/", "authentication:", "  type: magic  # <-"),
    source("ERR_FIELD_INVALID", "name: Crm", "url: https://example.com/", "authentication:  # <-",
           "  type: customAuthorization", "  authorizationType: header", "  endpoint: https://example.com/token",
           "  body: {bodyType: form}", "  tokenInResponse: response", title="a token without a target"),
    source("ERR_ACTION_HEADER", "name: Crm", "url: https://example.com/", "authentication:", "  type: apiKey",
           "  name: a b  # <-", "  value: x"),
    source("ERR_URL", "name: Crm", "url: https://example.com/", "authentication:", "  type: oauth2",
           "  endpoint: ftp://example.com/  # <-", "  clientId: a", "  clientSecret: b", title="of a token"),
    source("ERR_DATABASE_PRIVATE", "name: Crm", "database: sqlite:////srv/crm.db  # <-"),
    source("ERR_DATABASE_URL", "name: Crm", "database: postgresql://a:b@example.com/x  # <-", title="a password in it"),
    source("WARN_URL_PLAIN", "name: Crm", "url: http://example.com/  # <-", severity="warning"),
    source("ERR_SCHEMA_UNKNOWN", "name: ExperiencePlatform", "fieldGroups:", "  g:", "    schema: people  # <-"),
    source("ERR_EVENT_FIELD", "name: ExperiencePlatform", "fieldGroups:", "  g:", "    schema: record",
           "    fields:", "    - _t.n", "    - _t.m  # <-"),
    # --- channel configurations and rule sets, and the activities that use them ---
    mail("ERR_CHANNEL_UNKNOWN", "    channel: old  # <-", "    subject: Hi", "    text: Hi"),
    Case("ERR_CHANNEL_KIND", "journeys/j.yaml", "name: j\nnamespace: CRMID\nstart: s\nactivities:\n" + START
         + "  x:\n    type: sms\n    channel: news  # <-\n    text: Hi", extra=NEWS),
    mail("ERR_TEMPLATE_OPEN", "    channel: news", "    subject: 'Hi {{ 1'  # <-", "    text: Hi"),
    mail("ERR_EXPR_UNKNOWN_FIELD", "    channel: news", "    subject: 'Hi {{ @{A._t.m} }}'  # <-", "    text: Hi",
         title="of a text"),
    mail("ERR_FIELD_INVALID", "    channel: news", "    subject: Hi", at=True, title="a mail of nothing"),
    Case("ERR_MESSAGE_ADDRESS", "journeys/j.yaml", "name: j\nstart: s\nactivities:\n  s:\n    type: event\n"
         "    event: N\n    next: x\n  x:  # <-\n    type: email\n    channel: news\n    subject: Hi\n    text: Hi",
         extra=NEWS | {"events/N.yaml": "name: N\nschema: plain\ncondition: 'true'\n"}),
    journey("ERR_REACTION_MESSAGE", START + "  x:\n    type: reaction\n    message: s  # <-\n    what: sent"),
    reaction("ERR_REACTION_KIND", "what: opened  # <-", kind="sms"),
    Case("ERR_REACTION_BEFORE", "journeys/j.yaml", "name: j\nnamespace: CRMID\nstart: s\nactivities:\n" + START
         + "  x:\n    type: reaction\n    message: m  # <-\n    what: sent\n    next: m\n"
         "  m: {type: email, channel: news, subject: Hi, text: Hi}", extra=NEWS),
    Case("ERR_FIELD_DURATION_RANGE", "journeys/j.yaml", "name: j\nnamespace: CRMID\nstart: s\nactivities:\n" + START
         + "  x: {type: email, channel: news, subject: Hi, text: Hi, next: r}\n  r:\n    type: reaction\n"
         "    message: x\n    what: sent\n    timeout: PT30S  # <-", extra=NEWS, title="a reaction"),
    Case("ERR_RULESET_UNKNOWN", "journeys/j.yaml", "name: j\nnamespace: CRMID\nrulesets:\n- r  # <-\nstart: s\n"
         "activities:\n  s: {type: event, event: A}"),
    update("ERR_DATASET_UNKNOWN", "dataset: old  # <-", "field: name.first"),
    update("ERR_UPDATE_DATASET", "dataset: visits  # <-", "field: _t.n"),
    update("ERR_UPDATE_FIELD", "dataset: people", "field: name  # <-"),
    update("ERR_UPDATE_FIELD", "dataset: people", "field: name.third  # <-", title="that there is not"),
    update("ERR_UPDATE_ENUM", "dataset: people", "field: color  # <-"),
    update("ERR_EXPR_RESULT", "dataset: people", "field: age", value="    value: \"'a'\"  # <-", title="of an update"),
    Case("ERR_UPDATE_NAMESPACE", "journeys/j.yaml", "name: j\nstart: s\nactivities:\n  s:\n    type: event\n"
         "    event: N\n    next: x\n  x:  # <-\n    type: updateProfile\n    dataset: people\n    field: age\n"
         "    value: '1'", extra=PEOPLE | {"events/N.yaml": "name: N\nschema: plain\ncondition: 'true'\n"}),
    channel("ERR_FIELD_INVALID", "name: c  # <-", title="of no kind"),
    channel("ERR_FIELD_INVALID", "name: c", "email:  # <-", "  host: smtp.example.com", "  from: {address: a@b.com}",
            "  username: u", title="half of a login"),
    channel("ERR_FIELD_MAIL", "name: c", "email:", "  host: smtp.example.com", "  from:",
            "    address: a b@c  # <-"),
    channel("ERR_FIELD_INVALID", "name: c", "sms:", "  url: https://example.com/", "  body:  # <-",
            "    text: {param: text}", title="a text to nobody"),
    channel("ERR_MAIL_PORT", "name: c", "email:", "  host: smtp.example.com  # <-", "  port: 80",
            "  from: {address: a@b.com}", "  tracking: https://t.example.com"),
    channel("ERR_URL_PRIVATE", "name: c", "email:", "  host: 10.0.0.1  # <-", "  from: {address: a@b.com}",
            "  tracking: https://t.example.com", title="of a mail server"),
    channel("WARN_MAIL_PLAIN", "name: c", "category: transactional", "email:", "  host: smtp.example.com",
            "  security: none  # <-", "  from: {address: a@b.com}", severity="warning"),
    channel("WARN_MAIL_NO_UNSUBSCRIBE", "name: c", "email:  # <-", "  host: smtp.example.com",
            "  from: {address: a@b.com}", severity="warning"),
    Case("ERR_FIELD_DURATION_RANGE", "rulesets/r.yaml",
         "name: r\nfrequency:\n- limit: 1\n  period: PT1M  # <-", title="a frequency"),
    Case("ERR_FIELD_INVALID", "rulesets/r.yaml", "name: r\nquietHours:  # <-\n  from: '08:00'\n  to: '08:00'",
         title="quiet hours"),
    # --- what it stands on ---
    journey("ERR_EVENT_UNKNOWN", "  s:\n    type: event\n    event: C  # <-"),
    Case("ERR_NAMESPACE", "journeys/j.yaml",
         "name: j\nnamespace: Email\nstart: s\nactivities:\n  s:\n    type: event\n    event: A  # <-"),
    journey("ERR_ACTION_UNKNOWN", START + "  x:\n    type: action\n    action: sent  # <-"),
    journey("ERR_PARAM_UNKNOWN", START + "  x:\n    type: action\n    action: send\n    parameters:\n"
            "      n: '1'\n      m: '1'  # <-"),
    journey("ERR_PARAM_MANDATORY", START + "  x:\n    type: action\n    action: send\n    parameters: {}  # <-"),
    journey("ERR_PARAM_MANDATORY", START + "  x:  # <-\n    type: action\n    action: send", title="none at all"),
    # --- custom actions ---
    action("WARN_HEADER_SECRET", "name: send", "url: https://example.com/", "headers:", "  X-Api-Key: abc  # <-",
           "body: {n: {$variable: integer}}", severity="warning"),
    action("ERR_ACTION_HEADER", "name: send", "url: https://example.com/", "headers:",
           "  Content-Type: {$variable: string}  # <-", "body: {n: {$variable: integer}}", title="a variable kind"),
    action("ERR_ACTION_BODY", "name: send", "url: https://example.com/", "body:  # <-",
           "  n: {$variable: object}", title="an object of nothing"),
    action("ERR_ACTION_BODY", "name: send", "url: https://example.com/", "body:  # <-",
           "  n: {$variable: list<object>, $fields: {a: text}}", title="a type in a list"),
    action("ERR_ACTION_BODY", "name: send", "url: https://example.com/", "method: GET  # <-",
           "body: {n: {$variable: integer}}", title="of a GET"),
    action("ERR_SCHEMA_NAME", "name: send", "url: https://example.com/", "response: {a.b: 1}  # <-",
           "body: {n: {$variable: integer}}", title="a name in an answer"),
    action("ERR_FIELD_PATTERN", "name: send", "url: https://example.com/", "query:", "  $a: b  # <-",
           "body: {n: {$variable: integer}}", title="a parameter's name"),
    Case("ERR_PARAM_UNKNOWN", "journeys/j.yaml", "\n".join([
         "name: j", "namespace: CRMID", "start: s", "activities:", START.rstrip(), "  x:", "    type: action",
         "    action: send", "    parameters: {n: '1'}", "    headers:", "      X-Id: '1'  # <-"]), title="a header"),
    Case("ERR_PARAM_UNKNOWN", "journeys/j.yaml", "\n".join([
         "name: j", "namespace: CRMID", "start: s", "activities:", START.rstrip(), "  x:", "    type: action",
         "    action: send", "    parameters: {n: '1'}", "    mapping:", "      n.a: b  # <-"]), title="a mapping"),
    Case("ERR_PARAM_MANDATORY", "journeys/j.yaml", "\n".join([
         "name: j", "namespace: CRMID", "start: s", "activities:", START.rstrip(), "  x:  # <-", "    type: action",
         "    action: send", "    parameters: {n: '1'}"]), title="a path",
         extra={"actions/send.yaml": "name: send\nurl: https://example.com/\npath: {$variable: string}\n"
                                     "body: {n: {$variable: integer}}\n"}),
    *(
        Case("ERR_MAPPING_FIELD", "journeys/j.yaml", "\n".join([
             "name: j", "namespace: CRMID", "start: s", "activities:", START.rstrip(), "  x:", "    type: action",
             "    action: send", "    parameters: {n: '@{A._t.list}'}", "    mapping:", *lines]),
             title=title, extra=LISTS)
        for title, lines in (
            ("of an element", ["      n.a: nothing  # <-"]),
            ("of a list in an element", ["      n.b: parts", "      n.b.c: nothing  # <-"]),
        )
    ),
    journey("ERR_EXPR_RESULT", START + "  x:\n    type: action\n    action: send\n    parameters:\n"
            "      n: \"'a'\"  # <-", title="a parameter's type"),
    journey("ERR_EXPR_UNKNOWN_FIELD", START + "  x:\n    type: condition\n    paths:\n      a: '@{A._t.m} > 1'  # <-",
            title="a path's field"),
]  # fmt: skip
