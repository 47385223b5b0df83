// Package measure is the component Measure: it counts and measures calls, for Prometheus.
package measure

import (
	"context"
	"time"

	"example.com/service/internal/platform/fault"
	"example.com/service/internal/platform/metrics"
	"example.com/service/internal/platform/middleware"
)

// bounds are the upper bounds of durations, in seconds.
var bounds = []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

// Middleware counts and measures calls.
type Middleware struct {
	begun    *metrics.Family
	duration *metrics.Family
}

// New returns the component with the registry that it counts in.
func New(registry *metrics.Registry) *Middleware {
	return &Middleware{
		begun: registry.Counter("calls_begun_total", "Calls that have begun.", "component", "method"),
		duration: registry.Histogram(
			"call_duration_seconds", "How long calls took.", bounds, "component", "method", "result"),
	}
}

// Before counts a call that begins.
func (c *Middleware) Before(_ context.Context, call middleware.Call) error {
	c.begun.With(call.Component, call.Method).Add(1)
	return nil
}

// After measures a call that has ended.
func (c *Middleware) After(_ context.Context, call middleware.Call, err error) {
	result := "success"
	if err != nil {
		result = fault.Of(err).Kind.String()
	}
	c.duration.With(call.Component, call.Method, result).Observe(time.Since(call.Began))
}
