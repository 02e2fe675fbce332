"""Which data sets know a domain of each signal, such as day or receiver: their cells also have metrics by domain."""

import ast
import importlib

from ltsei.core import registry
from ltsei.pipeline.ownership import Ownership


def domain_names(matrix: Ownership, dataset: str) -> list[str]:
    """Return the names of the domains of a data set's signals, decided by its settings without opening a file."""
    parameters = dict(matrix.config.datasets[dataset].source)
    name = parameters.pop("name")
    functions = [node.name for node in registry.syntax_tree("sources", name).body if isinstance(node, ast.FunctionDef)]
    if "domain_names" not in functions:
        return []
    names: list[str] = importlib.import_module(registry.module_name("sources", name)).domain_names(**parameters)
    return names


def datasets_with_domains(matrix: Ownership) -> list[str]:
    """Return the data sets whose signals have domains, enabled or not."""
    return [name for name in matrix.config.datasets if domain_names(matrix, name)]
