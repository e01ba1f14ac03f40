"""Steps of a case, declared beside the code that takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django_fsm import FSMField, transition

from tanheng.text import Text
from tanheng.web.forms import Field
from tanheng.web.helping import Asked

if TYPE_CHECKING:
    from tanheng.cases.models import Case

OWN, BUREAU = "own", "bureau"
CASES: dict[str, type[Case]] = {}


@dataclass(frozen=True)
class Given:
    """What a step asks for, as text. ``kind`` is that of a ``web.forms.Field``; ``choices`` are value and label.

    ``offered`` gives choices that stand in the books when the form is opened. Only the form is held to them: what a
    program sends, as the beginning of a digest, is looked at by the step itself.
    """

    name: str
    label: Text
    asks: Text
    kind: str = "text"
    required: bool = True
    longest: int = 200
    choices: tuple[tuple[str, str], ...] = ()
    unit: Text | None = None
    example: Text | str | None = None
    offered: Callable[[], Sequence[tuple[str, str]]] | None = None

    @property
    def field(self) -> Field:
        """As a field of a form."""
        choices = self.choices if self.offered is None else self.offered()
        return Field(self.name, self.kind, required=self.required, longest=self.longest, choices=choices)

    @property
    def asked(self) -> Asked:
        """As the help beside the form tells it."""
        return Asked(self.name, self.label, self.asks, self.unit, self.example)


@dataclass(frozen=True)
class Step:
    """A change of state that people make.

    Attributes
    ----------
    right
        What it needs.
    whose
        In which organisation the right is needed: ``own`` (the case's), ``bureau``, or the name of an attribute of the
        case that is one.
    second_person
        Whether another confirms it before it is done.
    public
        Whether anybody may read that it was taken, and its reason.
    offered
        Whether people are offered it; not where another step takes it along.
    """

    name: str
    title: Text
    does: Text
    sources: tuple[str, ...]
    target: str
    right: str
    whose: str
    asks: tuple[Given, ...]
    second_person: bool
    public: bool
    offered: bool = True


class StateField(FSMField):
    """The state of a case, which migrations know as plain text.

    There each of the hundreds of models of the past would ask every later one for its transitions, and new books would
    take twice as long to be laid out.
    """

    def deconstruct(self) -> Any:
        """As a text field."""
        name, _path, arguments, options = super().deconstruct()
        options.pop("protected", None)
        return name, "django.db.models.CharField", arguments, options


def state_field(initial: str) -> Any:
    """The state of a case: set by steps and by nothing else."""
    return StateField(default=initial, max_length=24, protected=True, db_index=True, editable=False)


def step(
    title: Text,
    sources: str | Iterable[str],
    target: str,
    *,
    right: str,
    does: Text | None = None,
    whose: str = OWN,
    asks: tuple[Given, ...] = (),
    second_person: bool = False,
    public: bool = False,
    offered: bool = True,
) -> Callable[[Callable[..., None]], Any]:
    """Declare a step. The method is called as ``method(case, given, acting_user)`` within the step's transaction.

    It sets what the step changes and raises ``InputRejected`` for what does not fit; the case is saved after it.
    """
    found = (sources,) if isinstance(sources, str) else tuple(sources)

    def declare(method: Callable[..., None]) -> Any:
        name, words = method.__name__, does or title
        declared = Step(name, title, words, found, target, right, whose, asks, second_person, public, offered)
        return transition(field="state", source=list(found), target=target, custom={"step": declared})(method)

    return declare


def steps_of(model: type[Case]) -> Mapping[str, Step]:
    """The steps of a kind of case, in the order of its states."""
    order = {state: place for place, state in enumerate(model.STATES)}
    ranked = sorted(
        _declared(model), key=lambda each: (min(order[s] for s in each.sources), order[each.target], each.name)
    )
    return {each.name: each for each in ranked}


def register(model: type[Case]) -> None:
    """Tell of a kind of case, when its app starts.

    Raises
    ------
    ValueError
        When a step names a state that the kind does not have, or the slug is taken.
    """
    for each in _declared(model):
        unknown = {*each.sources, each.target} - set(model.STATES)
        if unknown:
            raise ValueError(f"{model.__name__}.{each.name} names no state of it: {', '.join(sorted(unknown))}")
    if CASES.setdefault(model.SLUG, model) is not model:
        raise ValueError(f"cases are called {model.SLUG} already")


def _declared(model: type[Case]) -> set[Step]:
    about: Any = model._meta
    return {each.custom["step"] for each in about.get_field("state").get_all_transitions(model)}


def arrows(model: type[Case]) -> Iterator[tuple[str, str, Step]]:
    """Each change of state with the step that makes it."""
    for each in steps_of(model).values():
        for source in each.sources:
            yield source, each.target, each
