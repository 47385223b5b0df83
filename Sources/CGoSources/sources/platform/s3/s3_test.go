package s3_test

import (
	"context"
	"strings"
	"testing"

	"example.com/service/internal/platform/fault"
	"example.com/service/internal/platform/s3"
	"example.com/service/internal/platform/s3/s3test"
)

func TestFilesAreKept(t *testing.T) {
	_, bucket := s3test.New(t)
	ctx, key := context.Background(), "a b/ü+%.txt"
	if _, err := bucket.Get(ctx, key); !fault.Is(err, fault.NotFound) {
		t.Errorf("a file that is not there: %v", err)
	}
	if err := bucket.Put(ctx, key, []byte("text")); err != nil {
		t.Fatal(err)
	}
	if content, err := bucket.Get(ctx, key); err != nil || string(content) != "text" {
		t.Errorf("got %q, %v", content, err)
	}
	if err := bucket.Delete(ctx, key); err != nil {
		t.Error(err)
	}
	if err := bucket.Delete(ctx, key); err != nil {
		t.Errorf("a file that is gone: %v", err)
	}
	if err := bucket.Ping(ctx); err != nil {
		t.Error(err)
	}
}

func TestRefusalsAreFaults(t *testing.T) {
	server, bucket := s3test.New(t)
	for status, kind := range map[int]fault.Kind{403: fault.Internal, 404: fault.NotFound, 429: fault.Unavailable, 503: fault.Unavailable} {
		server.Status = status
		if _, err := bucket.Get(context.Background(), "x"); !fault.Is(err, kind) {
			t.Errorf("%d became %v", status, err)
		}
	}
	if err := bucket.Put(context.Background(), "", nil); !fault.Is(err, fault.Invalid) {
		t.Errorf("a file without a name: %v", err)
	}
}

func TestAddressesAreChecked(t *testing.T) {
	for _, address := range []string{
		"s3://host/bucket", "s3://key:hidden@host", "s3://key:hidden@host:x/bucket", "s3://key:hidden@host/bucket?endpoint=ftp://x",
	} {
		if _, err := s3.Open("files", address); err == nil || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: %v", address, err)
		}
	}
}
