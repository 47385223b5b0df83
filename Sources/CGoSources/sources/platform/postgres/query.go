package postgres

import (
	"context"
	"database/sql"
	"sync"

	"example.com/service/internal/platform/fault"
)

// A Query is something to ask a database, with $1, $2 and so on for its arguments.
type Query struct {
	database *Database
	text     string
	isRaw    bool

	mutex    sync.Mutex
	prepared *sql.Stmt
}

// Query returns a query that is prepared when it is asked for the first time, and from then on costs one round trip.
func (d *Database) Query(text string) *Query {
	return &Query{database: d, text: text}
}

// RawQuery returns a query that is never prepared, because what it returns may change with the schema.
func (d *Database) RawQuery(text string) *Query {
	return &Query{database: d, text: text, isRaw: true}
}

func (q *Query) statement(ctx context.Context) (*sql.Stmt, error) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	if q.prepared != nil {
		return q.prepared, nil
	}
	prepared, err := q.database.pool.PrepareContext(ctx, q.text)
	if err == nil {
		q.prepared = prepared
	}
	return prepared, err
}

func (q *Query) ask(ctx context.Context, arguments []any) (*sql.Rows, error) {
	if q.isRaw {
		return q.database.pool.QueryContext(ctx, q.text, arguments...)
	}
	statement, err := q.statement(ctx)
	if err != nil {
		return nil, err
	}
	return statement.QueryContext(ctx, arguments...)
}

// Exec runs the query and returns how many rows it has changed.
func (q *Query) Exec(ctx context.Context, arguments ...any) (int64, error) {
	var result sql.Result
	var err error
	if q.isRaw {
		result, err = q.database.pool.ExecContext(ctx, q.text, arguments...)
	} else {
		var statement *sql.Stmt
		if statement, err = q.statement(ctx); err == nil {
			result, err = statement.ExecContext(ctx, arguments...)
		}
	}
	if err != nil {
		return 0, q.database.fault(err)
	}
	count, err := result.RowsAffected()
	return count, q.database.fault(err)
}

// One reads the first row of the answer into the fields, in the order of the columns. No row is a fault of the kind
// NotFound.
func (q *Query) One(ctx context.Context, fields []any, arguments ...any) error {
	return q.first(ctx, func([]string) []any { return fields }, arguments)
}

// OneNamed is as One, for an answer whose columns are only known when it comes: each is read into the field of its name,
// and those of other names are passed over.
func (q *Query) OneNamed(ctx context.Context, names []string, fields []any, arguments ...any) error {
	return q.first(ctx, func(columns []string) []any { return pick(columns, names, fields) }, arguments)
}

func (q *Query) first(ctx context.Context, fields func(columns []string) []any, arguments []any) error {
	found := false
	err := q.each(ctx, arguments, func(columns []string, rows *sql.Rows) (bool, error) {
		found = true
		return false, rows.Scan(fields(columns)...)
	})
	if err == nil && !found {
		return fault.New(fault.NotFound, "there is no such row")
	}
	return err
}

// Many returns all rows of the answer, each read into the fields of a new value.
func Many[Row any](ctx context.Context, q *Query, fields func(*Row) []any, arguments ...any) ([]Row, error) {
	return collect(ctx, q, func(_ []string, row *Row) []any { return fields(row) }, arguments)
}

// ManyNamed is as Many, for an answer whose columns are only known when it comes.
func ManyNamed[Row any](
	ctx context.Context, q *Query, names []string, fields func(*Row) []any, arguments ...any,
) ([]Row, error) {
	return collect(ctx, q, func(columns []string, row *Row) []any { return pick(columns, names, fields(row)) }, arguments)
}

func collect[Row any](
	ctx context.Context, q *Query, fields func(columns []string, row *Row) []any, arguments []any,
) ([]Row, error) {
	// Not nil, because no rows are an empty list.
	all := []Row{}
	err := q.each(ctx, arguments, func(columns []string, rows *sql.Rows) (bool, error) {
		var row Row
		err := rows.Scan(fields(columns, &row)...)
		all = append(all, row)
		return true, err
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// each calls a function for every row, until it returns false.
func (q *Query) each(ctx context.Context, arguments []any, visit func([]string, *sql.Rows) (bool, error)) error {
	rows, err := q.ask(ctx, arguments)
	if err != nil {
		return q.database.fault(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	for more := true; err == nil && more && rows.Next(); {
		more, err = visit(columns, rows)
	}
	if err == nil {
		err = rows.Err()
	}
	return q.database.fault(err)
}

// pick returns the fields in the order of the columns. What has no field is read and forgotten.
func pick(columns, names []string, fields []any) []any {
	picked := make([]any, len(columns))
	for i, column := range columns {
		picked[i] = new(any)
		for j, name := range names {
			if name == column {
				picked[i] = fields[j]
			}
		}
	}
	return picked
}

// Values returns the first column of all rows of the answer.
func Values[Value any](ctx context.Context, q *Query, arguments ...any) ([]Value, error) {
	return collect(ctx, q, func(_ []string, value *Value) []any { return []any{value} }, arguments)
}
