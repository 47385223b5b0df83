package lookaside

import (
	"context"
	"errors"
	"strings"
	"testing"

	"example.com/service/internal/platform/fault"
	"example.com/service/internal/platform/journal"
	"example.com/service/internal/platform/metrics"
)

func TestWhatSourcesSayIsCountedAndFailuresAreLogged(t *testing.T) {
	var out strings.Builder
	registry := metrics.NewRegistry()
	sources, ctx := New("Fast", journal.New(&out, journal.Info), registry), context.Background()
	for _, c := range []struct {
		err  error
		want bool
	}{{nil, true}, {fault.New(fault.NotFound, "nothing"), false}, {errors.New("away"), false}} {
		if got := sources.Found(ctx, "Get", "Cache.Get", c.err); got != c.want {
			t.Errorf("%v: %v", c.err, got)
		}
	}
	sources.Written(ctx, "Get", "Cache.Set", nil)
	sources.Written(ctx, "Get", "Cache.Set", errors.New("away"))
	if lines := strings.Count(out.String(), "\n"); lines != 2 {
		t.Errorf("%d lines: %s", lines, out.String())
	}
	var text strings.Builder
	registry.Write(&text)
	for _, want := range []string{
		`cache_requests_total{component="Fast",method="Get",source="Cache.Get",result="hit"} 1`,
		`cache_requests_total{component="Fast",method="Get",source="Cache.Get",result="miss"} 1`,
		`cache_requests_total{component="Fast",method="Get",source="Cache.Get",result="failure"} 1`,
		`cache_writes_total{component="Fast",method="Get",target="Cache.Set",result="success"} 1`,
		`cache_writes_total{component="Fast",method="Get",target="Cache.Set",result="failure"} 1`,
	} {
		if !strings.Contains(text.String(), want+"\n") {
			t.Errorf("%s is missing of\n%s", want, text.String())
		}
	}
}
