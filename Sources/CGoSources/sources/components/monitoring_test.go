package measure

import (
	"context"
	"strings"
	"testing"
	"time"

	"example.com/service/internal/platform/fault"
	"example.com/service/internal/platform/metrics"
	"example.com/service/internal/platform/middleware"
)

func TestCallsAreMeasured(t *testing.T) {
	registry := metrics.NewRegistry()
	component := New(registry)
	call := middleware.Call{Component: "Flow", Method: "Get", Began: time.Now()}
	for _, err := range []error{nil, nil, fault.New(fault.NotFound, "no product")} {
		if err := component.Before(context.Background(), call); err != nil {
			t.Fatal(err)
		}
		component.After(context.Background(), call, err)
	}
	var text strings.Builder
	registry.Write(&text)
	for _, want := range []string{
		`calls_begun_total{component="Flow",method="Get"} 3`,
		`call_duration_seconds_count{component="Flow",method="Get",result="success"} 2`,
		`call_duration_seconds_count{component="Flow",method="Get",result="not_found"} 1`,
	} {
		if !strings.Contains(text.String(), want+"\n") {
			t.Errorf("%s is missing of\n%s", want, text.String())
		}
	}
}
