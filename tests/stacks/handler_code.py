"""What the code of a handler reads and calls: found in its source, and in that of all that it imports."""

from __future__ import annotations

import ast
from dataclasses import dataclass, fields
from functools import cache
from typing import TypeVar

from fitbit_daily import environment
from stacks.code import LAMBDAS

# Where IAM's name of a service is not boto3's.
_IN_IAM = {"stepfunctions": "states"}

ENVIRONMENT = "fitbit_daily.environment"
HANDLERS = tuple(sorted(path.stem for path in LAMBDAS.glob("*.py")))

Node = TypeVar("Node", bound=ast.AST)


@dataclass(frozen=True)
class Code:
    """Modules, by name, with what stands in them."""

    modules: frozenset[str]

    @property
    def variables(self) -> set[str]:
        """The environment variables that must be set: the fields of what it reads by SomeEnvironment.read()."""
        read = {name.removesuffix(".read") for name in self.calls if name.endswith("Environment.read")}
        return {field.name.upper() for name in read for field in fields(getattr(environment, name))}

    @property
    def variables_used(self) -> set[str]:
        """Those whose fields stand somewhere in the code, or in a property that does."""
        named = Code(self.modules - {ENVIRONMENT}).attributes
        properties = [node for node in Code(frozenset({ENVIRONMENT}))._nodes(ast.FunctionDef) if node.name in named]
        nodes = [inner for node in properties for inner in ast.walk(node) if isinstance(inner, ast.Attribute)]
        return {name.upper() for name in named | {node.attr for node in nodes}}

    @property
    def attributes(self) -> set[str]:
        return {node.attr for node in self._nodes(ast.Attribute)}

    @property
    def addresses(self) -> set[str]:
        """The environment variables that may be set: HttpSession("NAME", …)."""
        sessions = (node for node in self._nodes(ast.Call) if ast.unparse(node.func) == "HttpSession")
        return {text(node.args[0]) for node in sessions}

    @property
    def other_readings(self) -> list[str]:
        """The modules that use the environment themselves."""
        return sorted(
            module
            for module in self.modules
            for node in Code(frozenset({module}))._nodes(ast.Attribute)
            if ast.unparse(node) in ("os.environ", "os.getenv")
        )

    @property
    def aws_calls(self) -> set[str]:
        """The actions behind client("service").method(…)."""
        return {
            f"{_service(node.func.value)}:{node.func.attr.title().replace('_', '')}"
            for node in self._nodes(ast.Call)
            if isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Call)
            and ast.unparse(node.func.value.func) == "client"
        }

    @property
    def calls(self) -> set[str]:
        """The names of what is called, such as the errors that are raised."""
        return {ast.unparse(node.func) for node in self._nodes(ast.Call)}

    def _nodes(self, kind: type[Node]) -> list[Node]:
        return [node for module in self.modules for node in _parsed(module) if isinstance(node, kind)]


def behind(handler: str) -> Code:
    """A handler's module and all modules of ours that it imports."""
    found: set[str] = set()
    ahead = {handler}
    while ahead:
        module = ahead.pop()
        found.add(module)
        ahead |= _imports(module) - found
    return Code(frozenset(found))


def text(node: ast.expr) -> str:
    """A name that stands in the source as it is: what is put together at run time, these tests could not see."""
    assert isinstance(node, ast.Constant) and isinstance(node.value, str), ast.unparse(node)
    return node.value


def _service(client: ast.Call) -> str:
    """The service of client("name"), as IAM calls it."""
    name = text(client.args[0])
    return _IN_IAM.get(name, name)


def every_module() -> Code:
    return Code(frozenset(".".join(path.relative_to(LAMBDAS).with_suffix("").parts) for path in LAMBDAS.rglob("*.py")))


def _imports(module: str) -> set[str]:
    names: set[str] = set()
    for node in _parsed(module):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if LAMBDAS.joinpath(*name.split(".")).with_suffix(".py").exists()}


@cache
def _parsed(module: str) -> list[ast.AST]:
    """All nodes of a module."""
    source = LAMBDAS.joinpath(*module.split(".")).with_suffix(".py").read_text(encoding="utf-8")
    return list(ast.walk(ast.parse(source)))
