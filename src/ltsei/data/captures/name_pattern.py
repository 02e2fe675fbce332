"""Patterns such as ``WiFi_air_X310_{label}_{distance}ft_run{run}``: what the name of a file says about a recording."""

import re
from pathlib import PurePath

from ltsei.core.errors import InputError

FIELD = re.compile(r"\{([^{}]*)\}")
NAME = re.compile(r"([A-Za-z_]\w*)(?::([dw]))?")
CHARACTERS = {None: "[^/]", "d": "[0-9]", "w": "[A-Za-z0-9]"}
"""What a field may hold: anything but a slash, digits, or letters and digits."""
LABEL = "label"


class NoMatchError(InputError):
    """The name of a file does not match the pattern."""


class TwoMatchesError(InputError):
    """The name of a file matches the pattern in two ways."""


class NamePattern:
    """The names of files: text, fields in braces and ``*``, compared with the end of a path without its suffix.

    ``{name}`` takes any characters but a slash, ``{name:d}`` digits, ``{name:w}`` letters and digits; a field that
    occurs twice has the same value in both places. ``*`` takes anything but a slash, and no value.
    """

    def __init__(self, text: str) -> None:
        """Take a pattern; InputError, without saying where, if it has no field, or a wrong one."""
        self.text = text
        self.names = tuple(dict.fromkeys(self._field(field)[0] for field in FIELD.findall(text)))
        if not self.names:
            raise InputError(f"got {text!r}, expected fields in braces, such as {{label}}_run{{run}}")
        self._parts = text.count("/") + 1
        self._shortest, self._longest = (re.compile(self._expression(lazy)) for lazy in ("?", ""))

    def values(self, path: PurePath) -> dict[str, str]:
        """Return field -> value for the name of a file without its last suffix.

        Raises:
            InputError: the name matches in no way, or in two.
        """
        name = "/".join(path.with_suffix("").parts[-self._parts :])
        shortest, longest = self._shortest.fullmatch(name), self._longest.fullmatch(name)
        if shortest is None or longest is None:
            raise NoMatchError(
                f"{path}: does not match the pattern {self.text}: correct it, or name fewer files in `files`"
            )
        if shortest.groups() != longest.groups():
            if shortest.groupdict() == longest.groupdict():
                raise TwoMatchesError(
                    f"{path}: the stars of the pattern {self.text} match it in two ways: write out more of the name"
                )
            ways = " or ".join(self._shown(match) for match in (shortest, longest))
            raise TwoMatchesError(
                f"{path}: the pattern {self.text} matches it in two ways, {ways}: restrict fields to digits, as in "
                "{run:d}, or to letters and digits, as in {label:w}"
            )
        return {name: shortest[name] for name in self.names}

    def _field(self, field: str) -> tuple[str, str | None]:
        match = NAME.fullmatch(field)
        if match is None:
            raise InputError(
                f"got the field {{{field}}} in {self.text!r}, expected a name of letters, digits and underscores, "
                "followed by :d for digits or :w for letters and digits if need be"
            )
        return match[1], match[2]

    def _expression(self, lazy: str) -> str:
        """Return the regular expression; `lazy` follows each quantifier."""
        seen: set[str] = set()
        parts = []
        for index, part in enumerate(FIELD.split(self.text)):
            if index % 2 == 0:
                parts.append(f"([^/]*{lazy})".join(map(re.escape, part.split("*"))))
                continue
            name, kind = self._field(part)
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>{CHARACTERS[kind]}+{lazy})")
            seen.add(name)
        return "".join(parts)

    def _shown(self, match: re.Match[str]) -> str:
        return ", ".join(f"{name}={match[name]}" for name in self.names)
