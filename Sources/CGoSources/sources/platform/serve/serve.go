// Package serve runs HTTP servers and stops them gracefully.
package serve

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// A Server is something that listens until it is told to stop.
type Server interface {
	// Name says what the server is, for errors.
	Name() string
	// Serve answers until Shutdown is called, and returns nil then.
	Serve() error
	// Shutdown takes no more requests and waits for those that are being answered, as long as the context lasts.
	Shutdown(ctx context.Context) error
}

// HTTP returns a server of the handler that listens at an address, such as ":8080".
func HTTP(address string, handler http.Handler) (*HTTPServer, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listening for HTTP: %w", err)
	}
	return &HTTPServer{
		listener: listener,
		server: &http.Server{
			Handler:           handler,
			ReadHeaderTimeout: 10 * time.Second,
			ReadTimeout:       time.Minute,
			IdleTimeout:       2 * time.Minute,
			MaxHeaderBytes:    64 << 10,
		},
	}, nil
}

// HTTPServer is a Server of HTTP.
type HTTPServer struct {
	listener net.Listener
	server   *http.Server
}

// Name returns "http".
func (s *HTTPServer) Name() string { return "http" }

// Address returns where the server listens.
func (s *HTTPServer) Address() string { return s.listener.Addr().String() }

// Serve answers until Shutdown is called.
func (s *HTTPServer) Serve() error {
	if err := s.server.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Shutdown waits for the requests that are being answered, and ends them where the context ends first.
func (s *HTTPServer) Shutdown(ctx context.Context) error {
	err := s.server.Shutdown(ctx)
	if err != nil {
		_ = s.server.Close()
	}
	return err
}

// Run serves until the context ends or a server fails. Then drain is called, and all servers stop: they have as long as
// grace for the requests that are being answered.
func Run(ctx context.Context, grace time.Duration, drain func(), servers ...Server) error {
	ended := make(chan error, len(servers))
	for _, server := range servers {
		go func(server Server) {
			err := server.Serve()
			if err != nil {
				err = fmt.Errorf("%s server: %w", server.Name(), err)
			}
			ended <- err
		}(server)
	}

	var failure error
	running := len(servers)
	select {
	case <-ctx.Done():
	case failure = <-ended:
		running--
	}
	drain()
	stopping, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	for _, server := range servers {
		if err := server.Shutdown(stopping); err != nil && failure == nil {
			failure = fmt.Errorf("stopping the %s server: %w", server.Name(), err)
		}
	}
	for ; running > 0; running-- {
		if err := <-ended; err != nil && failure == nil {
			failure = err
		}
	}
	return failure
}
