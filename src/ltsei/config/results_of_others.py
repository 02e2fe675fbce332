"""Where the experiment file says that results of others are: published tables, results folders of other matrices."""

from typing import Annotated

from pydantic import AfterValidator, Field

from ltsei.config.values import Folder
from ltsei.core.errors import InputError
from ltsei.core.parsing import Frozen


class OtherResults(Frozen):
    """One published table, or one results folder."""

    table: Folder | None = Field(
        default=None,
        description="CSV file of published numbers with the columns `method`, `dataset`, `imbalance_ratio`, `metric`, "
        "`value` (fractions, not percents) and `source`, and if known `std` and `seeds`",
    )
    folder: Folder | None = Field(default=None, description="results folder of another matrix")

    @property
    def path(self) -> str:
        """The file or folder."""
        return self.table or self.folder or ""


def _one_each(entries: list[OtherResults]) -> list[OtherResults]:
    for place, entry in enumerate(entries):
        if (entry.table is None) == (entry.folder is None):
            raise InputError(f"[{place}]: expected either `table: FILE.csv` or `folder: RESULTS`")
        if entry in entries[:place]:
            raise InputError(f"[{place}]: {entry.path} is listed twice; remove one of them")
    return entries


ResultsOfOthers = Annotated[list[OtherResults], AfterValidator(_one_each)]
