// Package limit is the component Limit: it refuses callers that ask too often.
package limit

import (
	"context"
	"math"
	"sync"
	"time"

	"example.com/service/internal/platform/caller"
	"example.com/service/internal/platform/fault"
	"example.com/service/internal/platform/middleware"
)

const (
	// requests may be made in each period, on average.
	requests = 100
	period   = time.Second
	// burst is how many requests may come at once.
	burst = 100
	// isPerCaller is true where each caller's address has a limit of its own.
	isPerCaller = true

	// maxCallers bounds the memory that the limits of callers take.
	maxCallers = 100_000
)

// Middleware refuses calls by a token bucket: a call takes a token, and tokens come back at an even pace.
type Middleware struct {
	now func() time.Time

	mutex   sync.Mutex
	buckets map[string]*bucket
}

// A bucket has tokens, as of a moment.
type bucket struct {
	tokens float64
	moment time.Time
}

// New returns the component.
func New() *Middleware {
	return &Middleware{now: time.Now, buckets: make(map[string]*bucket)}
}

// Before refuses a call for which there is no token.
func (c *Middleware) Before(ctx context.Context, _ middleware.Call) error {
	key := ""
	if isPerCaller {
		key = caller.From(ctx).Address
	}
	wait := c.take(key)
	if wait <= 0 {
		return nil
	}
	refusal := fault.New(fault.Exhausted, "too many requests")
	refusal.RetryAfter = wait
	return refusal
}

// take takes a token, or returns how long it is until there is one.
func (c *Middleware) take(key string) time.Duration {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	now := c.now()
	known, found := c.buckets[key]
	if !found {
		c.forget(now)
		known = &bucket{tokens: burst, moment: now}
		c.buckets[key] = known
	}
	known.tokens = math.Min(burst, known.tokens+now.Sub(known.moment).Seconds()*requests/period.Seconds())
	known.moment = now
	if known.tokens < 1 {
		return time.Duration((1 - known.tokens) / requests * float64(period))
	}
	known.tokens--
	return 0
}

// forget drops the buckets that are full again by now, where there are many. If none are, all go: a limit that is too
// generous for a moment is better than memory without a bound.
func (c *Middleware) forget(now time.Time) {
	if len(c.buckets) < maxCallers {
		return
	}
	for key, known := range c.buckets {
		if now.Sub(known.moment).Seconds()*requests/period.Seconds() >= burst {
			delete(c.buckets, key)
		}
	}
	if len(c.buckets) >= maxCallers {
		c.buckets = make(map[string]*bucket)
	}
}
