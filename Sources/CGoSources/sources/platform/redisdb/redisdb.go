// Package redisdb has pools of connections to Redis, and turns what goes wrong into faults.
package redisdb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/gomodule/redigo/redis"

	"example.com/service/internal/platform/fault"
)

// timeout bounds how long Redis may take to accept a connection, and to answer.
const timeout = 2 * time.Second

// A Store is a pool of connections. Its methods may be called from several goroutines.
type Store struct {
	name string
	pool *redis.Pool
}

// Open returns a pool for the server at a redis:// or rediss:// URL. No connection is made before one is needed.
func Open(name, address string, maxConnections int) (*Store, error) {
	if _, err := url.Parse(address); err != nil {
		return nil, fmt.Errorf("the URL of %s cannot be read", name)
	}
	return New(name, &redis.Pool{
		DialContext: func(context.Context) (redis.Conn, error) {
			return redis.DialURL(address,
				redis.DialConnectTimeout(timeout), redis.DialReadTimeout(timeout), redis.DialWriteTimeout(timeout))
		},
		// A connection that has rested may be dead: a server that was restarted does not say so.
		TestOnBorrow: func(connection redis.Conn, used time.Time) error {
			if time.Since(used) < time.Second {
				return nil
			}
			_, err := connection.Do("PING")
			return err
		},
		MaxActive:   maxConnections,
		MaxIdle:     maxConnections,
		IdleTimeout: 5 * time.Minute,
		Wait:        true,
	}), nil
}

// New returns a store that uses a pool.
func New(name string, pool *redis.Pool) *Store {
	return &Store{name: name, pool: pool}
}

// Close closes all connections.
func (s *Store) Close() error {
	return s.pool.Close()
}

// Ping reports whether the server answers.
func (s *Store) Ping(ctx context.Context) error {
	_, err := s.do(ctx, "PING")
	return err
}

// Get reads what is kept under a key into what target points at. Nothing there is a fault of the kind NotFound.
func (s *Store) Get(ctx context.Context, key string, target any) error {
	content, err := redis.Bytes(s.do(ctx, "GET", key))
	switch {
	case errors.Is(err, redis.ErrNil):
		return fault.New(fault.NotFound, "there is nothing under this key")
	case err != nil:
		return err
	}
	if err := json.Unmarshal(content, target); err != nil {
		return fault.Wrap(err, fault.Internal, "internal error")
	}
	return nil
}

// Set keeps a value, as JSON, under a key. It is forgotten after the time to live, or never where that is 0.
func (s *Store) Set(ctx context.Context, key string, value any, timeToLive time.Duration) error {
	content, err := json.Marshal(value)
	if err != nil {
		return fault.Wrap(err, fault.Internal, "internal error")
	}
	arguments := []any{key, content}
	if timeToLive > 0 {
		arguments = append(arguments, "PX", timeToLive.Milliseconds())
	}
	_, err = s.do(ctx, "SET", arguments...)
	return err
}

// Delete forgets what is kept under a key, and returns how many values that were: 0 or 1.
func (s *Store) Delete(ctx context.Context, key string) (int64, error) {
	return redis.Int64(s.do(ctx, "DEL", key))
}

func (s *Store) do(ctx context.Context, command string, arguments ...any) (any, error) {
	connection, err := s.pool.GetContext(ctx)
	if err != nil {
		return nil, s.away(err)
	}
	defer connection.Close()
	reply, err := connection.Do(command, arguments...)
	var refused redis.Error
	switch {
	case errors.As(err, &refused):
		return nil, fault.Wrap(err, fault.Internal, "internal error")
	case err != nil:
		return nil, s.away(err)
	}
	return reply, nil
}

func (s *Store) away(err error) error {
	return fault.Wrap(err, fault.Unavailable, "%s does not answer", s.name)
}
