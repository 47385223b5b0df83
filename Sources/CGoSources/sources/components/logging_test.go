package log

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"example.com/service/internal/platform/caller"
	"example.com/service/internal/platform/fault"
	"example.com/service/internal/platform/journal"
	"example.com/service/internal/platform/middleware"
)

func TestCallsAreLogged(t *testing.T) {
	var out strings.Builder
	component := New(journal.New(&out, level))
	ctx := caller.With(context.Background(), caller.Caller{Address: "10.0.0.7", RequestID: "r1"})
	call := middleware.Call{Component: "Flow", Method: "Get", Began: time.Now()}
	if err := component.Before(ctx, call); err != nil {
		t.Fatal(err)
	}
	component.After(ctx, call, nil)
	component.After(ctx, call, fault.New(fault.NotFound, "no product"))
	component.After(ctx, call, errors.New("disk on fire"))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	wants := []string{`"a call begins"`, `"a call has succeeded"`, `"no product"`, `"level":"error"`}
	if len(lines) != len(wants) {
		t.Fatalf("got %q", lines)
	}
	for i, want := range wants {
		if !strings.Contains(lines[i], want) || !strings.Contains(lines[i], `"call":"Flow.Get","request":"r1"`) {
			t.Errorf("line %d is %s", i, lines[i])
		}
	}
}
