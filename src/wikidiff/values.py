"""Values: frozen dataclasses with slots that share their methods.

`@dataclass(frozen=True)` writes and compiles six methods for every class whenever Python starts:
for the model's twenty classes that takes longer than to read a short page. All that those methods
need to know is the fields, so `@value` gives the same ones to all classes, and what they need is
looked up when first asked. In all else a value is a dataclass: `fields`, `replace`, `asdict` and
`match` take it. To make, compare or hash one takes up to twice as long, a microsecond more.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from functools import cache
from inspect import Parameter, Signature
from operator import attrgetter
from typing import Any, NoReturn, TypeVar, dataclass_transform

__all__ = ["value"]

_Value = TypeVar("_Value")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(cls: type[_Value]) -> type[_Value]:
    """Make of a class with annotated fields one of values, as `dataclass` does."""
    for name, shared in _SHARED.items():
        setattr(cls, name, shared)
    return dataclass(init=False, repr=False, eq=False, slots=True)(cls)


@cache
def _fields(cls: type) -> tuple[Field[Any], ...]:
    return fields(cls)


@cache
def _defaults(cls: type) -> tuple[tuple[str, Any], ...]:
    """Return the fields' names, each with what it holds where nothing is given, else MISSING."""
    return tuple([(one.name, one.default) for one in _fields(cls)])


@cache
def _compared(cls: type) -> attrgetter[Any]:
    return attrgetter(*[one.name for one in _fields(cls) if one.compare])


@cache
def _signature(cls: type) -> Signature:
    made: list[Parameter] = []
    for one in _fields(cls):
        default = one.default if one.default_factory is MISSING else one.default_factory()
        default = Parameter.empty if default is MISSING else default
        kind = Parameter.POSITIONAL_OR_KEYWORD
        made.append(Parameter(one.name, kind, default=default, annotation=one.type))
    return Signature(made, return_annotation=None)


class _SignatureOfClass:
    """What `inspect.signature` and `help` tell of a class, worked out when they ask."""

    def __get__(self, _: object, cls: type) -> Signature:
        return _signature(cls)


def _init(self: Any, *given: Any, **named: Any) -> None:  # noqa: ANN401 - the class's own fields
    names = self.__match_args__
    if named or len(given) != len(names):
        given = _completed(self.__class__, given, named)
    put = object.__setattr__
    for name, content in zip(names, given, strict=True):
        put(self, name, content)


def _completed(cls: type, given: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
    """Return what all fields hold, `named` used up; raises TypeError for wrong arguments."""
    made = list(given)
    for name, default in _defaults(cls)[len(given) :]:
        content = named.pop(name, default)
        made.append(_made(cls, name) if content is MISSING else content)
    if named:
        raise TypeError(f"{cls.__name__}() takes no such argument, or not twice: {[*named]}")
    if len(made) > len(_fields(cls)):
        raise TypeError(f"{cls.__name__}() takes {len(_fields(cls))} arguments, not {len(made)}")
    return tuple(made)


def _made(cls: type, name: str) -> Any:  # noqa: ANN401 - what the field holds
    for one in _fields(cls):
        if one.name == name and one.default_factory is not MISSING:
            return one.default_factory()
    raise TypeError(f"{cls.__name__}() needs {name!r}")


def _repr(self: Any) -> str:  # noqa: ANN401 - any value
    shown = [one.name for one in _fields(self.__class__) if one.repr]
    told = [f"{name}={getattr(self, name)!r}" for name in shown]
    return f"{self.__class__.__qualname__}({', '.join(told)})"


def _eq(self: Any, other: object) -> Any:  # noqa: ANN401 - or NotImplemented
    content = _compared(self.__class__)
    is_like = other.__class__ is self.__class__
    return content(self) == content(other) if is_like else NotImplemented


def _hash(self: Any) -> int:  # noqa: ANN401 - any value
    return hash(_compared(self.__class__)(self))


def _reduce(self: Any) -> tuple[type, tuple[Any, ...]]:  # noqa: ANN401 - any value
    return self.__class__, tuple([getattr(self, name) for name in self.__match_args__])


def _set(self: object, name: str, _: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _delete(self: object, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


_SHARED = {
    "__init__": _init,
    "__repr__": _repr,
    "__eq__": _eq,
    "__hash__": _hash,
    "__reduce__": _reduce,
    "__setattr__": _set,
    "__delattr__": _delete,
    "__signature__": _SignatureOfClass(),
}
