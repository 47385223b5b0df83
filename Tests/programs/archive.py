"""Debian's source archive, read through apt with settings of its own: the system's are not touched."""

import pathlib
import shutil
import subprocess


class Archive:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder).resolve()
        for name in ["lists/partial", "archives/partial", "sources"]:
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "sources.list").write_text(
            "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main\n")

    def apt(self, *arguments):
        options = {"Dir::Etc::sourcelist": self.folder / "sources.list", "Dir::Etc::sourceparts": "-",
                   "Dir::State::lists": self.folder / "lists", "Dir::Cache": self.folder, "APT::Sandbox::User": "root"}
        done = subprocess.run(
            ["apt-get", *[f"-o{key}={value}" for key, value in options.items()], "-qq", *arguments],
            cwd=self.folder / "sources", capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"apt-get {' '.join(arguments)}: {done.stderr}")

    def fetch(self, package):
        """The files of a source package, downloaded once."""
        if not list((self.folder / "sources").glob(f"{package}_*.dsc")):
            if not list((self.folder / "lists").glob("*Sources*")):
                self.apt("update")
            self.apt("source", "--download-only", package)
        return next((self.folder / "sources").glob(f"{package}_*.dsc"))

    def unpack(self, package, target, is_patched):
        """The sources in the folder `target`: upstream's own, or with what Debian has changed."""
        description = self.fetch(package)
        if is_patched:
            subprocess.run(["dpkg-source", "-x", str(description), str(target)], check=True, capture_output=True)
            for name in ["debian", ".pc"]:
                shutil.rmtree(target / name, ignore_errors=True)
            return
        version = description.name.removesuffix(".dsc").split("_")[1].rsplit("-", 1)[0]
        original = next(
            path for path in description.parent.glob(f"{package}_{version}.orig.tar.*") if path.suffix != ".asc")
        whole = target.with_name(target.name + ".tar")
        whole.mkdir()
        subprocess.run(["tar", "xf", original, "--no-same-owner", "-C", whole], check=True)
        # Some have a folder around everything, some not.
        inner = list(whole.iterdir())
        (inner[0] if len(inner) == 1 and inner[0].is_dir() else whole).rename(target)
        shutil.rmtree(whole, ignore_errors=True)
