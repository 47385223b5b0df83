package postgres_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/lib/pq"

	"example.com/service/internal/platform/fault"
	"example.com/service/internal/platform/postgres"
	"example.com/service/internal/platform/postgres/postgrestest"
)

type pair struct {
	A int64
	B *string
}

func (p *pair) fields() []any { return []any{&p.A, &p.B} }

func TestRowsAreReadInTheOrderOfTheirColumns(t *testing.T) {
	answer := postgrestest.Answer{Columns: []string{"a", "b"}, Rows: [][]driver.Value{{int64(1), "x"}, {int64(2), nil}}}
	database, pool := postgrestest.New(t, answer, answer, postgrestest.Answer{Columns: []string{"a", "b"}})
	ctx, query := context.Background(), pool.Query("SELECT a, b FROM pairs WHERE a < $1")

	var one pair
	if err := query.One(ctx, one.fields(), 9); err != nil || one.A != 1 || *one.B != "x" {
		t.Errorf("got %v, %v", one, err)
	}
	all, err := postgres.Many(ctx, query, (*pair).fields, 9)
	if err != nil || len(all) != 2 || all[1].A != 2 || all[1].B != nil {
		t.Errorf("got %v, %v", all, err)
	}
	none, err := postgres.Many(ctx, query, (*pair).fields, 9)
	if err != nil || none == nil || len(none) != 0 {
		t.Errorf("no rows are %#v, %v", none, err)
	}
	for _, call := range database.Calls() {
		if call.Arguments[0] != int64(9) {
			t.Errorf("asked %v", call)
		}
	}
}

func TestColumnsOfARawQueryAreFoundByName(t *testing.T) {
	answer := postgrestest.Answer{
		Columns: []string{"other", "b", "a"}, Rows: [][]driver.Value{{true, "x", int64(1)}}}
	_, pool := postgrestest.New(t, answer, answer)
	ctx, query, names := context.Background(), pool.RawQuery("SELECT * FROM pairs"), []string{"a", "b"}
	var one pair
	if err := query.OneNamed(ctx, names, one.fields()); err != nil || one.A != 1 || *one.B != "x" {
		t.Errorf("got %v, %v", one, err)
	}
	all, err := postgres.ManyNamed(ctx, query, names, (*pair).fields)
	if err != nil || len(all) != 1 || all[0].A != 1 {
		t.Errorf("got %v, %v", all, err)
	}
}

func TestChangesAreCounted(t *testing.T) {
	_, pool := postgrestest.New(t, postgrestest.Answer{Affected: 3}, postgrestest.Answer{Affected: 4})
	if count, err := pool.Query("DELETE FROM pairs").Exec(context.Background()); err != nil || count != 3 {
		t.Errorf("got %d, %v", count, err)
	}
	if count, err := pool.RawQuery("DELETE FROM pairs").Exec(context.Background()); err != nil || count != 4 {
		t.Errorf("got %d, %v", count, err)
	}
}

func TestNoRowIsNotFound(t *testing.T) {
	_, pool := postgrestest.New(t, postgrestest.Answer{Columns: []string{"a"}})
	var number int64
	if err := pool.Query("SELECT a").One(context.Background(), []any{&number}); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
	}
}

func TestErrorsOfTheDatabaseAreFaults(t *testing.T) {
	for _, c := range []struct {
		err     error
		kind    fault.Kind
		message string
	}{
		{&pq.Error{Code: "23505", Detail: "Key (name)=(x) already exists."}, fault.Conflict, "Key (name)=(x)"},
		{&pq.Error{Code: "23503"}, fault.Conflict, "refers"},
		{&pq.Error{Code: "23502", Column: "name"}, fault.Invalid, "name must not be null"},
		{&pq.Error{Code: "22003", Message: "integer out of range"}, fault.Invalid, "integer out of range"},
		{&pq.Error{Code: "57P03"}, fault.Unavailable, "database does not answer"},
		{&pq.Error{Code: "53300"}, fault.Unavailable, "database does not answer"},
		{&pq.Error{Code: "42P01", Message: "relation \"secret\" does not exist"}, fault.Internal, "internal error"},
		{io.ErrUnexpectedEOF, fault.Unavailable, "database does not answer"},
		{&net.OpError{Op: "dial", Err: errors.New("connection refused")}, fault.Unavailable, "does not answer"},
		{context.DeadlineExceeded, fault.Unavailable, "does not answer"},
		{errors.New("surprise"), fault.Internal, "internal error"},
	} {
		_, pool := postgrestest.New(t, postgrestest.Answer{Err: c.err})
		_, err := pool.Query("SELECT 1").Exec(context.Background())
		if got := fault.Of(err); got.Kind != c.kind || !strings.Contains(got.Message, c.message) {
			t.Errorf("%v: kind %v, %q", c.err, got.Kind, got.Message)
		}
	}
}

func TestTheAddressIsCheckedWhenThePoolIsMade(t *testing.T) {
	if pool, err := postgres.Open("shopdb", "postgres://shop:secret@127.0.0.1:1/shop?sslmode=disable", 4); err != nil {
		t.Error(err)
	} else if err := pool.Ping(context.Background()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a database that is away: %v", err)
	}
	_, err := postgres.Open("shopdb", "postgres://shop:secret@127.0.0.1:port/shop", 4)
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
}
