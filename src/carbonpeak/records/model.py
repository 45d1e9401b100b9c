"""The base of every record, and the words for evidence."""

from __future__ import annotations

from typing import Literal, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, model_validator

Language = Literal["zh", "en"]
Evidence = Literal["measured", "statistics", "guideline", "plan", "literature", "assumption"]
Verified = Literal["read", "two_secondary", "one_secondary", "derived", "unverified"]

EVIDENCE: tuple[str, ...] = get_args(Evidence)
VERIFIED: tuple[str, ...] = get_args(Verified)


def said(lang: Language, *, en: str, zh: str) -> str:
    """Return the words of a language, or the only ones that are stated."""
    own, other = (zh, en) if lang == "zh" else (en, zh)
    return own or other


class Record(BaseModel):
    """Base of every record: frozen, and no key that it does not know."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True
    )


class Number(Record):
    """A number with its unit, 95 % range and origin.

    Its place and note may stand in both languages; what stands in one serves in both.
    """

    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    where: str
    where_zh: str = ""
    evidence: Evidence
    note: str = ""
    note_zh: str = ""

    def place(self, lang: Language) -> str:
        """Return the place in its document, in Chinese or English."""
        return said(lang, en=self.where, zh=self.where_zh)

    def noted(self, lang: Language) -> str:
        """Return the note in Chinese or English."""
        return said(lang, en=self.note, zh=self.note_zh)

    @model_validator(mode="after")
    def _range_holds_value(self) -> Number:
        for bound, wrong in ((self.low, self._below), (self.high, self._above)):
            if bound is not None and wrong(bound):
                raise ValueError(
                    f"value {self.value:g} lies outside its range {self.low} to {self.high}"
                )
        return self

    def _below(self, low: float) -> bool:
        return self.value < low

    def _above(self, high: float) -> bool:
        return self.value > high


Model = TypeVar("Model", bound=BaseModel)
