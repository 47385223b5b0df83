import HTTPServer
import Model
import Testing

@testable import Routing

/// What a server that follows another one answers itself, and what it hands on.
@Suite struct ElsewhereTests {
  private struct NotLeading: Error {}
  private static let here = HTTPResponse(status: 200, content: .bytes(Array("here".utf8)))
  private static let there = HTTPResponse(status: 200, content: .bytes(Array("there".utf8)))

  private static func router(leads: Bool) -> Router {
    let plainLog = RoutePlace.leaderWhere { $0.query("log") == "plain" }
    let routes = [
      Route("GET", "/builds", access: .open) { _ in here }, Route("POST", "/builds", access: .open) { _ in here },
      Route("PATCH", "/builds", access: .open, at: .anywhere) { _ in here },
      Route("GET", "/log", access: .user, at: .leader) { _ in here },
      Route("GET", "/page", access: .open, at: plainLog) { _ in here },
      Route("GET", "/first", access: .open) { _ in if leads { here } else { throw NotLeading() } },
      Route("POST", "/fails", access: .open, at: .anywhere) { _ in throw NotLeading() },
    ]
    let elsewhere = Elsewhere(answer: { _ in leads ? nil : there }, needsLeader: { $0 is NotLeading })
    return Router(routes: routes, elsewhere: elsewhere) { _ in nil }
  }

  @Test(arguments: [
    ("GET", "/builds", "here"), ("HEAD", "/builds", "here"), ("POST", "/builds", "there"), ("PATCH", "/builds", "here"),
    // Nobody is signed in here: the leader asks for that.
    ("GET", "/log", "there"), ("HEAD", "/log", "there"),
    ("GET", "/page", "here"), ("GET", "/page?log=plain", "there"), ("GET", "/page?log=other", "here"),
    // A handler that finds out by itself.
    ("GET", "/first", "there"),
  ])
  func `a server that follows answers what it can`(method: String, path: String, answer: String) async {
    let response = await Self.router(leads: false).respond(to: .make(method, path))
    #expect(response.text == answer)
  }

  @Test(arguments: [("GET", "/builds"), ("POST", "/builds"), ("GET", "/page?log=plain"), ("GET", "/first")])
  func `the server that leads answers everything`(method: String, path: String) async {
    let response = await Self.router(leads: true).respond(to: .make(method, path))
    #expect(response.text == "here")
  }

  @Test func `what may have read a body is not handed on, and what has no route is refused here`() async {
    let router = Self.router(leads: false)
    #expect(await router.respond(to: .make("POST", "/fails")).status == 500)
    #expect(await router.respond(to: .make("POST", "/nothing")).status == 404)
    #expect(await router.respond(to: .make("DELETE", "/builds")).status == 405)
    #expect(await router.respond(to: .make("OPTIONS", "/log")).status == 204)
  }
}
