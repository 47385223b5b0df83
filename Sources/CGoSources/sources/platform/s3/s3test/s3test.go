// Package s3test has a bucket for tests that keeps everything in memory.
package s3test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"example.com/service/internal/platform/s3"
)

// A Server keeps files in memory, as a bucket of the name "files".
type Server struct {
	// Status is what every request is answered with, where it is not 0.
	Status int

	mutex sync.Mutex
	files map[string]string
}

// New returns a server without files, and its bucket.
func New(t testing.TB) (*Server, *s3.Bucket) {
	server := &Server{files: make(map[string]string)}
	listening := httptest.NewServer(server)
	t.Cleanup(listening.Close)
	bucket, err := s3.Open("files", "s3://AKID:SECRET@host/files?endpoint="+url.QueryEscape(listening.URL))
	if err != nil {
		t.Fatal(err)
	}
	return server, bucket
}

// Keep keeps a file.
func (s *Server) Keep(key, content string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.files[key] = content
}

// Kept returns a file, or nothing.
func (s *Server) Kept(key string) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.files[key]
}

// ServeHTTP answers as S3 does. Who asks must say so, by a header or in the query; whether the signature is right is not
// looked at.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	key := strings.TrimPrefix(r.URL.Path, "/files/")
	content, found := s.files[key]
	isSigned := strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=AKID/")
	switch {
	case s.Status != 0:
		w.WriteHeader(s.Status)
	case !isSigned && r.URL.Query().Get("X-Amz-Signature") == "":
		w.WriteHeader(http.StatusForbidden)
	case r.Method == http.MethodPut:
		uploaded, _ := io.ReadAll(r.Body)
		s.files[key] = string(uploaded)
	case r.Method == http.MethodDelete:
		delete(s.files, key)
		w.WriteHeader(http.StatusNoContent)
	case r.Method == http.MethodGet && !found:
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, "<Error><Code>NoSuchKey</Code></Error>")
	default:
		_, _ = io.WriteString(w, content)
	}
}

// Fetch returns what is at a URL, as anybody gets it.
func Fetch(address string) (string, error) {
	response, err := http.Get(address)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d", response.StatusCode)
	}
	return string(content), err
}
