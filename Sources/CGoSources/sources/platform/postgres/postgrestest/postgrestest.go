// Package postgrestest has a database for tests: it gives the answers that a test has laid ready, and remembers what it
// was asked.
package postgrestest

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"sync"
	"testing"

	"example.com/service/internal/platform/postgres"
)

// An Answer is what the database says to a query.
type Answer struct {
	Columns  []string
	Rows     [][]driver.Value
	Affected int64
	Err      error
}

// A Call is a query that the database was asked.
type Call struct {
	Query     string
	Arguments []driver.Value
}

// A Database answers in the order of its answers.
type Database struct {
	mutex   sync.Mutex
	answers []Answer
	calls   []Call
}

// New returns a database with these answers, and the pool of connections to it.
func New(t testing.TB, answers ...Answer) (*Database, *postgres.Database) {
	database := &Database{answers: answers}
	pool := postgres.New("database", sql.OpenDB(connector{database}))
	t.Cleanup(func() { _ = pool.Close() })
	return database, pool
}

// Calls returns what the database was asked so far.
func (d *Database) Calls() []Call {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return append([]Call(nil), d.calls...)
}

func (d *Database) answer(query string, arguments []driver.NamedValue) (Answer, error) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	call := Call{Query: query}
	for _, argument := range arguments {
		call.Arguments = append(call.Arguments, argument.Value)
	}
	d.calls = append(d.calls, call)
	if len(d.answers) == 0 {
		return Answer{}, errors.New("postgrestest: no answer is left for " + query)
	}
	next := d.answers[0]
	d.answers = d.answers[1:]
	return next, next.Err
}

type connector struct{ database *Database }

func (c connector) Connect(context.Context) (driver.Conn, error) { return connection(c), nil }
func (c connector) Driver() driver.Driver                        { return nil }

type connection struct{ database *Database }

func (c connection) Prepare(query string) (driver.Stmt, error) {
	return statement{c.database, query}, nil
}
func (c connection) Close() error { return nil }
func (c connection) Begin() (driver.Tx, error) {
	return nil, errors.New("postgrestest: no transactions")
}

type statement struct {
	database *Database
	query    string
}

func (s statement) Close() error  { return nil }
func (s statement) NumInput() int { return -1 }

func (s statement) Exec([]driver.Value) (driver.Result, error) { return nil, driver.ErrSkip }
func (s statement) Query([]driver.Value) (driver.Rows, error)  { return nil, driver.ErrSkip }

func (s statement) ExecContext(_ context.Context, arguments []driver.NamedValue) (driver.Result, error) {
	answer, err := s.database.answer(s.query, arguments)
	return driver.RowsAffected(answer.Affected), err
}

func (s statement) QueryContext(_ context.Context, arguments []driver.NamedValue) (driver.Rows, error) {
	answer, err := s.database.answer(s.query, arguments)
	return &rows{answer}, err
}

type rows struct{ Answer }

func (r *rows) Columns() []string { return r.Answer.Columns }
func (r *rows) Close() error      { return nil }

func (r *rows) Next(values []driver.Value) error {
	if len(r.Rows) == 0 {
		return io.EOF
	}
	copy(values, r.Rows[0])
	r.Rows = r.Rows[1:]
	return nil
}
