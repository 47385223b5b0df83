package auth

import (
	"context"
	"testing"

	"example.com/service/internal/platform/caller"
	"example.com/service/internal/platform/fault"
	"example.com/service/internal/platform/middleware"
)

func TestOnlyKnownTokensAreLetPass(t *testing.T) {
	component := New("first, second,,")
	for authorization, passes := range map[string]bool{
		"Bearer first":   true,
		"bearer second":  true,
		"Bearer third":   false,
		"Bearer first,":  false,
		"Bearer ":        false,
		"Bearer":         false,
		"Basic first":    false,
		"first":          false,
		"":               false,
		"Bearer firstt":  false,
		"Bearer FIRST":   false,
		"Bearer  second": true,
	} {
		ctx := caller.With(context.Background(), caller.Caller{Authorization: authorization})
		err := component.Before(ctx, middleware.Call{})
		if passes != (err == nil) || !passes && !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("%q: %v", authorization, err)
		}
	}
}

func TestWithoutTokensNobodyIsLetPass(t *testing.T) {
	ctx := caller.With(context.Background(), caller.Caller{Authorization: "Bearer "})
	if err := New("").Before(ctx, middleware.Call{}); !fault.Is(err, fault.Unauthenticated) {
		t.Error(err)
	}
}
