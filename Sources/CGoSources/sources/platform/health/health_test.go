package health

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func ask(handler http.HandlerFunc) (int, string) {
	recorder := httptest.NewRecorder()
	handler(recorder, httptest.NewRequest(http.MethodGet, "/", nil))
	return recorder.Code, strings.TrimSpace(recorder.Body.String())
}

func TestReadinessFollowsWhatTheServiceNeeds(t *testing.T) {
	var failure error
	var checker Checker
	checker.Add("shopdb", func(context.Context) error { return failure })

	if code, body := ask(checker.Ready); code != 200 || body != `{"shopdb":"ok","status":"ok"}` {
		t.Errorf("got %d %s", code, body)
	}
	failure = errors.New("password of shop is wrong")
	if code, body := ask(checker.Ready); code != 503 || body != `{"shopdb":"unavailable","status":"unavailable"}` {
		t.Errorf("got %d %s", code, body)
	}
	if code, _ := ask(checker.Live); code != 200 {
		t.Errorf("a service without its database does not live: %d", code)
	}
}

func TestAServiceThatStopsIsNotReady(t *testing.T) {
	var checker Checker
	checker.Drain()
	if code, body := ask(checker.Ready); code != 503 || body != `{"status":"stopping"}` {
		t.Errorf("got %d %s", code, body)
	}
}
