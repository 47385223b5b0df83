// Package lookaside has what caches of several sources have in common: a fast source that fails is no failure, but it is
// counted and logged.
package lookaside

import (
	"context"

	"example.com/service/internal/platform/caller"
	"example.com/service/internal/platform/fault"
	"example.com/service/internal/platform/journal"
	"example.com/service/internal/platform/metrics"
)

// Sources are those of one component.
type Sources struct {
	component string
	logger    *journal.Logger
	asked     *metrics.Family
	written   *metrics.Family
}

// New returns the sources of a component.
func New(component string, logger *journal.Logger, registry *metrics.Registry) *Sources {
	return &Sources{
		component: component,
		logger:    logger,
		asked:     registry.Counter("cache_requests_total", "Requests to fast sources.", "component", "method", "source", "result"),
		written:   registry.Counter("cache_writes_total", "Writes to fast sources.", "component", "method", "target", "result"),
	}
}

// Found reports whether a source has the data, going by the error that it was asked with.
func (s *Sources) Found(ctx context.Context, method, source string, err error) bool {
	result := "hit"
	switch {
	case fault.Is(err, fault.NotFound):
		result = "miss"
	case err != nil:
		result = "failure"
		s.logger.Warn("a source has failed, the next one is asked",
			"source", source, "request", caller.From(ctx).RequestID, "error", err)
	}
	s.asked.With(s.component, method, source, result).Add(1)
	return err == nil
}

// Written takes note of how writing to a faster source has ended.
func (s *Sources) Written(ctx context.Context, method, target string, err error) {
	result := "success"
	if err != nil {
		result = "failure"
		s.logger.Warn("what was found could not be written to a faster source",
			"target", target, "request", caller.From(ctx).RequestID, "error", err)
	}
	s.written.With(s.component, method, target, result).Add(1)
}
