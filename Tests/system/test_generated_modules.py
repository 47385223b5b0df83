"""Every service of the examples, and of the corpus, becomes a module that a team could have written: formatted, vetted, tested."""

import pytest

from generated import CORPUS, SERVICES, Generated
from random_service import RandomService

FILES = sorted([*SERVICES.glob("*.yml"), *CORPUS.glob("*.yml")])


def check(generated):
    formatted = generated.go("-l", ".", program="gofmt")
    assert (formatted.returncode, formatted.stdout) == (0, ""), generated.go("-d", ".", program="gofmt").stdout
    for arguments in [("vet", "./..."), ("test", "./...")]:
        done = generated.go(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_generated_module_is_formatted_vetted_and_tested(tmp_path, file):
    check(Generated(tmp_path, file))


@pytest.mark.parametrize("seed", range(3))
def test_a_service_made_at_random_is_as_good(tmp_path, seed):
    file = tmp_path / f"random-{seed}.yml"
    file.write_text(RandomService(seed).yaml())
    check(Generated(tmp_path / "module", file))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_same_service_gives_the_same_bytes(tmp_path, file):
    trees = [Generated(tmp_path / name, file).root for name in ("a", "b")]
    contents = [
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()} for root in trees]
    assert contents[0] == contents[1]
    assert all(b"Wright" in content[:200] for path, content in contents[0].items() if path.suffix == ".go")
