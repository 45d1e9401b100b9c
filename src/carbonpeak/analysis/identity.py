"""An identity of drivers, such as ``CO2 = GDP * energy/GDP * CO2/energy``, read from text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from carbonpeak.errors import ResultError

_NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class Term:
    """One driver: a quantity, or the ratio of two.

    Attributes
    ----------
    numerator : str
        Name of a quantity.
    denominator : str
        Name of another, or empty.
    """

    numerator: str
    denominator: str = ""

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}" if self.denominator else self.numerator


@dataclass(frozen=True)
class Identity:
    """A total as the product of its drivers.

    Attributes
    ----------
    total : str
        Name of the quantity whose change is explained.
    terms : tuple of Term
        Drivers, whose product is the total.
    """

    total: str
    terms: tuple[Term, ...]

    @property
    def quantities(self) -> tuple[str, ...]:
        """The names that the identity needs, in the order of their first use."""
        named = [name for term in self.terms for name in (term.numerator, term.denominator) if name]
        return tuple(dict.fromkeys([self.total, *named]))

    def __str__(self) -> str:
        return f"{self.total} = {' * '.join(map(str, self.terms))}"


def parse_identity(text: str) -> Identity:
    """Read an identity and prove that its drivers cancel to the total.

    Parameters
    ----------
    text : str
        ``total = a * b/a * total/b``: names, ``/`` within a driver and ``*`` between drivers.

    Raises
    ------
    ResultError
        When the text is no such product, or what remains after cancelling is not the total.
    """
    left, equals, right = text.partition("=")
    if not equals or not _NAME.fullmatch(left.strip()):
        raise ResultError(f"'{text}' is no identity; write 'CO2 = GDP * CO2/GDP'")
    identity = Identity(left.strip(), tuple(_term(part, text) for part in right.split("*")))
    rest = Counter(term.numerator for term in identity.terms)
    rest.subtract(term.denominator for term in identity.terms if term.denominator)
    powers = {name: power for name, power in rest.items() if power}
    if powers != {identity.total: 1}:
        found = " * ".join(f"{name}^{power}" for name, power in sorted(powers.items())) or "1"
        raise ResultError(
            f"'{text}': the drivers multiply to {found}, not to {identity.total}; "
            "each quantity has to cancel, as in 'CO2 = GDP * energy/GDP * CO2/energy'"
        )
    return identity


def _term(text: str, whole: str) -> Term:
    names = [part.strip() for part in text.split("/")]
    if len(names) > 2 or not all(_NAME.fullmatch(name) for name in names):
        raise ResultError(
            f"'{whole}': '{text.strip()}' is no driver; expected a name or a ratio of two names"
        )
    return Term(*names)
