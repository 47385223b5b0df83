"""Programs from a repository's address alone: one small tree for each way to build one."""

import os
import pathlib
import subprocess

import pytest

from harness import command

MAIN = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n'
PARTS = {
    "main.c": "#include <stdio.h>\nconst char *greeting(void);\nint main(void) { puts(greeting()); return 0; }\n",
    "greeting.c": 'const char *greeting(void) { return "hello"; }\n',
}
CMAKE = "cmake_minimum_required(VERSION 3.10)\nproject(hello C)\nadd_executable(hello main.c)\n"
MESON = "project('hello', 'c')\nexecutable('hello', 'main.c')\n"
CONFIGURE = "#!/bin/sh\nset -e\nsed \"s/@CC@/${CC:-cc}/\" Makefile.in >Makefile\n"
AUTOMAKE = {
    "configure.ac": "AC_INIT([hello], [1])\nAM_INIT_AUTOMAKE([foreign])\nAC_PROG_CC\nAC_CONFIG_FILES([Makefile])\n"
                    "AC_OUTPUT\n",
    "Makefile.am": "bin_PROGRAMS = hello\nhello_SOURCES = main.c\n", "main.c": MAIN}
LIBTOOL = {
    "configure.ac": "AC_INIT([hello], [1])\nAM_INIT_AUTOMAKE([foreign])\nAM_PROG_AR\nLT_INIT\nAC_PROG_CC\n"
                    "AC_CONFIG_FILES([Makefile])\nAC_OUTPUT\n",
    "Makefile.am": "lib_LTLIBRARIES = libgreeting.la\nlibgreeting_la_SOURCES = greeting.c\n",
    "autogen.sh": "#!/bin/sh\nmkdir -p m4\nautoreconf -fi\n", **PARTS}
MAKE = "hello: main.c\n\t$(CC) -o $@ main.c\n"

# Name, files, what has to be made and says hello, words of the log.
TREES = [
    ("make", {"Makefile": MAKE, "main.c": MAIN}, "hello", "make (Makefile)"),
    ("folder", {"src/makefile": MAKE, "src/main.c": MAIN, "README": ""}, "src/hello", "in src"),
    ("cmake", {"CMakeLists.txt": CMAKE, "main.c": MAIN}, "build/hello", "CMake (CMakeLists.txt)"),
    ("meson", {"meson.build": MESON, "main.c": MAIN}, "build/hello", "Meson (meson.build)"),
    ("configure", {"configure*": CONFIGURE, "Makefile.in": "hello: main.c\n\t@CC@ -o $@ main.c\n", "main.c": MAIN},
     "hello", "configure (configure)"),
    ("autotools", AUTOMAKE, "hello", "autotools (configure.ac)"),
    ("autogen", {**LIBTOOL, "Makefile.am": LIBTOOL["Makefile.am"] + "bin_PROGRAMS = hello\nhello_SOURCES = main.c\n"
                 "hello_LDADD = libgreeting.la\nhello_LDFLAGS = -static\n"}, "hello", "autogen.sh"),
    ("one", PARTS, "one", "they become the program one"),
    ("several", {"a.c": PARTS["main.c"], "b.c": MAIN, "lib/greeting.c": PARTS["greeting.c"]}, "a", "2 have a main"),
    ("mathematics", {"m.c": '#include <math.h>\n#include <stdio.h>\n#include "m.h"\n'
                     'int main(int c, char **v) { puts(cbrt(c) > 0 ? WORD : v[0]); return 0; }\n',
                     "include/m.h": '#define WORD "hello"\n'}, "m", "one .c file"),
    ("it's a name", {"hello.c": MAIN, "not a name.c": "x"}, "hello", "left out"),
    # The first that configures is built.
    ("second", {"CMakeLists.txt": "project(x)\nmessage(FATAL_ERROR no)\n", "Makefile": MAKE, "main.c": MAIN}, "hello",
     "Building with make"),
    ("third", {"meson.build": "project('x', 'c')\nerror('no')\n", "CMakeLists.txt": CMAKE, "Makefile": "all:\n\tfalse\n",
               "main.c": MAIN}, "build/hello", "Building with CMake"),
    # The repository's own manifest stands in the place of all that.
    ("own", {".wright.yml": "driver: {type: host}\nstages: [s]\njobs:\n- stage: s\n  commands: [cd own, cc -o mine main.c]\n"
             "  artifacts: ['{source: own, name: ., only: programs}']\n".replace("'", ""),
             "Makefile": "all:\n\tfalse\n", "main.c": MAIN}, "mine", ".wright.yml says how it is built"),
]


def make_repository(path, files):
    path.mkdir(parents=True)
    for name, text in files.items():
        file = path / name.removesuffix("*")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755 if name.endswith("*") or name.endswith(".sh") else 0o644)

    def git(*arguments):
        subprocess.run(
            ["git", "-c", "user.name=T", "-c", "user.email=t@localhost", *arguments], cwd=path, check=True,
            capture_output=True)

    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-qm", "first", "--allow-empty")
    return path


def build(path, output):
    return command(
        "run", f"file://{path}".replace(" ", "%20"), "--artifacts", output, "--objects", output,
        environment={"WRIGHT_GIT_PROTOCOLS": "file"})


def made(output):
    return sorted(str(p.relative_to(output)) for p in output.rglob("*") if p.is_file())


@pytest.mark.parametrize("name,files,program,words", TREES, ids=[tree[0] for tree in TREES])
def test_a_program_is_built_from_its_address(tmp_path, name, files, program, words):
    repository = make_repository(tmp_path / name, files)
    output = tmp_path / "artifacts"
    done = build(repository, output)
    assert done.returncode == 0, done.stdout + done.stderr
    assert words in done.stdout
    file = output / program
    assert file.exists(), made(output)
    assert os.access(file, os.X_OK)
    assert subprocess.run([file], capture_output=True, text=True, check=True).stdout == "hello\n"
    # Nothing that the repository holds, nothing of the build systems' own.
    assert not [p for p in made(output) if pathlib.Path(p).suffix in {".c", ".h", ".in", ".am", ".txt", ".yml"}]
    assert not [p for p in made(output) if "conftest" in p or "CompilerId" in p or ".git" in p or "meson-private" in p]


def test_files_without_a_main_become_a_library(tmp_path):
    repository = make_repository(tmp_path / "parts", {"a.c": "int a;\n", "b/c.c": "int b;\n"})
    output = tmp_path / "artifacts"
    assert build(repository, output).returncode == 0
    assert made(output) == ["a.o", "b/c.o", "libparts.a"]


@pytest.mark.parametrize("name,files,words", [
    ("nothing", {"setup.py": "", "README.md": ""}, "1 .md file and 1 .py file"),
    ("empty", {}, "the repository is empty"),
    ("manifest", {".wright.yml": "driver: {type: host}\nstages: [a]\nx: y\n", "Makefile": MAKE},
     ".wright.yml, line 3, column 1: unknown key 'x'"),
], ids=["nothing", "empty", "manifest"])
def test_what_cannot_be_built_says_what_to_do(tmp_path, name, files, words):
    done = build(make_repository(tmp_path / name, files), tmp_path / "artifacts")
    assert done.returncode == 1, done.stdout
    assert words in done.stdout + done.stderr
