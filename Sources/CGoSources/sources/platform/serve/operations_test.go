package serve

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"example.com/service/internal/platform/health"
	"example.com/service/internal/platform/metrics"
)

func TestOperationsAreAnsweredBesideTheService(t *testing.T) {
	service := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	handler := Operations(new(health.Checker), metrics.NewRegistry(), service)
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/metrics": 200, "/": 418, "//metrics": 418} {
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "http://host"+path, nil))
		if recorder.Code != want {
			t.Errorf("%s: %d", path, recorder.Code)
		}
	}
}
