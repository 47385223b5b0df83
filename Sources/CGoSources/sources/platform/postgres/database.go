// Package postgres has pools of connections to PostgreSQL, and turns what goes wrong into faults.
package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"time"

	"github.com/lib/pq"
)

// A Database is a pool of connections. Its methods may be called from several goroutines.
type Database struct {
	name string
	pool *sql.DB
}

// Open returns a pool for the database at a postgres:// URL. No connection is made before one is needed, so a service
// starts, and says that it is not ready, while its database is away.
func Open(name, address string, maxConnections int) (*Database, error) {
	parsed, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("the URL of %s cannot be read", name)
	}
	query := parsed.Query()
	// The same moment is the same text everywhere.
	query.Set("timezone", "UTC")
	if !query.Has("connect_timeout") {
		query.Set("connect_timeout", "5")
	}
	parsed.RawQuery = query.Encode()
	connector, err := pq.NewConnector(parsed.String())
	if err != nil {
		return nil, fmt.Errorf("the URL of %s: %w", name, err)
	}
	pool := sql.OpenDB(connector)
	pool.SetMaxOpenConns(maxConnections)
	pool.SetMaxIdleConns(maxConnections)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	return New(name, pool), nil
}

// New returns a database that uses a pool.
func New(name string, pool *sql.DB) *Database {
	return &Database{name: name, pool: pool}
}

// Ping reports whether the database answers.
func (d *Database) Ping(ctx context.Context) error {
	return d.fault(d.pool.PingContext(ctx))
}

// Close closes all connections.
func (d *Database) Close() error {
	return d.pool.Close()
}
