"""Every component says in its signature what its parameters may be, and in its docstring what they mean."""

from types import UnionType
from typing import Annotated, Union, get_args, get_origin

import pytest
from annotated_types import Ge, Gt, Le, Lt

from ltsei.config.reference.descriptions import describe
from ltsei.core import registry
from ltsei.core.errors import InputError
from ltsei.core.parsing import check

COMPONENTS = [(family, name) for family in registry.FAMILIES for name in registry.names(family)]
PARAMETERS = [
    (family, name, key, parameter)
    for family, name in COMPONENTS
    for key, parameter in registry.parameters(family, name).items()
]
NOT_ALLOWED = {
    Ge: lambda limit: limit.ge - 1,
    Gt: lambda limit: limit.gt,
    Le: lambda limit: limit.le + 1,
    Lt: lambda limit: limit.lt,
}
"""A value that a limit excludes."""


def limits(annotation, own=()):
    """Yield the limits of each number that an annotation allows, as a list."""
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        yield from limits(inner, metadata)
    elif get_origin(annotation) in (Union, UnionType, list):
        for part in get_args(annotation):
            yield from limits(part)
    elif annotation in (int, float):
        yield [limit for limit in own if type(limit) in NOT_ALLOWED]


def parametrized(wanted):
    """Runs a test for each parameter that is wanted."""
    cases = [pytest.param(*each, id="{}/{}.{}".format(*each)) for each in PARAMETERS if wanted(each[-1])]
    return pytest.mark.parametrize(("family", "name", "key", "parameter"), cases)


@parametrized(lambda parameter: list(limits(parameter.annotation)))
def test_every_number_has_a_limit(family, name, key, parameter):
    assert all(limits(parameter.annotation))


@parametrized(lambda parameter: list(limits(parameter.annotation)) and "list" not in str(parameter.annotation))
def test_a_number_outside_its_limits_is_refused_with_its_path(family, name, key, parameter):
    for limit in next(limits(parameter.annotation)):
        value = NOT_ALLOWED[type(limit)](limit)
        with pytest.raises(InputError) as error:
            registry.resolve(family, {"name": name, key: value}, where="here")
        assert f"here.{key}: got {value}, expected a" in str(error.value)


@parametrized(lambda parameter: parameter.default is not registry.REQUIRED)
def test_a_default_fits_its_annotation_as_it_is_written(family, name, key, parameter):
    if parameter.family is None or parameter.default is None:
        assert repr(check(parameter.annotation, parameter.default, key)) == repr(parameter.default)
    else:
        for spec in parameter.default if parameter.is_list else [parameter.default]:
            registry.resolve(parameter.family, spec, where=key)


@pytest.mark.parametrize(("family", "name"), COMPONENTS)
def test_a_component_describes_itself_and_each_of_its_parameters(family, name):
    description = describe(family, name)
    assert description.summary.endswith(".")
    assert all(description.text)
    assert list(description.parameters) == list(registry.parameters(family, name))
    assert all(description.parameters.values())
