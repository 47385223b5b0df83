// Package httpapi answers HTTP requests with JSON, and failures with problem details (RFC 9457).
package httpapi

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"example.com/service/internal/platform/caller"
	"example.com/service/internal/platform/fault"
	"example.com/service/internal/platform/journal"
	"example.com/service/internal/platform/metrics"
)

// A Handler answers a request with a value that becomes the JSON of the answer.
type Handler func(ctx context.Context, r *Request) (any, error)

// Options are what a router needs beside its routes.
type Options struct {
	Logger  *journal.Logger
	Metrics *metrics.Registry
	// Timeout bounds how long a handler may take.
	Timeout time.Duration
	// MaxBody is how many bytes the body of a request may have.
	MaxBody int64
}

// A Router sends each request to the handler of its method and path.
type Router struct {
	options  Options
	root     node
	duration *metrics.Family
}

// A node is what the segments of a path so far lead to.
type node struct {
	children  map[string]*node
	parameter *node
	routes    map[string]*route
}

type route struct {
	pattern string
	names   []string
	handler Handler
}

// NewRouter returns a router without routes.
func NewRouter(options Options) *Router {
	return &Router{
		options: options,
		duration: options.Metrics.Histogram(
			"http_request_duration_seconds", "How long requests took.", metrics.Buckets, "method", "route", "status"),
	}
}

// Handle adds a route. A segment {name} of the pattern stands for any value; a segment that is written out is preferred.
func (r *Router) Handle(method, pattern string, handler Handler) {
	at := &r.root
	added := &route{pattern: pattern, handler: handler}
	for _, segment := range strings.Split(strings.TrimPrefix(pattern, "/"), "/") {
		if strings.HasPrefix(segment, "{") {
			added.names = append(added.names, strings.Trim(segment, "{}"))
			if at.parameter == nil {
				at.parameter = new(node)
			}
			at = at.parameter
			continue
		}
		if at.children == nil {
			at.children = make(map[string]*node)
		}
		if at.children[segment] == nil {
			at.children[segment] = new(node)
		}
		at = at.children[segment]
	}
	if at.routes == nil {
		at.routes = make(map[string]*route)
	}
	at.routes[method] = added
}

// find returns the node that the rest of a path leads to, and the values of the parameters on the way.
func (n *node) find(rest string, values []string) (*node, []string) {
	segment, rest, more := strings.Cut(rest, "/")
	value, err := url.PathUnescape(segment)
	if err != nil {
		return nil, nil
	}
	if child := n.children[value]; child != nil {
		if found, all := child.follow(rest, more, values); found != nil {
			return found, all
		}
	}
	if n.parameter == nil || value == "" {
		return nil, nil
	}
	return n.parameter.follow(rest, more, append(values, value))
}

func (n *node) follow(rest string, more bool, values []string) (*node, []string) {
	if more {
		return n.find(rest, values)
	}
	if n.routes == nil {
		return nil, nil
	}
	return n, values
}

// ServeHTTP answers a request.
func (r *Router) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	began := time.Now()
	who := callerOf(request)
	w.Header().Set("X-Request-Id", who.RequestID)
	found, values := r.root.find(strings.TrimPrefix(request.URL.EscapedPath(), "/"), nil)
	if found == nil {
		r.fail(w, request, who, fault.New(fault.NotFound, "there is nothing at this path"))
		return
	}
	chosen := found.routes[request.Method]
	if chosen == nil && request.Method == http.MethodHead {
		chosen = found.routes[http.MethodGet]
	}
	if chosen == nil {
		w.Header().Set("Allow", found.allow())
		writeProblem(w, http.StatusMethodNotAllowed, "this path does not answer to "+request.Method)
		return
	}
	status := r.serve(w, request, who, chosen, values)
	r.duration.With(request.Method, chosen.pattern, strconv.Itoa(status)).Observe(time.Since(began))
}

func (n *node) allow() string {
	methods := make([]string, 0, len(n.routes))
	for method := range n.routes {
		methods = append(methods, method)
	}
	sort.Strings(methods)
	return strings.Join(methods, ", ")
}

func (r *Router) serve(
	w http.ResponseWriter, request *http.Request, who caller.Caller, chosen *route, values []string,
) (status int) {
	ctx, cancel := context.WithTimeout(caller.With(request.Context(), who), r.options.Timeout)
	defer cancel()
	defer func() {
		if defect := recover(); defect != nil {
			r.options.Logger.Error("a handler panicked", "route", chosen.pattern, "request", who.RequestID, "panic", defect)
			status = http.StatusInternalServerError
			writeProblem(w, status, "internal error")
		}
	}()
	request.Body = http.MaxBytesReader(w, request.Body, r.options.MaxBody)
	answer, err := chosen.handler(ctx, &Request{http: request, names: chosen.names, values: values})
	if err != nil {
		return r.fail(w, request, who, err)
	}
	if err := writeJSON(w, http.StatusOK, "application/json", answer); err != nil {
		return r.fail(w, request, who, err)
	}
	return http.StatusOK
}

// fail answers with a problem, and logs what the caller is not told.
func (r *Router) fail(w http.ResponseWriter, request *http.Request, who caller.Caller, err error) int {
	failure := fault.Of(err)
	status := statusOf(failure.Kind)
	if status >= http.StatusInternalServerError && request.Context().Err() == nil {
		r.options.Logger.Error("a request failed", "method", request.Method, "path", request.URL.Path,
			"status", status, "request", who.RequestID, "error", err)
	}
	if failure.Kind == fault.Unauthenticated {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	if failure.RetryAfter > 0 {
		seconds := int64((failure.RetryAfter + time.Second - 1) / time.Second)
		w.Header().Set("Retry-After", strconv.FormatInt(seconds, 10))
	}
	writeProblem(w, status, failure.Message)
	return status
}

// callerOf returns what a request says of its sender.
func callerOf(request *http.Request) caller.Caller {
	host, _, err := net.SplitHostPort(request.RemoteAddr)
	if err != nil {
		host = request.RemoteAddr
	}
	id := request.Header.Get("X-Request-Id")
	if id == "" || len(id) > 128 {
		id = newRequestID()
	}
	return caller.Caller{Address: host, Authorization: request.Header.Get("Authorization"), RequestID: id}
}

// process tells the requests of this run of the program from those of others, and made counts the names that were made.
var (
	process = randomName()
	made    atomic.Uint64
)

func newRequestID() string {
	return process + "-" + strconv.FormatUint(made.Add(1), 36)
}

func randomName() string {
	var random [6]byte
	if _, err := rand.Read(random[:]); err != nil {
		return "unknown"
	}
	return hex.EncodeToString(random[:])
}
