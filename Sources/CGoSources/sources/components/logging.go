// Package log is the component Log: it logs calls.
package log

import (
	"context"
	"time"

	"example.com/service/internal/platform/caller"
	"example.com/service/internal/platform/fault"
	"example.com/service/internal/platform/journal"
	"example.com/service/internal/platform/middleware"
)

// level is what entries about calls without a surprise have.
const level = journal.Info

// Middleware logs calls.
type Middleware struct {
	logger *journal.Logger
}

// New returns the component with the log that it writes to.
func New(logger *journal.Logger) *Middleware {
	return &Middleware{logger: logger}
}

// Before logs that a call begins.
func (c *Middleware) Before(ctx context.Context, call middleware.Call) error {
	who := caller.From(ctx)
	c.logger.Log(level, "a call begins", "call", call.Component+"."+call.Method,
		"request", who.RequestID, "caller", who.Address)
	return nil
}

// After logs how a call has ended: failures of the service as errors, those of the caller as anything else.
func (c *Middleware) After(ctx context.Context, call middleware.Call, err error) {
	pairs := []any{
		"call", call.Component + "." + call.Method, "request", caller.From(ctx).RequestID, "seconds", time.Since(call.Began),
	}
	switch {
	case err == nil:
		c.logger.Log(level, "a call has succeeded", pairs...)
	case fault.Is(err, fault.Internal), fault.Is(err, fault.Unavailable):
		c.logger.Error("a call has failed", append(pairs, "error", err)...)
	default:
		c.logger.Log(level, "a call was refused", append(pairs, "error", err)...)
	}
}
