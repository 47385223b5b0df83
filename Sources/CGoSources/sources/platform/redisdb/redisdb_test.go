package redisdb_test

import (
	"context"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"

	"example.com/service/internal/platform/fault"
	"example.com/service/internal/platform/redisdb"
	"example.com/service/internal/platform/redisdb/redistest"
)

type product struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

func TestValuesAreKept(t *testing.T) {
	server, store := redistest.New()
	ctx, bolt := context.Background(), product{ID: 9007199254740993, Name: "bolt"}
	var found product
	if err := store.Get(ctx, "p:1", &found); !fault.Is(err, fault.NotFound) {
		t.Errorf("nothing is there: %v", err)
	}
	if err := store.Set(ctx, "p:1", bolt, 1500*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	if err := store.Get(ctx, "p:1", &found); err != nil || found != bolt {
		t.Errorf("got %v, %v", found, err)
	}
	for _, want := range []int64{1, 0} {
		if count, err := store.Delete(ctx, "p:1"); err != nil || count != want {
			t.Errorf("deleted %d, %v", count, err)
		}
	}
	want := []string{"GET p:1", `SET p:1 {"id":9007199254740993,"name":"bolt"} PX 1500`, "GET p:1", "DEL p:1", "DEL p:1"}
	if got := server.Commands(); !reflect.DeepEqual(got, want) {
		t.Errorf("commands %q", got)
	}
}

func TestErrorsAreFaults(t *testing.T) {
	server, store := redistest.New()
	ctx := context.Background()
	var found product
	if err := store.Set(ctx, "odd", "a text", 0); err != nil {
		t.Fatal(err)
	}
	if err := store.Get(ctx, "odd", &found); !fault.Is(err, fault.Internal) {
		t.Errorf("what is no JSON: %v", err)
	}
	if err := store.Set(ctx, "odd", make(chan int), 0); !fault.Is(err, fault.Internal) {
		t.Errorf("what has no JSON: %v", err)
	}
	for err, kind := range map[error]fault.Kind{io.EOF: fault.Unavailable, redis.Error("ERR"): fault.Internal} {
		server.Err = err
		if got := store.Ping(ctx); !fault.Is(got, kind) {
			t.Errorf("%v became %v", err, got)
		}
	}
}

func TestAServerThatIsAwayIsUnavailable(t *testing.T) {
	store, err := redisdb.Open("cache", "redis://:secret@127.0.0.1:1/0", 4)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if err := store.Ping(context.Background()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
	if _, err := redisdb.Open("cache", "redis://:secret@host:port", 4); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
}
