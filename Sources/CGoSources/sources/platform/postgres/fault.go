package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"

	"github.com/lib/pq"

	"example.com/service/internal/platform/fault"
)

// fault says what an error of the database means for a caller. Messages hold what the caller has sent, never what only
// the database knows.
func (d *Database) fault(err error) error {
	var refused *pq.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused):
		return d.refusal(refused)
	case isAway(err):
		return fault.Wrap(err, fault.Unavailable, "%s does not answer", d.name)
	default:
		return fault.Wrap(err, fault.Internal, "internal error")
	}
}

// refusal goes by https://www.postgresql.org/docs/current/errcodes-appendix.html.
func (d *Database) refusal(refused *pq.Error) error {
	switch refused.Code {
	case "23505":
		return fault.Wrap(refused, fault.Conflict, "such a row exists: %s", refused.Detail)
	case "23503":
		return fault.Wrap(refused, fault.Conflict, "another row refers to it, or it refers to none: %s", refused.Detail)
	case "23502":
		return fault.Wrap(refused, fault.Invalid, "%s must not be null", refused.Column)
	}
	switch refused.Code.Class() {
	case "22", "23":
		return fault.Wrap(refused, fault.Invalid, "a value is refused: %s", refused.Message)
	case "08", "28", "3D", "40", "53", "55", "57", "58":
		return fault.Wrap(refused, fault.Unavailable, "%s does not answer", d.name)
	default:
		return fault.Wrap(refused, fault.Internal, "internal error")
	}
}

func isAway(err error) bool {
	for _, known := range []error{
		driver.ErrBadConn, sql.ErrConnDone, io.EOF, io.ErrUnexpectedEOF, context.DeadlineExceeded, context.Canceled,
		pq.ErrSSLNotSupported,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	var network net.Error
	return errors.As(err, &network)
}
