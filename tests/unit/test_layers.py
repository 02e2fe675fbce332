"""Dependencies between modules run one way."""

import pytest

from ltsei import components, sources

LAYERS = [
    {"errors", "startup", "seeds", "files", "timings", "components", "sources", "devices", "slurm"},
    {"validation", "leases", "traces"},
    {"logs", "head", "failures"},
    {"signals", "longtail"},
    {"settings"},
    {"config"},
    {"recipe"},
    {"resolution"},
    {"matrix"},
    {"agreement"},
    {"gate", "provenance", "report_plan", "places", "costs"},
    {"verification", "adoption", "jobs", "status"},
    {"plan"},
    {"metrics", "statistics", "transforms", "inspection", "examples", "embedding"},
    {"mixture"},
    {"diagnostics"},
    set(components.FAMILIES),
    {"model", "batches", "optim", "checkpoint", "execution"},
    {"objective", "cell_data"},
    {"run"},
    {"training"},
    {"stage1", "stage2", "stage3"},
    {"stage2_network"},
    {"preflight"},
    {"arithmetic"},
    {"report"},
    {"__main__"},
]


def rank(module):
    family = next((f for f in components.FAMILIES if module.startswith(f.replace("/", "."))), None)
    name = family or module.split(".")[0]
    return next(index for index, layer in enumerate(LAYERS) if name in layer)


def modules():
    for path in sorted(components.PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(components.PACKAGE).with_suffix("").parts)
        if not name.endswith("__init__"):
            yield name, path


def imported(path):
    names = {name.removeprefix("ltsei").lstrip(".") for name in sources.code_of(path).imports}
    return {name for name in names if name and name not in components.FAMILIES}


@pytest.mark.parametrize(("name", "path"), list(modules()), ids=[name for name, _ in modules()])
def test_a_module_imports_only_from_its_layer_or_below(name, path):
    above = {other for other in imported(path) if rank(other) > rank(name)}
    allowed = {"inspection": {"datasets"}}.get(name, set())
    assert not {other for other in above if other.split(".")[0] not in allowed}


@pytest.mark.parametrize("family", components.FAMILIES)
def test_members_of_a_family_import_no_sibling(family):
    for name in components.names(family):
        siblings = {f"{family.replace('/', '.')}.{other}" for other in components.names(family)}
        assert not imported(components.PACKAGE / family / f"{name}.py") & siblings
