import Concurrency
import HTTPServer
import Model
import Testing

@testable import Routing

private func echo(_ method: String, _ path: String, access: RouteAccess = .open) -> Route {
  Route(method, path, access: access) { request in
    let parameters = request.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return .text("\(path) \(parameters.joined(separator: " "))")
  }
}

private func router(_ routes: [Route], hooks: RouterHooks = RouterHooks()) -> Router {
  Router(routes: routes, hooks: hooks) { request in
    switch request.headers["Authorization"] {
    case "Bearer good":
      Principal(user: UserID(rawValue: 1), name: "admin", isSession: false, token: TokenID(rawValue: 1))
    case "Bearer session":
      Principal(user: UserID(rawValue: 1), name: "admin", isSession: true, token: TokenID(rawValue: 2))
    default: nil
    }
  }
}

private struct Unexpected: Error {}

@Suite struct RouterTests {
  private let routes = [
    echo("GET", "/"), echo("GET", "/builds"), echo("POST", "/builds"), echo("GET", "/builds/{id}"),
    echo("GET", "/builds/new"), echo("GET", "/builds/{id}/artifacts/{name...}"),
    echo("GET", "/builds/{id}/artifacts"), echo("GET", "/{page}"), echo("GET", "/{any}/{number}/artifacts/first"),
  ]

  @Test(arguments: [
    ("/", "/ "), ("/builds", "/builds "), ("/builds/7", "/builds/{id} id=7"), ("/builds/new", "/builds/new "),
    ("/builds/7/artifacts", "/builds/{id}/artifacts id=7"),
    ("/builds/7/artifacts/a/b", "/builds/{id}/artifacts/{name...} id=7 name=a/b"),
    ("/other", "/{page} page=other"),
    ("/other/7/artifacts/first", "/{any}/{number}/artifacts/first any=other number=7"),
  ])
  func `a path leads to the most literal route`(path: String, answer: String) async {
    let response = await router(routes).respond(to: .get(path))
    #expect(response.status == 200)
    #expect(response.text == answer)
  }

  @Test(arguments: ["/builds/7/other", "/builds/", "/builds/7/artifacts/", "/a/b", "/builds//artifacts"])
  func `a path without a route is 404`(path: String) async {
    let response = await router(routes).respond(to: .get(path))
    #expect(response.status == 404)
    #expect(response.headers["Content-Type"] == "application/problem+json")
    #expect(response.text.contains(#""status":404"#))
  }

  @Test func `a wrong method is 405 and names the right ones`() async {
    let response = await router(routes).respond(to: .make("DELETE", "/builds"))
    #expect(response.status == 405)
    #expect(response.headers["Allow"] == "GET, HEAD, OPTIONS, POST")
    let options = await router(routes).respond(to: .make("OPTIONS", "/builds"))
    #expect(options.status == 204)
    #expect(options.headers["Allow"] == "GET, HEAD, OPTIONS, POST")
  }

  @Test func `HEAD is GET, and runs no stream`() async {
    let stream = Route("GET", "/stream", access: .open) { _ in
      HTTPResponse(status: 200, content: .stream { _ in Issue.record("the stream was run") })
    }
    let head = await router(routes + [stream]).respond(to: .make("HEAD", "/builds"))
    #expect(head.status == 200)
    let streamed = await router(routes + [stream]).respond(to: .make("HEAD", "/stream"))
    guard case .none = streamed.content else {
      Issue.record("a body was left")
      return
    }
  }

  @Test func `a route for users wants a token`() async {
    let guarded = router([echo("GET", "/a", access: .user)])
    let refused = await guarded.respond(to: .get("/a"))
    #expect(refused.status == 401)
    #expect(refused.headers["WWW-Authenticate"] == "Bearer")
    #expect(refused.headers["Content-Type"] == "application/problem+json")
    let allowed = await guarded.respond(to: .get("/a", ["Authorization": "Bearer good"]))
    #expect(allowed.status == 200)
  }

  @Test(arguments: [
    ("/a?x=1&y=ä", "/sign-in?next=/a%3Fx%3D1%26y%3D%C3%A4"), ("//evil.example/a", "/sign-in"),
    ("http://evil.example/a", "/sign-in"),
  ])
  func `a page sends strangers to sign in and back`(target: String, location: String) async {
    var request = HTTPRequest.get("/a")
    request.target = target
    let response = await router([echo("GET", "/a", access: .page)]).respond(to: request)
    #expect(response.status == 303)
    #expect(response.headers["Location"] == location)
  }

  @Test(
    arguments: [
      ([:], 403), (["Sec-Fetch-Site": "same-origin"], 200), (["Sec-Fetch-Site": "cross-site"], 403),
      (["Sec-Fetch-Site": "none"], 403), (["Origin": "https://wright.example", "Host": "wright.example"], 200),
      (["Origin": "https://wright.example", "Host": "other.example"], 403),
      (["Origin": "null", "Host": "wright.example"], 403),
      (["Sec-Fetch-Site": "cross-site", "Origin": "http://w", "Host": "w"], 403),
      (["Origin": "http://w:80", "Host": "w:8080"], 403), (["Origin": "http://", "Host": ""], 403),
    ] as [([String: String], Int)])
  func `a session changes things only from our own pages`(headers: [String: String], status: Int) async {
    let guarded = router([echo("POST", "/a", access: .user), echo("GET", "/a", access: .user)])
    let all = HTTPHeaders(headers.map { ($0.key, $0.value) } + [("Authorization", "Bearer session")])
    #expect(await guarded.respond(to: .make("POST", "/a", all)).status == status)
    #expect(await guarded.respond(to: .make("GET", "/a", all)).status == 200)
  }

  @Test func `an unexpected error says nothing of the inside, and can be found by its id`() async {
    let failures = Lock<[FailedRequest]>([])
    let hooks = RouterHooks(failed: { failure in failures.withLock { $0.append(failure) } })
    let broken = Route("GET", "/a/{id}", access: .open) { _ in throw Unexpected() }
    let response = await router([broken], hooks: hooks).respond(to: .get("/a/1?token=secret"))
    #expect(response.status == 500)
    let failure = failures.withLock { $0.first }
    #expect(failure?.route == "/a/{id}")
    #expect(failure?.path == "/a/1")
    #expect(failure?.error is Unexpected)
    #expect(failure.map { response.text.contains(#""id":"\#($0.id)""#) } == true)
    #expect(!response.text.contains("Unexpected"))
  }

  @Test func `errors of other modules become the problems that the hook names`() async {
    let hooks = RouterHooks(problem: { $0 is Unexpected ? Problem(409, "busy") : nil })
    let broken = Route("GET", "/a", access: .open) { _ in throw Unexpected() }
    let response = await router([broken], hooks: hooks).respond(to: .get("/a"))
    #expect(response.status == 409)
    #expect(response.text == #"{"type":"about:blank","title":"Conflict","status":409,"detail":"busy"}"#)
  }

  @Test func `browsers get a page for a problem, programs and the API get JSON`() async {
    let hooks = RouterHooks(page: { problem, _ in .html("<p>\(problem.status)</p>", status: problem.status) })
    let html: HTTPHeaders = ["Accept": "text/html,application/xhtml+xml,*/*;q=0.8"]
    let page = await router([], hooks: hooks).respond(to: .get("/missing", html))
    #expect(page.text == "<p>404</p>")
    #expect(await router([], hooks: hooks).respond(to: .get("/missing")).text.hasPrefix("{"))
    #expect(await router([], hooks: hooks).respond(to: .get("/api/v1/missing", html)).text.hasPrefix("{"))
  }

  @Test func `every answer carries the security headers`() async {
    let html = Route("GET", "/page", access: .open) { _ in .html("<p>") }
    let own = Route("GET", "/own", access: .open) { _ in
      HTTPResponse(status: 200, headers: ["Content-Security-Policy": "sandbox", "Cache-Control": "no-store"])
    }
    for path in ["/page", "/own", "/missing"] {
      let response = await router([html, own]).respond(to: .get(path))
      #expect(response.headers["X-Content-Type-Options"] == "nosniff")
      #expect(response.headers["Referrer-Policy"] == "same-origin")
      #expect(response.headers.all("Content-Security-Policy").count == 1)
      #expect(response.headers.all("Cache-Control").count == 1)
    }
    let page = await router([html]).respond(to: .get("/page"))
    let policy = page.headers["Content-Security-Policy"] ?? ""
    #expect(policy.contains("frame-ancestors 'none'"))
    #expect(policy.contains("script-src 'self'"))
    #expect(!policy.contains("unsafe"))
    #expect(await router([own]).respond(to: .get("/own")).headers["Content-Security-Policy"] == "sandbox")
  }

  @Test func `each answer is told once, with the route's pattern`() async {
    let told = Lock<[AnsweredRequest]>([])
    let hooks = RouterHooks(answered: { answer in told.withLock { $0.append(answer) } })
    let router = router(routes, hooks: hooks)
    _ = await router.respond(to: .get("/builds/7"))
    _ = await router.respond(to: .get("/x/y/z"))
    let all = told.withLock { $0 }
    #expect(all.map(\.route) == ["/builds/{id}", nil])
    #expect(all.map(\.status) == [200, 404])
  }

  @Test func `a stream that fails is logged, one whose reader leaves is not`() async {
    let failures = Lock<[FailedRequest]>([])
    let hooks = RouterHooks(failed: { failure in failures.withLock { $0.append(failure) } })
    func stream(_ path: String, _ error: any Error) -> Route {
      Route("GET", path, access: .open) { _ in HTTPResponse(status: 200, content: .stream { _ in throw error }) }
    }
    let router = router([stream("/a", Unexpected()), stream("/b", HTTPBodyError.disconnected)], hooks: hooks)
    for path in ["/a", "/b"] {
      guard case .stream(let body) = await router.respond(to: .get(path)).content else { continue }
      await #expect(throws: (any Error).self) { try await body(HTTPBodyWriter { _ in }) }
    }
    #expect(failures.withLock { $0.map(\.path) } == ["/a"])
  }
}
