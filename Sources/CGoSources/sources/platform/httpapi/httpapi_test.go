package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/service/internal/platform/caller"
	"example.com/service/internal/platform/fault"
	"example.com/service/internal/platform/journal"
	"example.com/service/internal/platform/metrics"
	"example.com/service/internal/platform/value"
)

func newRouter() *Router {
	return NewRouter(Options{
		Logger: journal.Discard(), Metrics: metrics.NewRegistry(), Timeout: time.Second, MaxBody: 200})
}

func ask(router http.Handler, method, target, body string) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	router.ServeHTTP(recorder, httptest.NewRequest(method, target, strings.NewReader(body)))
	return recorder
}

func named(name string) Handler {
	return func(_ context.Context, r *Request) (any, error) {
		return append([]string{name}, r.values...), nil
	}
}

func TestRequestsFindTheirHandler(t *testing.T) {
	router := newRouter()
	router.Handle("GET", "/", named("root"))
	router.Handle("GET", "/products", named("list"))
	router.Handle("POST", "/products", named("add"))
	router.Handle("GET", "/products/{id}", named("one"))
	router.Handle("GET", "/products/count", named("count"))
	router.Handle("GET", "/products/{id}/parts/{part}", named("part"))
	router.Handle("GET", "/products/count/all", named("all"))
	for _, c := range []struct {
		method, path string
		status       int
		body         string
	}{
		{"GET", "/", 200, `["root"]`},
		{"GET", "/products", 200, `["list"]`},
		{"POST", "/products", 200, `["add"]`},
		{"GET", "/products/7", 200, `["one","7"]`},
		{"GET", "/products/a%2Fb%20c", 200, `["one","a/b c"]`},
		{"GET", "/products/count", 200, `["count"]`},
		{"GET", "/%70roducts/count", 200, `["count"]`},
		{"GET", "/products/count/all", 200, `["all"]`},
		{"GET", "/products/count/parts/2", 200, `["part","count","2"]`},
		{"GET", "/products/7/parts/8", 200, `["part","7","8"]`},
		{"GET", "/products/", 404, ""},
		{"GET", "/products/7/parts", 404, ""},
		{"GET", "/nothing", 404, ""},
		{"DELETE", "/products", 405, ""},
	} {
		answer := ask(router, c.method, c.path, "")
		if answer.Code != c.status || c.body != "" && strings.TrimSpace(answer.Body.String()) != c.body {
			t.Errorf("%s %s: %d %s", c.method, c.path, answer.Code, answer.Body)
		}
	}
	if allow := ask(router, "DELETE", "/products", "").Header().Get("Allow"); allow != "GET, POST" {
		t.Errorf("allowed: %q", allow)
	}
}

func TestFailuresAreProblems(t *testing.T) {
	exhausted := fault.New(fault.Exhausted, "too many requests")
	exhausted.RetryAfter = 1500 * time.Millisecond
	for _, c := range []struct {
		err            error
		status         int
		detail, header string
	}{
		{fault.New(fault.Invalid, "id is wrong"), 400, "id is wrong", ""},
		{fault.New(fault.Unauthenticated, "no token"), 401, "no token", "Www-Authenticate: Bearer"},
		{fault.New(fault.NotFound, "no product"), 404, "no product", ""},
		{fault.New(fault.Conflict, "taken"), 409, "taken", ""},
		{exhausted, 429, "too many requests", "Retry-After: 2"},
		{fault.Wrap(errors.New("10.0.0.7 refused"), fault.Unavailable, "shopdb does not answer"), 503, "shopdb does not answer", ""},
		{errors.New("secret"), 500, "internal error", ""},
	} {
		router := newRouter()
		router.Handle("GET", "/", func(context.Context, *Request) (any, error) { return nil, c.err })
		answer := ask(router, "GET", "/", "")
		var got problem
		if err := json.Unmarshal(answer.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if answer.Code != c.status || got.Status != c.status || got.Detail != c.detail {
			t.Errorf("%v: %d %+v", c.err, answer.Code, got)
		}
		if answer.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%v: %v", c.err, answer.Header())
		}
		if name, want, given := strings.Cut(c.header, ": "); given && answer.Header().Get(name) != want {
			t.Errorf("%v: %v", c.err, answer.Header())
		}
	}
}

func TestADefectOfAHandlerIsAnAnswer(t *testing.T) {
	router := newRouter()
	router.Handle("GET", "/panic", func(context.Context, *Request) (any, error) { panic("oh") })
	router.Handle("GET", "/nan", func(context.Context, *Request) (any, error) { return math.NaN(), nil })
	for _, path := range []string{"/panic", "/nan"} {
		if answer := ask(router, "GET", path, ""); answer.Code != 500 || !strings.Contains(answer.Body.String(), "internal error") {
			t.Errorf("%s: %d %s", path, answer.Code, answer.Body)
		}
	}
}

func TestTheHandlerKnowsTheCallerAndHasATimeLimit(t *testing.T) {
	router := newRouter()
	router.Handle("GET", "/", func(ctx context.Context, _ *Request) (any, error) {
		if _, bounded := ctx.Deadline(); !bounded {
			t.Error("there is no time limit")
		}
		return caller.From(ctx), nil
	})
	request := httptest.NewRequest("GET", "/", nil)
	request.Header.Set("Authorization", "Bearer abc")
	request.Header.Set("X-Request-Id", "r1")
	recorder := httptest.NewRecorder()
	router.ServeHTTP(recorder, request)
	want := `{"Address":"192.0.2.1","Authorization":"Bearer abc","RequestID":"r1"}`
	if got := strings.TrimSpace(recorder.Body.String()); got != want || recorder.Header().Get("X-Request-Id") != "r1" {
		t.Errorf("got %s %v", got, recorder.Header())
	}
}

func TestRequestsWithoutANameGetOneOfTheirOwn(t *testing.T) {
	router := newRouter()
	router.Handle("GET", "/", named("root"))
	first, second := ask(router, "GET", "/", ""), ask(router, "GET", "/", "")
	if a, b := first.Header().Get("X-Request-Id"), second.Header().Get("X-Request-Id"); a == "" || a == b {
		t.Errorf("got %q and %q", a, b)
	}
}

// fields are targets of every type.
type fields struct {
	S string
	B bool
	I int32
	L int64
	F float64
	T time.Time
	D value.Decimal
	U value.UUID
	Y []byte
	J json.RawMessage
	N *int64
}

func (f *fields) targets() map[string]any {
	return map[string]any{
		"s": &f.S, "b": &f.B, "i": &f.I, "l": &f.L, "f": &f.F, "t": &f.T, "d": &f.D, "u": &f.U, "y": &f.Y, "j": &f.J,
	}
}

func TestParametersOfEveryType(t *testing.T) {
	router := newRouter()
	router.Handle("GET", "/{s}", func(_ context.Context, r *Request) (any, error) {
		var f fields
		for name, target := range f.targets() {
			if name == "s" {
				r.Path(name, target)
			} else {
				r.Query(name, target)
			}
		}
		OptionalQuery(r, "n", &f.N)
		OptionalQuery(r, "missing", &f.N)
		return f, r.Err()
	})
	good := "/a?b=true&i=-2147483648&l=9007199254740993&f=1.5&t=2024-02-29T12:00:00Z&d=1.50" +
		"&u=0189dc53-a6b7-7c31-9f4e-2b1d3c4e5f60&y=AQI=&j=%7B%7D&n=5"
	want := `{"S":"a","B":true,"I":-2147483648,"L":9007199254740993,"F":1.5,"T":"2024-02-29T12:00:00Z","D":"1.50",` +
		`"U":"0189dc53-a6b7-7c31-9f4e-2b1d3c4e5f60","Y":"AQI=","J":{},"N":5}`
	if answer := ask(router, "GET", good, ""); strings.TrimSpace(answer.Body.String()) != want {
		t.Errorf("got %d %s", answer.Code, answer.Body)
	}
	bad := ask(router, "GET", "/a?b=x&i=2147483648&l=1.5&f=x&t=today&d=1e5&u=1&y=%25&j=%7B", "")
	if bad.Code != 400 || strings.Count(bad.Body.String(), "cannot be") != 9 {
		t.Errorf("got %d %s", bad.Code, bad.Body)
	}
	if none := ask(router, "GET", "/a", ""); none.Code != 400 || strings.Count(none.Body.String(), "is missing") != 9 {
		t.Errorf("got %d %s", none.Code, none.Body)
	}
}

func TestFieldsOfTheBody(t *testing.T) {
	router := newRouter()
	router.Handle("POST", "/", func(_ context.Context, r *Request) (any, error) {
		var f fields
		r.Body("s", &f.S)
		r.Body("l", &f.L)
		r.OptionalBody("n", &f.N)
		return []any{f.S, f.L, f.N}, r.Err()
	})
	for body, want := range map[string]string{
		`{"s":"x","l":9007199254740993}`:      `["x",9007199254740993,null]`,
		`{"s":"x","l":1,"n":null,"other":{}}`: `["x",1,null]`,
		`{"s":"x","l":1,"n":7}`:               `["x",1,7]`,
		`{"s":null,"l":"1"}`:                  "s (body) must not be null; l (body) must not be a string",
		`{"s":"x","l":1.5}`:                   "l (body) must not be a number 1.5",
		``:                                    "s (body) is missing; l (body) is missing",
		`null`:                                "the body is not a JSON object",
		`[]`:                                  "the body is not a JSON object",
		`{"s":`:                               "the body is not a JSON object",
		`{"s":"x","l":1} {}`:                  "the body is not a JSON object",
		`"` + strings.Repeat("x", 300):        "the body has more than 200 bytes",
	} {
		answer := ask(router, "POST", "/", body)
		if !strings.Contains(answer.Body.String(), want) {
			t.Errorf("%s: %d %s", body, answer.Code, answer.Body)
		}
	}
}
