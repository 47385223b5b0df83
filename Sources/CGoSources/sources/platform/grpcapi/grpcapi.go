// Package grpcapi answers gRPC calls, and translates failures into codes of gRPC.
package grpcapi

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"

	"example.com/service/internal/platform/caller"
	"example.com/service/internal/platform/fault"
	"example.com/service/internal/platform/journal"
	"example.com/service/internal/platform/metrics"
)

// Options are what a server needs beside its methods.
type Options struct {
	Logger  *journal.Logger
	Metrics *metrics.Registry
	// Timeout bounds how long a call may take.
	Timeout time.Duration
	// MaxMessage is how many bytes a request may have.
	MaxMessage int
}

// A Server answers gRPC calls at an address.
type Server struct {
	listener net.Listener
	server   *grpc.Server
	health   *health.Server
}

// Listen returns a server at an address, such as ":9090". What it answers is added by register; grpc.health.v1.Health is
// answered by itself.
func Listen(address string, options Options, register func(*grpc.Server)) (*Server, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listening for gRPC: %w", err)
	}
	server := grpc.NewServer(grpc.UnaryInterceptor(newInterceptor(options).intercept), grpc.MaxRecvMsgSize(options.MaxMessage))
	register(server)
	checks := health.NewServer()
	grpc_health_v1.RegisterHealthServer(server, checks)
	return &Server{listener: listener, server: server, health: checks}, nil
}

// Name returns "grpc".
func (s *Server) Name() string { return "grpc" }

// Address returns where the server listens.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Serve answers until Shutdown is called.
func (s *Server) Serve() error {
	if err := s.server.Serve(s.listener); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
		return err
	}
	return nil
}

// Shutdown waits for the calls that are being answered, and ends them where the context ends first.
func (s *Server) Shutdown(ctx context.Context) error {
	s.health.Shutdown()
	stopped := make(chan struct{})
	go func() {
		s.server.GracefulStop()
		close(stopped)
	}()
	select {
	case <-stopped:
		return nil
	case <-ctx.Done():
		s.server.Stop()
		<-stopped
		return ctx.Err()
	}
}

// An interceptor stands around every call.
type interceptor struct {
	options  Options
	duration *metrics.Family
}

func newInterceptor(options Options) *interceptor {
	return &interceptor{
		options: options,
		duration: options.Metrics.Histogram(
			"grpc_call_duration_seconds", "How long calls took.", metrics.Buckets, "method", "code"),
	}
}

// intercept measures a call, bounds its time, says who has made it, and makes a status of what went wrong.
func (i *interceptor) intercept(
	ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler,
) (answer any, err error) {
	began := time.Now()
	who := callerOf(ctx)
	ctx, cancel := context.WithTimeout(caller.With(ctx, who), i.options.Timeout)
	defer cancel()
	defer func() {
		i.duration.With(info.FullMethod, status.Code(err).String()).Observe(time.Since(began))
	}()
	defer func() {
		if defect := recover(); defect != nil {
			i.options.Logger.Error("a handler panicked", "method", info.FullMethod, "request", who.RequestID, "panic", defect)
			answer, err = nil, status.Error(codes.Internal, "internal error")
		}
	}()
	answer, err = handler(ctx, request)
	if err != nil {
		return nil, i.fail(ctx, info.FullMethod, who, err)
	}
	return answer, nil
}

var statuses = map[fault.Kind]codes.Code{
	fault.Invalid:         codes.InvalidArgument,
	fault.NotFound:        codes.NotFound,
	fault.Conflict:        codes.AlreadyExists,
	fault.Unauthenticated: codes.Unauthenticated,
	fault.Exhausted:       codes.ResourceExhausted,
	fault.Unavailable:     codes.Unavailable,
}

// fail returns the status of a failure, and logs what the caller is not told.
func (i *interceptor) fail(ctx context.Context, method string, who caller.Caller, err error) error {
	if ended := ctx.Err(); ended != nil {
		return status.FromContextError(ended).Err()
	}
	failure := fault.Of(err)
	code, known := statuses[failure.Kind]
	if !known {
		code = codes.Internal
	}
	if code == codes.Internal || code == codes.Unavailable {
		i.options.Logger.Error("a call failed", "method", method, "code", code, "request", who.RequestID, "error", err)
	}
	if failure.RetryAfter > 0 {
		seconds := int64((failure.RetryAfter + time.Second - 1) / time.Second)
		// Only a call that has ended already refuses it.
		_ = grpc.SetTrailer(ctx, metadata.Pairs("retry-after", strconv.FormatInt(seconds, 10)))
	}
	return status.Error(code, failure.Message)
}

// callerOf returns what a call says of its sender.
func callerOf(ctx context.Context) caller.Caller {
	sent, _ := metadata.FromIncomingContext(ctx)
	who := caller.Caller{Authorization: first(sent, "authorization"), RequestID: first(sent, "x-request-id")}
	if from, known := peer.FromContext(ctx); known {
		who.Address = from.Addr.String()
		if host, _, err := net.SplitHostPort(who.Address); err == nil {
			who.Address = host
		}
	}
	if who.RequestID == "" || len(who.RequestID) > 128 {
		who.RequestID = newRequestID()
	}
	return who
}

func first(sent metadata.MD, name string) string {
	if values := sent.Get(name); len(values) > 0 {
		return values[0]
	}
	return ""
}

func newRequestID() string {
	var random [8]byte
	if _, err := rand.Read(random[:]); err != nil {
		return "unknown"
	}
	return hex.EncodeToString(random[:])
}
