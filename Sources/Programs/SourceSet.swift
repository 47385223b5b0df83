/// The `.c` files of a tree without a build system: one program for each file with a `main`, linked with the files
/// that have none; without any `main` a library of them all.
struct SourceSet: Sendable, Hashable {
  private struct Program: Hashable {
    var name: String
    var source: String
  }

  private let name: String
  private let programs: [Program]
  /// Files without a `main`.
  private let common: [String]
  private let headerFolders: [String]
  private let libraries: [String]
  /// Files that make could not name.
  private let leftOut: [String]

  /// The files that belong to the set: those of test and example folders only where there are no others.
  static func paths(in tree: ProgramTree) -> [String] {
    let all = tree.entries.filter { $0.isFile && $0.path.hasSuffix(".c") }.map(\.path)
    let own = all.filter { !ProgramTree.isAuxiliary(parent(of: $0)) }
    return (own.isEmpty ? all : own).sorted()
  }

  /// nil where the tree has no `.c` file that can be built. `name` is the repository's.
  init?(_ tree: ProgramTree, name: String) {
    let all = Self.paths(in: tree)
    let files = all.filter(Self.canBeNamed)
    guard !files.isEmpty else { return nil }
    leftOut = all.filter { !Self.canBeNamed($0) }
    let texts = files.map { CText(tree.contents[$0] ?? []) }
    let mains = zip(files, texts).filter { $1.definesMain }.map(\.0)
    let name = lastPart(of: name)
    self.name = Self.canBeNamed(name) ? name : "program"
    programs = Self.programs(mains, tree, self.name)
    common = files.filter { !Set(mains).contains($0) }
    let headers = Set(tree.entries.filter { $0.isFile && $0.path.hasSuffix(".h") }.map { parent(of: $0.path) })
    headerFolders = headers.map { $0.isEmpty ? "." : $0 }.filter(Self.canBeNamed).sorted()
    libraries = linkerOptions(for: texts.reduce(into: []) { $0.formUnion($1.includes) })
  }

  /// Beside its file and by its name; a lone `main.c` gives the repository's.
  private static func programs(_ mains: [String], _ tree: ProgramTree, _ name: String) -> [Program] {
    mains.map { source in
      let stem = String(source.dropLast(2))
      let isNamedMain = mains.count == 1 && lastPart(of: stem) == "main" && !tree.isTaken(name)
      let program = isNamedMain ? name : stem
      return Program(name: tree.isTaken(program) ? program + ".out" : program, source: source)
    }
  }

  /// True for what make and a shell take as it is.
  private static func canBeNamed(_ path: String) -> Bool { path == shellQuoted(path) && !path.contains("%") }

  /// A Makefile on standard input: all cores, and whoever wants to keep it has a Makefile.
  func script(in directory: String) -> RecipeScript {
    let targets = programs.isEmpty ? ["lib\(name).a"] : programs.map(\.name)
    let options = (["-O2"] + headerFolders.map { "-I\($0)" } + (libraries.contains("-pthread") ? ["-pthread"] : []))
    var rules = ["all: \(targets.joined(separator: " "))"]
    let objects = common.map(Self.object)
    if programs.isEmpty { rules.append("\(targets.joined()): \(objects.joined(separator: " ")) ; $(AR) rcs $@ $^") }
    for program in programs {
      let parts = [Self.object(program.source)] + objects
      rules.append("\(program.name): \(parts.joined(separator: " ")) ; $(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)")
    }
    let start = #"make -j"$(nproc)" -f - CFLAGS='\#(options.joined(separator: " "))'"#
    let link = libraries.isEmpty ? "" : " LDLIBS='\(libraries.joined(separator: " "))'"
    let make = (["\(start)\(link) all <<'END'"] + rules + ["END"]).joined(separator: "\n")
    return RecipeScript(configure: [], build: ["cd \(shellQuoted(directory))", make], explanation: explanation)
  }

  private static func object(_ source: String) -> String { String(source.dropLast(1)) + "o" }

  private var explanation: [String] {
    let count = common.count + programs.count
    let seen = "no build system, but \(count == 1 ? "one .c file" : "\(count) .c files")"
    let made: String
    switch programs.count {
    case 0: made = "none has a main, so they become the library lib\(name).a"
    case 1: made = "they become the program \(programs[0].name)"
    default:
      let names = programs.prefix(20).map(\.name) + (programs.count > 20 ? ["..."] : [])
      made = "\(programs.count) have a main, each becomes a program with the others: \(names.joined(separator: ", "))"
    }
    let skipped =
      leftOut.isEmpty ? [] : ["left out, since make cannot name them: \(listed(leftOut.prefix(5).map { "'\($0)'" }))"]
    return ["\(seen): \(made)"] + skipped
  }
}

/// What the linker needs for headers that are not the C library's own, sorted; the usual ones.
func linkerOptions(for includes: Set<String>) -> [String] {
  var found: Set<String> = []
  for header in includes {
    if let options = exactLibraries[header] { found.formUnion(options) }
    if let folder = header.split(separator: "/").first, let options = folderLibraries[String(folder)],
      header.contains("/")
    {
      found.formUnion(options)
    }
  }
  return found.sorted()
}

private let exactLibraries: [String: [String]] = [
  "math.h": ["-lm"], "complex.h": ["-lm"], "tgmath.h": ["-lm"], "fenv.h": ["-lm"], "pthread.h": ["-pthread"],
  "threads.h": ["-pthread"], "dlfcn.h": ["-ldl"], "crypt.h": ["-lcrypt"], "curses.h": ["-lncurses"],
  "ncurses.h": ["-lncurses"], "menu.h": ["-lmenu", "-lncurses"], "form.h": ["-lform", "-lncurses"],
  "panel.h": ["-lpanel", "-lncurses"], "zlib.h": ["-lz"], "bzlib.h": ["-lbz2"], "lzma.h": ["-llzma"],
  "zstd.h": ["-lzstd"], "lz4.h": ["-llz4"], "sqlite3.h": ["-lsqlite3"], "png.h": ["-lpng"], "jpeglib.h": ["-ljpeg"],
  "expat.h": ["-lexpat"], "yaml.h": ["-lyaml"], "sodium.h": ["-lsodium"], "pcap.h": ["-lpcap"], "gmp.h": ["-lgmp"],
  "mpfr.h": ["-lmpfr", "-lgmp"], "uuid/uuid.h": ["-luuid"], "event.h": ["-levent"], "uv.h": ["-luv"],
  "aio.h": ["-lrt"], "mqueue.h": ["-lrt"], "microhttpd.h": ["-lmicrohttpd"], "archive.h": ["-larchive"],
]

private let folderLibraries: [String: [String]] = [
  "curl": ["-lcurl"], "openssl": ["-lssl", "-lcrypto"], "readline": ["-lreadline"], "X11": ["-lX11"],
  "SDL2": ["-lSDL2"], "GL": ["-lGL"], "ncursesw": ["-lncursesw"], "event2": ["-levent"], "libusb-1.0": ["-lusb-1.0"],
]
