package serve

import (
	"net/http"

	"example.com/service/internal/platform/health"
	"example.com/service/internal/platform/metrics"
)

// Operations returns a handler that answers what those who run the service ask (/healthz, /readyz, /metrics), and sends all
// else to next. Paths are compared as they come: nobody is redirected to a path that was made prettier.
func Operations(checker *health.Checker, registry *metrics.Registry, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/healthz":
			checker.Live(w, r)
		case "/readyz":
			checker.Ready(w, r)
		case "/metrics":
			registry.ServeHTTP(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}
