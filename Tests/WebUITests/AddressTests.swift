import HTTPServer
import Model
import Routing
import Testing

@testable import WebUI

struct AddressTests {
  @Test(arguments: ["/", "/builds/3", "/builds?status=failed&tag=a%20b", "/builds/3/jobs/4"])
  func `after signing in one comes back to a page of ours`(_ path: String) {
    #expect(WebUI.ownPath(path) == path)
  }

  @Test(arguments: [
    nil, "", "//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "evil", "/a\tb",
    "/a\nb", "/sign-in?next=/", "/é", "/ /evil",
  ])
  func `no other address is gone to`(_ path: String?) {
    #expect(WebUI.ownPath(path) == "/")
  }

  @Test func `a session's cookie is kept from scripts and other sites`() {
    let cookie = WebUI.cookie("value", maxAge: 60, isSecure: true)
    #expect(cookie == "wright_session=value; Path=/; HttpOnly; SameSite=Strict; Max-Age=60; Secure")
    #expect(!WebUI.cookie("value", maxAge: 60, isSecure: false).contains("Secure"))
  }

  @Test(arguments: [
    ("", [:]), ("a=1&b=2", ["a": "1", "b": "2"]), ("a=x+y%26z%3D", ["a": "x y&z="]), ("a", ["a": ""]),
    ("a=%zz%4", ["a": "%zz%4"]), ("a=%C3%A9", ["a": "é"]), ("a=%FF", ["a": "\u{FFFD}"]), ("a=%+1", ["a": "% 1"]),
  ])
  func `a form's fields are read`(_ body: String, _ fields: [String: String]) {
    #expect(QueryText.fields(Array(body.utf8)) == fields)
  }

  @Test func `a filter stands in its address and is read from it`() {
    let filter = BuildFilter(status: .timedOut, tag: "a&b", search: "x y", cursor: 40, back: [0, 90])
    #expect(filter.target == "/builds?status=timed_out&tag=a%26b&search=x%20y&cursor=40&back=0.90")
    let request = HTTPRequest(
      method: "GET", target: "/builds", pathSegments: ["builds"],
      query: [("status", "timed_out"), ("tag", "a&b"), ("search", "x y"), ("cursor", "40"), ("back", "0.90")])
    #expect(BuildFilter(request) == filter)
  }

  @Test func `what a filter does not understand it leaves out`() {
    let request = HTTPRequest(
      method: "GET", target: "/builds", pathSegments: ["builds"],
      query: [("status", "skipped"), ("tag", "  "), ("cursor", "-1"), ("back", "x.1")])
    #expect(BuildFilter(request) == BuildFilter(back: [1]))
  }

  @Test func `pages lead on and back again`() {
    let first = BuildFilter(tag: "t")
    let second = first.older(BuildID(rawValue: 90))
    let third = second.older(BuildID(rawValue: 40))
    #expect(first.newer == nil)
    #expect(third.cursor == 40)
    #expect(third.newer == second)
    #expect(second.newer == first)
  }

  @Test(arguments: [
    ("localhost:8080", "http://localhost:8080"), ("[::1]:80", "http://[::1]:80"),
    ("a\"; rm -rf /", "http://127.0.0.1:8080"),
  ])
  func `commands to copy name the server and hold nothing else`(_ host: String, _ address: String) {
    let request = HTTPRequest(method: "GET", target: "/", pathSegments: [], headers: ["Host": host])
    #expect(request.address == address)
  }

  @Test(arguments: [
    ("", []), (" , ", []), ("a", ["a"]), (" a b ,c,", ["a b", "c"]), (String(repeating: "x", count: 101), []),
  ])
  func `tags are apart by commas`(_ text: String, _ tags: [String]) {
    #expect(WebUI.tags(text) == tags)
  }
}
