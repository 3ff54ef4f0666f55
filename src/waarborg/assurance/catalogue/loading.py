"""Reading the control files; a file that says too little or too much is refused with its name and place."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from pydantic import ValidationError

from waarborg.assurance.catalogue.values import Control


class ControlFileInvalid(ValueError):
    """A control file can't be used; the message has one line per problem, with the place in the file."""


@cache
def load_catalogue() -> Mapping[str, Control]:
    """Return the controls that come with Waarborg by id, in the order C1, C2 ... C10, V2. Raises ControlFileInvalid."""
    folder = files("waarborg.assurance.catalogue") / "controls"
    texts = {file.name: file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".toml")}
    return MappingProxyType(read_catalogue(texts))


def read_catalogue(texts: Mapping[str, str]) -> dict[str, Control]:
    """Return the controls in `texts` (file name to TOML). Raises ControlFileInvalid."""
    controls = [read_control(text, name=name) for name, text in texts.items()]
    controls.sort(key=lambda control: (control.family, control.number))
    return {control.id: control for control in controls}


def read_control(text: str, *, name: str) -> Control:
    """Return the control in one file. Raises ControlFileInvalid, also when the id isn't the file's name."""
    try:
        control = Control.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ControlFileInvalid(f"{name}: no TOML: {error}") from error
    except ValidationError as error:
        raise ControlFileInvalid("\n".join(f"{name}: {line}" for line in _problems(error))) from error
    if name != f"{control.id}.toml":
        raise ControlFileInvalid(f"{name}: id: the file holds {control.id}")
    return control


def _problems(error: ValidationError) -> list[str]:
    # The values stay out: a message names the place and the rule.
    return [f"{'.'.join(map(str, item['loc'])) or 'file'}: {item['msg']}" for item in error.errors(include_input=False)]
