"""The programming interface in words: every operation of the API, by what it is about, from its own description.

The description (``/api/openapi.json``) is the one source; nothing is said here that it does not say.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tanheng.portal.api import api
from tanheng.text import Text

MOST_FOUND = 40
SUBJECTS: Mapping[str, Text] = {
    "ledger": Text("Accounts, units and transfers", "账户、单位与划转"),
    "people": Text("Organisations, people, tokens and approvals", "单位、人员、令牌与审批"),
    "jobs": Text("Runs and other work in the queue, and their files", "运行与其他任务及其文件"),
    "tables": Text("Tables of the city that are handed in", "数据报送"),
    "comparisons": Text("Two rulebooks compared", "规则比较"),
    "log": Text("The log and its proofs", "透明日志与证明"),
    "decisions": Text("Published decisions", "已发布的决定"),
    "credits": Text("Carbon inclusion", "碳普惠"),
    "quiet": Text("The quiet city", "宁静城市"),
}
WHO: Mapping[str, Text] = {
    "BearerToken": Text("a token of a person", "个人令牌"),
    "SignedIn": Text("a signed-in session", "已登录的会话"),
    "AppKey": Text("the key of an application", "应用密钥"),
    "PersonKey": Text("the key of a resident", "市民密钥"),
}


@dataclass(frozen=True)
class Value:
    """Something that an operation takes: where it goes, what it is, whether it has to be there."""

    name: str
    place: str
    kind: str
    required: bool
    said: str


@dataclass(frozen=True)
class Operation:
    """One operation; ``example`` is a command line with ``$ADDRESS`` and ``$TOKEN`` to be filled in."""

    subject: str
    method: str
    path: str
    title: str
    said: str
    who: tuple[str, ...]
    takes: tuple[Value, ...]
    answers: tuple[str, ...]
    example: str

    @property
    def anchor(self) -> str:
        """By which a link finds it on its page."""
        return f"{self.method.lower()}-{self.path.removeprefix('/api/').translate(_PLAIN).strip('-')}"

    def fits(self, words: list[str]) -> bool:
        """Whether each of the words is somewhere in it."""
        text = f"{self.method} {self.path} {self.title} {self.said} {' '.join(each.name for each in self.takes)}"
        return all(word in text.casefold() for word in words)


_PLAIN = str.maketrans(dict.fromkeys("/{}_.", "-"))


@require_safe
def interface(request: HttpRequest, subject: str = "") -> HttpResponse:
    """What programs can do, and with which right; of one subject, or those that fit the words."""
    if subject and subject not in SUBJECTS:
        raise Http404
    asked = request.GET.get("q", "").strip()[:100]
    every = operations()
    found = [each for each in every if not subject or each.subject == subject]
    if asked:
        found = [each for each in found if each.fits(asked.casefold().split())]
    shown = found[:MOST_FOUND] if not subject else found
    return render(
        request,
        "portal/interface.html",
        {
            "section": "interface",
            "q": asked,
            "subject": subject,
            "title": SUBJECTS.get(subject),
            "subjects": [
                (name, title, sum(each.subject == name for each in every)) for name, title in SUBJECTS.items()
            ],
            "operations": [(each, [WHO[who] for who in each.who]) for each in shown] if asked or subject else [],
            "more": len(found) - len(shown),
            "count": len(every),
        },
    )


@lru_cache(maxsize=1)
def operations() -> tuple[Operation, ...]:
    """Every operation, in the order of the description."""
    schema: Mapping[str, Any] = api.get_openapi_schema()
    return tuple(
        _operation(schema, path, method, told)
        for path, methods in schema["paths"].items()
        for method, told in methods.items()
    )


def _operation(schema: Mapping[str, Any], path: str, method: str, told: Mapping[str, Any]) -> Operation:
    takes = (*_parameters(told), *_body(schema, told))
    who = tuple(dict.fromkeys(name for way in told.get("security", ()) for name in way))
    return Operation(
        told["tags"][0],
        method.upper(),
        path,
        told["summary"],
        " ".join(told.get("description", "").split()),
        who,
        takes,
        tuple(str(code) for code in told["responses"] if code != "default"),
        _example(method.upper(), path, who, takes, told),
    )


def _parameters(told: Mapping[str, Any]) -> Iterator[Value]:
    for each in told.get("parameters", ()):
        yield Value(
            each["name"],
            each["in"],
            _kind(each.get("schema", {})),
            bool(each.get("required")),
            each.get("description", "") or each.get("schema", {}).get("description", ""),
        )


def _body(schema: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[Value]:
    for content in told.get("requestBody", {}).get("content", {}).values():
        body = _resolved(schema, content.get("schema", {}))
        required = body.get("required", ())
        for name, field in body.get("properties", {}).items():
            kind = _kind(_resolved(schema, field) if "$ref" in field else field)
            yield Value(name, "body", kind, name in required, field.get("description", ""))


def _resolved(schema: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = part.get("$ref")
    if reference is None:
        return part
    found: Mapping[str, Any] = schema["components"]["schemas"][reference.rsplit("/", 1)[-1]]
    return found


def _kind(field: Mapping[str, Any]) -> str:
    if "enum" in field:
        return " | ".join(str(each) for each in field["enum"])
    if "anyOf" in field:
        return " | ".join(_kind(each) for each in field["anyOf"])
    if "$ref" in field:
        return str(field["$ref"]).rsplit("/", 1)[-1]
    if field.get("type") == "array":
        return f"[{_kind(field.get('items', {}))}]"
    return str(field.get("format") or field.get("type") or "any")


def _example(method: str, path: str, who: tuple[str, ...], takes: tuple[Value, ...], told: Mapping[str, Any]) -> str:
    words = ["curl"]
    if method != "GET":
        words.append(f"-X {method}")
    if who:
        words.append('-H "Authorization: Bearer $TOKEN"')
    body = {each.name: f"<{each.kind}>" for each in takes if each.place == "body" and each.required}
    content = told.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        words += ['-H "Content-Type: application/json"', f"-d '{json.dumps(body, ensure_ascii=False)}'"]
    elif content:
        words += [f"-F {name}=@FILE" for name in body] or ["--data-binary @FILE"]
    needed = "&".join(f"{each.name}=<{each.kind}>" for each in takes if each.place == "query" and each.required)
    words.append(f'"$ADDRESS{path}{"?" + needed if needed else ""}"')
    return " \\\n  ".join([" ".join(words[:2]), *words[2:]])
