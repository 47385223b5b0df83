// Package health answers whether the service lives, and whether it is ready for requests.
package health

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// checkTimeout bounds how long a question for readiness may take.
const checkTimeout = 2 * time.Second

// A Check reports whether something that the service needs answers.
type Check func(ctx context.Context) error

// Checker knows what the service needs.
type Checker struct {
	names    []string
	checks   []Check
	draining atomic.Bool
}

// Add lets readiness depend on a check. All checks are added before the first question.
func (c *Checker) Add(name string, check Check) {
	c.names = append(c.names, name)
	c.checks = append(c.checks, check)
}

// Drain makes the service not ready, so that no further requests are sent to it.
func (c *Checker) Drain() {
	c.draining.Store(true)
}

// Live answers that the process runs.
func (c *Checker) Live(w http.ResponseWriter, _ *http.Request) {
	write(w, http.StatusOK, map[string]string{"status": "ok"})
}

// Ready answers 200 where everything that the service needs answers, and 503 otherwise. Why a check fails is not told:
// it may hold addresses and names.
func (c *Checker) Ready(w http.ResponseWriter, r *http.Request) {
	if c.draining.Load() {
		write(w, http.StatusServiceUnavailable, map[string]string{"status": "stopping"})
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), checkTimeout)
	defer cancel()

	results := make([]error, len(c.checks))
	var group sync.WaitGroup
	for i, check := range c.checks {
		group.Add(1)
		go func(i int, check Check) {
			defer group.Done()
			results[i] = check(ctx)
		}(i, check)
	}
	group.Wait()

	status, states := http.StatusOK, map[string]string{"status": "ok"}
	for i, err := range results {
		states[c.names[i]] = "ok"
		if err != nil {
			states[c.names[i]] = "unavailable"
			status, states["status"] = http.StatusServiceUnavailable, "unavailable"
		}
	}
	write(w, status, states)
}

func write(w http.ResponseWriter, status int, body map[string]string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// A client that has gone needs no answer.
	_ = json.NewEncoder(w).Encode(body)
}
