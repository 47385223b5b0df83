import Testing

@testable import Forge

struct ForgeAddressTests {
  @Test(arguments: [
    ("gitlab.com", "https://gitlab.com"), ("https://gitlab.com/", "https://gitlab.com"),
    ("GitLab.Example.org:8443", "https://gitlab.example.org:8443"),
    ("example.org/gitlab", "https://example.org/gitlab"), ("http://127.0.0.1:8081", "http://127.0.0.1:8081"),
    ("http://LOCALHOST/", "http://localhost"),
  ])
  func `A provider is a host, with https where nothing else was allowed`(provider: String, url: String) throws {
    #expect(try ForgeAddress(provider: provider, insecureHosts: ["127.0.0.1:8081", "localhost"]).url == url)
  }

  @Test(arguments: [
    ("", "is empty"), ("http://gitlab.com", "forge.insecure_hosts"), ("http://127.0.0.1:80", "forge.insecure_hosts"),
    ("git lab", "is not a host"), ("ftp://a", "is not a host"), ("a:b", "is not a host"), ("a:0", "is not a host"),
    ("a:70000", "is not a host"), ("-a", "is not a host"), ("user:secret@gitlab.com", "'gitlab.com' is not a host"),
    ("a/../b", "has a path that is none"), ("a/b?c", "has a path that is none"), ("a\n", "is not a host"),
  ])
  func `What is not one is refused, and shows no password`(provider: String, words: String) {
    #expect {
      try ForgeAddress(provider: provider, insecureHosts: ["127.0.0.1:8081"])
    } throws: { error in
      let text = "\(error)"
      return text.contains(words) && !text.contains("secret")
    }
  }

  @Test(arguments: [
    ("gitlab.com", "shop-team/shop", "https://gitlab.com/shop-team/shop.git", "gitlab.com/shop-team/shop"),
    ("gitlab.com", "a/b/c.git", "https://gitlab.com/a/b/c.git", "gitlab.com/a/b/c"),
    ("h:8443/git", "a/b", "https://h:8443/git/a/b.git", "h/git/a/b"),
  ])
  func `A repository has an address and a module's name`(
    provider: String, path: String, url: String, module: String
  ) throws {
    let address = try ForgeAddress(provider: provider, insecureHosts: [])
    #expect(try address.repository(path: path) == url)
    #expect(address.module(path: path) == module)
  }

  @Test(arguments: ["", "shop", "/a/b", "a//b", "a/b/", "a/../b", "a/b c", "a/-b", "a/b#c", "a/ü"])
  func `What is not a repository's path is refused`(path: String) throws {
    let address = try ForgeAddress(provider: "gitlab.com", insecureHosts: [])
    #expect(throws: ForgeAddress.Problem.self) { try address.repository(path: path) }
  }
}
