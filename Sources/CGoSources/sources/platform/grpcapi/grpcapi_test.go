package grpcapi

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"reflect"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	"example.com/service/internal/platform/caller"
	"example.com/service/internal/platform/fault"
	"example.com/service/internal/platform/journal"
	"example.com/service/internal/platform/metrics"
	"example.com/service/internal/platform/value"
)

// optionsWith returns the options of a server in a test.
func optionsWith(timeout time.Duration) Options {
	return Options{Logger: journal.Discard(), Metrics: metrics.NewRegistry(), Timeout: timeout, MaxMessage: 1 << 20}
}

// call answers a call by a handler.
func call(ctx context.Context, timeout time.Duration, handler grpc.UnaryHandler) (any, error) {
	return newInterceptor(optionsWith(timeout)).intercept(ctx, "request", &grpc.UnaryServerInfo{FullMethod: "/a.B/C"}, handler)
}

func TestFailuresBecomeCodes(t *testing.T) {
	for _, test := range []struct {
		err     error
		code    codes.Code
		message string
	}{
		{nil, codes.OK, ""},
		{fault.New(fault.Invalid, "a"), codes.InvalidArgument, "a"},
		{fault.New(fault.NotFound, "b"), codes.NotFound, "b"},
		{fault.New(fault.Conflict, "c"), codes.AlreadyExists, "c"},
		{fault.New(fault.Unauthenticated, "d"), codes.Unauthenticated, "d"},
		{fault.New(fault.Exhausted, "e"), codes.ResourceExhausted, "e"},
		{fault.New(fault.Unavailable, "f"), codes.Unavailable, "f"},
		{errors.New("a secret"), codes.Internal, "internal error"},
	} {
		_, err := call(context.Background(), time.Minute, func(context.Context, any) (any, error) { return 1, test.err })
		if got := status.Convert(err); got.Code() != test.code || got.Message() != test.message {
			t.Errorf("%v: %v %q", test.err, got.Code(), got.Message())
		}
	}
}

func TestPanicsAndTimeoutsBecomeCodes(t *testing.T) {
	_, err := call(context.Background(), time.Minute, func(context.Context, any) (any, error) { panic("no") })
	if status.Code(err) != codes.Internal {
		t.Errorf("a panic: %v", err)
	}
	_, err = call(context.Background(), 0, func(ctx context.Context, _ any) (any, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	if status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("a timeout: %v", err)
	}
}

func TestHandlersKnowTheirCaller(t *testing.T) {
	ctx := metadata.NewIncomingContext(context.Background(), metadata.Pairs("authorization", "Bearer x", "x-request-id", "7"))
	ctx = peer.NewContext(ctx, &peer.Peer{Addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9}})
	want := caller.Caller{Address: "127.0.0.1", Authorization: "Bearer x", RequestID: "7"}
	_, err := call(ctx, time.Minute, func(ctx context.Context, _ any) (any, error) {
		if got := caller.From(ctx); got != want {
			t.Errorf("got %+v", got)
		}
		return nil, nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestServersListenAndStop(t *testing.T) {
	server, err := Listen("127.0.0.1:0", optionsWith(time.Minute), func(*grpc.Server) {})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- server.Serve() }()
	if err := server.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if server.Name() != "grpc" || server.Address() == "" {
		t.Error("a server without name or address")
	}
}

func TestReaderReadsWhatMessagesHoldAsText(t *testing.T) {
	moment := time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)
	id := "00000000-0000-4000-8000-000000000001"
	r := new(Reader)
	if got := r.Decimal("a", "1.50"); got != "1.50" {
		t.Errorf("a decimal: %v", got)
	}
	if got := r.UUID("a", id); got != value.UUID(id) {
		t.Errorf("a UUID: %v", got)
	}
	if got := r.JSON("a", "[1]"); string(got) != "[1]" {
		t.Errorf("JSON: %s", got)
	}
	if got := r.Time("a", timestamppb.New(moment)); !got.Equal(moment) {
		t.Errorf("a time: %v", got)
	}
	if r.OptionalDecimal("a", nil) != nil || r.OptionalUUID("a", nil) != nil || r.OptionalJSON("a", nil) != nil ||
		r.OptionalTime("a", nil) != nil || OptionalBytes(nil) != nil {
		t.Error("what is absent is there")
	}
	if got := r.OptionalDecimal("a", value.Of("2")); got == nil || *got != "2" {
		t.Errorf("an optional decimal: %v", got)
	}
	if err := r.Err(); err != nil {
		t.Error(err)
	}
}

func TestReaderNotesTheFirstThatIsWrong(t *testing.T) {
	for name, read := range map[string]func(*Reader){
		"decimal": func(r *Reader) { r.Decimal("decimal", "x") },
		"uuid":    func(r *Reader) { r.UUID("uuid", "x") },
		"json":    func(r *Reader) { r.JSON("json", "{") },
		"time":    func(r *Reader) { r.Time("time", nil) },
		"late":    func(r *Reader) { r.Time("late", &timestamppb.Timestamp{Seconds: 1 << 60}) },
		"row":     func(r *Reader) { r.Missing("row") },
	} {
		r := new(Reader)
		read(r)
		r.Missing("later")
		failure := fault.Of(r.Err())
		if failure.Kind != fault.Invalid || failure.Message[:len(name)] != name {
			t.Errorf("%s: %v", name, failure)
		}
	}
}

func TestValuesBecomeWhatMessagesHold(t *testing.T) {
	if OptionalText[value.Decimal](nil) != nil || OptionalJSON(nil) != nil || OptionalTimestamp(nil) != nil {
		t.Error("NULL has a value")
	}
	if got := OptionalText(value.Of(value.Decimal("1"))); *got != "1" {
		t.Error(*got)
	}
	if got := OptionalJSON(value.Of(json.RawMessage("{}"))); *got != "{}" {
		t.Error(*got)
	}
	if got := OptionalTimestamp(value.Of(time.Unix(5, 0))); got.Seconds != 5 {
		t.Error(got)
	}
	if got := *OptionalBytes([]byte{1}); !reflect.DeepEqual(got, []byte{1}) {
		t.Error(got)
	}
	if got := Texts([]value.Decimal{"1", "2"}); !reflect.DeepEqual(got, []string{"1", "2"}) {
		t.Error(got)
	}
}
