"""Real programs: where their sources are, and what says that they were built."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Program:
    name: str
    # The source package of Debian.
    package: str
    # Words of the log of `detect`.
    system: str
    # An artifact, the command that proves it ({} is its path), and words of what that says.
    artifact: str
    command: str
    says: str
    # The file that the second commit changes.
    changed: str
    # Debian packages that it needs beside what every build has.
    needs: tuple = ()
    # True for the sources as Debian patches them, where its archive has not all of upstream's.
    is_patched: bool = False
    # Removed before the first commit.
    without: tuple = ()


def library(call):
    """Loads the artifact as a library and prints the text that a function of it returns."""
    return f"""python3 -c "import ctypes; f = ctypes.CDLL('{{}}').{call}; f.restype = ctypes.c_char_p; print(f().decode())" """


PROGRAMS = [
    Program("hello", "hello", "configure (configure)", "hello", "{}", "Hello, world!", "src/hello.c"),
    Program("tree", "tree", "make (Makefile)", "tree", "{} --version", "tree v2", "tree.c"),
    Program("bzip2", "bzip2", "make (Makefile)", "bzip2", "echo text | {} -c | {} -dc", "text", "bzip2.c"),
    Program("lua", "lua5.4", "make (Makefile)", "src/lua", "{} -e 'print(6 * 7)'", "42", "src/lua.c"),
    Program("jq", "jq", "autotools (configure.ac)", "jq", "echo '{{\"a\": 42}}' | {} .a", "42", "src/main.c",
            needs=("libonig-dev", "flex", "bison"), is_patched=True),
    Program("zlib", "zlib", "configure (configure)", "minigzip", "echo text | {} -c | gzip -dc", "text",
            "test/minigzip.c"),
    Program("libsodium", "libsodium", "autogen.sh", "src/libsodium/.libs/libsodium.so.23.3.0",
            library("sodium_version_string"), "1.0.18", "src/libsodium/sodium/version.c"),
    Program("tinycc", "tcc", "configure (configure)", "tcc", "{} -v", "tcc version 0.9", "tcc.c"),
    Program("libslirp", "libslirp", "Meson (meson.build)", "build/libslirp.so.0.4.0",
            library("slirp_version_string"), "4.7.0", "src/version.c", needs=("libglib2.0-dev",)),
    Program("cjson", "cjson", "CMake (CMakeLists.txt)", "build/libcjson.so.1.7.15", library("cJSON_Version"), "1.7.15",
            "cJSON.c"),
    Program("cmark", "cmark", "CMake (CMakeLists.txt)", "build/src/cmark", "echo '*a*' | {}", "<em>a</em>",
            "src/main.c"),
    Program("json-c", "json-c", "CMake (CMakeLists.txt)", "build/libjson-c.so.5.2.0", library("json_c_version"), "0.16",
            "json_c_version.c"),
    Program("sl", "sl", "make (Makefile)", "sl", "file -b {}", "ELF", "sl.c", needs=("libncurses-dev",)),
    Program("figlet-without-makefile", "figlet", "2 have a main", "chkfont", "{} fonts/standard.flf; echo done", "done",
            "chkfont.c", without=("Makefile", "getopt.c")),
]

# What the recipes themselves need.
TOOLS = ("dpkg-dev", "cmake", "meson", "ninja-build", "autoconf", "automake", "libtool", "pkgconf", "file")
