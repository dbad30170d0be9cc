"""What a page, a docstring or a comment names is there: a file, a folder, a name of the code. Else it misleads."""

import ast
import io
import re
import subprocess
import tokenize
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILE = re.compile(r"(?<![\w./*<-])[\w-]+(?:/[\w-]+)*\.(?:py|toml|md|svg|json|yml)\b(?![\w*])")
FOLDER = re.compile(r"`((?:[\w-]+/)+)`")
NAME = re.compile(r"`([A-Za-z_][\w.]*)(?:\([^`]*\))?`")
MADE = (
    {".env", "build/", "state/"}
    | {f"state/{name}.json" for name in ("advoware-probe-open", "forgotten", "keys", "up")}
    | {"state/up.lock", "settings/", "settings/keys/keys.json", "settings/secrets/", "settings/webhook/"}
)
"""Made by a command, so not in the repository."""
FOREIGN = {"canceled", "timed_out", "smalldatetime", "ConnectTimeout"}
"""Words of Temporal, of the firm's database and of httpx that the code itself never says."""
OURS = {"docs/design.md", "docs/correctness.md", "docs/guarantees.md", "docs/status.md", "docs/conflicts.md"}
"""Pages that name what is in the code; the others name what stands in EspoCRM, Advoware, Temporal and shells, too."""


def listed() -> list[str]:
    """The files of the checkout that git knows or would add."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(asked, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    return [name for name in names if name and (ROOT / name).is_file()]


def docstrings(tree: ast.AST) -> set[str]:
    """Strings that stand alone: of modules, classes, functions and constants."""
    alone = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]
    return {node.value for node in alone if isinstance(node, ast.Constant) and isinstance(node.value, str)}


FILES = listed()
ALL = set(FILES)
ENDS = Counter("/".join(file.split("/")[start:]) for file in FILES for start in range(file.count("/") + 1))
"""How many files a path leads to, read from its end."""
FOLDERS = {f"{folder}/" for name in FILES for folder in map(str, Path(name).parents) if folder != "."}


@cache
def prose(name: str) -> str:
    """What a file tells its readers: a page as a whole, of code the docstrings and comments."""
    text = (ROOT / name).read_text("utf-8")
    return "\n".join(told_by_code(text)) if name.endswith(".py") else text


def told_by_code(text: str) -> Iterator[str]:
    """Comments and docstrings."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string
    yield from docstrings(ast.parse(text))


def said_by_code(name: str) -> set[str]:
    """The words of a file that is no page, aside from what it tells its readers."""
    text = (ROOT / name).read_text("utf-8")
    if not name.endswith(".py"):
        return set(re.findall(r"\w+", text))
    tree = ast.parse(text)
    for told in sorted(docstrings(tree), key=len, reverse=True):
        text = text.replace(told, "")
    return set(re.findall(r"\w+", re.sub(r"#.*", "", text)))


def found(named: str, by: str) -> bool:
    """Read from the root, from the folder of the file that names it, or as the end of one path alone."""
    here = str(Path(by).parent / named)
    return {named, here} & ALL != set() or ENDS[named] == 1


def found_folder(named: str) -> bool:
    """Read from the root, or as the end of a path."""
    return any(f"/{folder}".endswith(f"/{named}") for folder in FOLDERS)


def missing(name: str) -> list[str]:
    """The files and folders that the file names and nobody finds."""
    text = prose(name)
    files = [named for named in FILE.findall(text) if named not in MADE and not found(named, name)]
    folders = [named for named in FOLDER.findall(text) if named not in MADE and not found_folder(named)]
    return sorted({*files, *folders})


def named_in(name: str) -> set[str]:
    """Names in backticks; those of settings, in capitals, have a test of their own."""
    words = {word for dotted in NAME.findall(prose(name)) for word in dotted.split(".")}
    return {word for word in words if word and not word.isupper()}


READ = [name for name in FILES if name.endswith((".py", ".md")) and name != "CHANGELOG.md"]


def test_every_file_and_folder_that_is_named_exists() -> None:
    """A file that moves takes its name along, in docs/ and in docstrings; the changelog tells of what was."""
    assert {name: gone for name in READ if (gone := missing(name))} == {}


def test_every_name_in_backticks_is_said_by_the_code() -> None:
    """A renamed class, field or function is renamed in what tells of it."""
    code = [name for name in FILES if name.endswith((".py", ".toml", ".yml", "Makefile"))]
    known = FOREIGN.union(*map(said_by_code, code))
    told = [name for name in READ if name.endswith(".py") or name in OURS]
    gone = {name: unknown for name in told if (unknown := sorted(named_in(name) - known))}

    assert gone == {}
