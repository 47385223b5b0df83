package metrics

import (
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

func text(r *Registry) string {
	recorder := httptest.NewRecorder()
	r.ServeHTTP(recorder, httptest.NewRequest("GET", "/metrics", nil))
	return recorder.Body.String()
}

func TestMetricsAreWrittenAsPrometheusReadsThem(t *testing.T) {
	r := NewRegistry()
	r.Counter("calls_total", "Calls.", "method", "result").With("Get", `a "b"`).Add(3)
	r.Histogram("seconds", "Durations.", Buckets, "method").With("Get").Observe(3 * time.Millisecond)
	r.Histogram("seconds", "Durations.", Buckets, "method").With("Get").Observe(time.Minute)
	r.Gauge("running", "Running.").With().Add(-2)
	got := text(r)
	for _, line := range []string{
		"# HELP calls_total Calls.",
		"# TYPE calls_total counter",
		`calls_total{method="Get",result="a \"b\""} 3`,
		"# TYPE seconds histogram",
		`seconds_bucket{method="Get",le="0.0025"} 0`,
		`seconds_bucket{method="Get",le="0.005"} 1`,
		`seconds_bucket{method="Get",le="10"} 1`,
		`seconds_bucket{method="Get",le="+Inf"} 2`,
		`seconds_sum{method="Get"} 60.003`,
		`seconds_count{method="Get"} 2`,
		"running -2",
	} {
		if !strings.Contains(got, line+"\n") {
			t.Errorf("%s is missing of\n%s", line, got)
		}
	}
}

func TestManyMayCountAtOnce(t *testing.T) {
	r := NewRegistry()
	var group sync.WaitGroup
	for i := 0; i < 8; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for j := 0; j < 1000; j++ {
				r.Counter("calls_total", "Calls.", "method").With("Get").Add(1)
			}
		}()
	}
	group.Wait()
	if !strings.Contains(text(r), `calls_total{method="Get"} 8000`+"\n") {
		t.Error(text(r))
	}
}
