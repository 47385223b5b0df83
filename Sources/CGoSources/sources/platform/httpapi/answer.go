package httpapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"

	"example.com/service/internal/platform/fault"
)

// problem is the body of a failure (RFC 9457).
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
}

var statuses = map[fault.Kind]int{
	fault.Invalid:         http.StatusBadRequest,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Exhausted:       http.StatusTooManyRequests,
	fault.Unavailable:     http.StatusServiceUnavailable,
}

func statusOf(kind fault.Kind) int {
	if status, found := statuses[kind]; found {
		return status
	}
	return http.StatusInternalServerError
}

func writeProblem(w http.ResponseWriter, status int, detail string) {
	body := problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail}
	// A struct of texts and numbers always has a JSON form.
	_ = writeJSON(w, status, "application/problem+json", body)
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// writeJSON encodes the whole value before anything is sent, so that a value without a JSON form (such as a float that is
// not a number) becomes an error and not half an answer.
func writeJSON(w http.ResponseWriter, status int, contentType string, value any) error {
	buffer := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buffer)
	buffer.Reset()
	encoder := json.NewEncoder(buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	header := w.Header()
	header.Set("Content-Type", contentType)
	header.Set("Content-Length", strconv.Itoa(buffer.Len()))
	header.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	// A client that has gone needs no answer.
	_, _ = w.Write(buffer.Bytes())
	return nil
}
