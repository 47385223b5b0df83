// Package redistest has a store for tests that keeps everything in memory.
package redistest

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/gomodule/redigo/redis"

	"example.com/service/internal/platform/redisdb"
)

// A Server keeps values in memory and remembers the commands it was given.
type Server struct {
	// Err is what every command ends with, where it is not nil.
	Err error

	mutex    sync.Mutex
	values   map[string][]byte
	commands []string
}

// New returns a server without values, and the pool of connections to it.
func New() (*Server, *redisdb.Store) {
	server := &Server{values: make(map[string][]byte)}
	return server, redisdb.New("redis", &redis.Pool{
		DialContext: func(context.Context) (redis.Conn, error) { return connection{server}, nil },
	})
}

// Commands returns the commands so far, each with its arguments.
func (s *Server) Commands() []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]string(nil), s.commands...)
}

// Keep keeps a value.
func (s *Server) Keep(key, value string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.values[key] = []byte(value)
}

// Kept returns a value, or nothing.
func (s *Server) Kept(key string) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return string(s.values[key])
}

func (s *Server) do(command string, arguments []any) (any, error) {
	// A pool sends an empty command when a connection is given back.
	if command == "" {
		return nil, nil
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	text := command
	for _, argument := range arguments {
		if content, isBytes := argument.([]byte); isBytes {
			argument = string(content)
		}
		text += fmt.Sprintf(" %v", argument)
	}
	s.commands = append(s.commands, text)
	if s.Err != nil {
		return nil, s.Err
	}
	switch command {
	case "PING":
		return "PONG", nil
	case "GET":
		if content, found := s.values[fmt.Sprint(arguments[0])]; found {
			return content, nil
		}
		return nil, nil
	case "SET":
		content, isBytes := arguments[1].([]byte)
		if !isBytes {
			content = []byte(fmt.Sprint(arguments[1]))
		}
		s.values[fmt.Sprint(arguments[0])] = content
		return "OK", nil
	case "DEL":
		key := fmt.Sprint(arguments[0])
		_, found := s.values[key]
		delete(s.values, key)
		if found {
			return int64(1), nil
		}
		return int64(0), nil
	default:
		return nil, redis.Error("ERR unknown command")
	}
}

type connection struct{ server *Server }

func (c connection) Close() error { return nil }
func (c connection) Err() error   { return nil }
func (c connection) Flush() error { return nil }

func (c connection) Do(command string, arguments ...any) (any, error) {
	return c.server.do(command, arguments)
}

func (c connection) Send(string, ...any) error {
	return errors.New("redistest: no pipelines")
}

func (c connection) Receive() (any, error) {
	return nil, errors.New("redistest: no pipelines")
}
