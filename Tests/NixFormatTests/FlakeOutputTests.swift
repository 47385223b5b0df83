import NixFormat
import Testing

@Suite struct FlakeOutputTests {
  private static let shown = """
    {"packages":{"x86_64-linux":{"b":{"name":"beta","type":"derivation"},"a.b":{"type":"derivation"},
    "9x":{"type":"derivation"},"-f":{"type":"derivation"},"a b":{"type":"derivation"},"x;y":{"type":"derivation"},
    "app":{"type":"app"},"deep":{"more":{"type":"derivation"}}},"aarch64-linux":{"c":{"type":"derivation"}}},
    "checks":{"x86_64-linux":{"t":{"type":"derivation"}}},"nixosModules":{"m":{"type":"nixos-module"}},
    "devShells":{"x86_64-linux":{"default":{"type":"derivation"}}},"templates":[1]}
    """

  @Test func `packages and checks of the system are found, by name`() throws {
    let found = try #require(flakeOutputs(Array(Self.shown.utf8), system: "x86_64-linux"))
    #expect(
      found.outputs.map(\.installable) == [
        #".#packages.x86_64-linux."-f""#, #".#packages.x86_64-linux."9x""#, #".#packages.x86_64-linux."a.b""#,
        ".#packages.x86_64-linux.b", ".#checks.x86_64-linux.t",
      ])
    // A space and a semicolon.
    #expect(found.leftOut == 2)
  }

  @Test(arguments: ["{}", #"{"packages":{}}"#, #"{"packages":[]}"#, #"{"packages":{"x86_64-linux":1}}"#])
  func `a flake may offer nothing`(json: String) throws {
    #expect(try #require(flakeOutputs(Array(json.utf8), system: "x86_64-linux")).outputs.isEmpty)
  }

  @Test(arguments: ["", "[]", "1", "{", "error: x"]) func `anything else is not read`(json: String) {
    #expect(flakeOutputs(Array(json.utf8), system: "x86_64-linux") == nil)
  }
}
