"""Which secret may go to which host, and what never shows."""

from pathlib import Path

import pytest

from waarborg.assurance.checks.bindings import BindingsInvalid, read_bindings


def written(folder: Path, text: str) -> Path:
    path = folder / "secrets.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_secret_is_found_in_the_file_beside_it_or_the_environment(tmp_path: Path) -> None:
    (tmp_path / "bram.txt").write_text("geheim 2\n", encoding="utf-8")
    path = written(
        tmp_path,
        '[[secret]]\nhost = "Care.example.nl"\nname = "anna"\nvalue = "geheim 1"\n'
        '[[secret]]\nhost = "care.example.nl"\nname = "bram"\nfile = "bram.txt"\n'
        '[[secret]]\nhost = "localhost:8443"\nname = "carla"\nenv = "CARLA"\n',
    )
    secrets = read_bindings(path, outside=None, environ={"CARLA": "geheim 3"})
    assert secrets.release("anna", host="care.example.nl", port=443) == "geheim 1"
    assert secrets.release("bram", host="care.example.nl", port=443) == "geheim 2"
    assert secrets.release("carla", host="localhost", port=8443) == "geheim 3"


@pytest.mark.parametrize(
    ("binding", "told"),
    [
        ('host = "h"\nname = "n"', "one of value, file and env"),
        ('host = "h"\nname = "n"\nvalue = "geheim"\nenv = "X"', "one of value, file and env"),
        ('host = "h"\nname = "n"\nenv = "NERGENS"', "no NERGENS"),
        ('host = "h"\nname = "n"\nfile = "nergens"', "can't be read"),
        ('name = "n"\nvalue = "geheim"', "host"),
        ('host = "https://h/"\nname = "n"\nvalue = "geheim"', "host"),
        ('host = "*"\nname = "n"\nvalue = "geheim"', "host"),
        ('host = "h"\nname = "n"\nvalue = "geheim"\nwaarde = "geheim"', "waarde"),
        ('host = "h"\nname = "n"\nvalue = "geheim', "TOML"),
    ],
)
def test_a_wrong_binding_is_named_and_its_value_is_not(tmp_path: Path, binding: str, told: str) -> None:
    with pytest.raises(BindingsInvalid) as refused:
        read_bindings(written(tmp_path, f"[[secret]]\n{binding}\n"), outside=None, environ={})
    assert told in str(refused.value)
    assert "geheim" not in str(refused.value)


def test_a_bindings_file_that_is_reached_by_a_link_from_outside_is_still_inside(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    link = tmp_path / "link.toml"
    link.symlink_to(written(inside, ""))
    with pytest.raises(BindingsInvalid, match="inside the folder"):
        read_bindings(link, outside=inside, environ={})
