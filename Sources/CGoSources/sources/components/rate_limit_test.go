package limit

import (
	"context"
	"strconv"
	"testing"
	"time"

	"example.com/service/internal/platform/caller"
	"example.com/service/internal/platform/fault"
	"example.com/service/internal/platform/middleware"
)

func TestCallsAreRefusedWhenTheBurstIsUsedUp(t *testing.T) {
	component, now := New(), time.Unix(1700000000, 0)
	component.now = func() time.Time { return now }
	ask := func(address string) error {
		ctx := caller.With(context.Background(), caller.Caller{Address: address})
		return component.Before(ctx, middleware.Call{})
	}
	if err := ask("10.0.0.1"); err != nil {
		t.Fatalf("the first call: %v", err)
	}
	for _, known := range component.buckets {
		if known.tokens != burst-1 {
			t.Errorf("%v tokens are left", known.tokens)
		}
		known.tokens = 0
	}
	err := ask("10.0.0.1")
	if !fault.Is(err, fault.Exhausted) || fault.Of(err).RetryAfter <= 0 {
		t.Errorf("one too many: %v", err)
	}
	if refused := ask("10.0.0.2") != nil; refused == isPerCaller {
		t.Errorf("another caller is refused: %v", refused)
	}
	now = now.Add(period/requests + time.Millisecond)
	if err := ask("10.0.0.1"); err != nil {
		t.Errorf("after the pause: %v", err)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	component, now := New(), time.Unix(1700000000, 0)
	component.now = func() time.Time { return now }
	for i := 0; i <= 2*maxCallers; i++ {
		component.take(strconv.Itoa(i))
	}
	if got := len(component.buckets); got > maxCallers {
		t.Errorf("%d buckets", got)
	}
}
