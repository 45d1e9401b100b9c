"""Records that programs build as well as files: their faults are told as those of a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from pydantic import ValidationError

from carbonpeak.errors import Fault, InputError
from carbonpeak.records.model import Record
from carbonpeak.records.wording import column_of, explain


class Built(Record):
    """A record that a program may build: ``Goal(indicator="coal", ...)``.

    Raises
    ------
    InputError
        With every fault: the class, the field, what is wrong and the way out.
    """

    # Hidden from type checkers, which read the fields as the arguments.
    if not TYPE_CHECKING:

        def __init__(self, /, **given: Any) -> None:
            try:
                super().__init__(**given)
            except ValidationError as error:
                kind = type(self)
                raise InputError(
                    Fault(kind.__name__, None, column_of(detail), *explain(detail, kind))
                    for detail in error.errors(include_url=False)
                ) from None

        # As pydantic marks its own: where a file is checked, the file tells what is wrong.
        __init__.__pydantic_base_init__ = True

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a record with some fields changed, checked as a new one is.

        Raises
        ------
        InputError
            With every fault of the changed record.
        """
        same = super().model_copy(deep=deep)
        stated = {name: getattr(same, name) for name in same.model_fields_set}
        return type(self)(**{**stated, **(update or {})})
