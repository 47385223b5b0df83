// Package fault says how calls fail, in terms that every transport can translate.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// A Kind is what a caller has to know of a failure to react to it.
type Kind int

// The kinds of failures. The zero value is Internal, so that an error nobody has thought of never looks like the
// caller's mistake.
const (
	Internal        Kind = iota // a defect or a surprise: the details are for the log only
	Invalid                     // the request cannot be understood, or breaks a rule
	NotFound                    // what was asked for is not there
	Conflict                    // the request contradicts what is stored
	Unauthenticated             // the caller has not shown who it is
	Exhausted                   // the caller has asked too often
	Unavailable                 // something that is needed does not answer at present
)

var kindNames = map[Kind]string{
	Internal:        "internal",
	Invalid:         "invalid",
	NotFound:        "not_found",
	Conflict:        "conflict",
	Unauthenticated: "unauthenticated",
	Exhausted:       "exhausted",
	Unavailable:     "unavailable",
}

// String returns the name of the kind, as metrics have it.
func (k Kind) String() string {
	return kindNames[k]
}

// An Error is a failure of a known kind. Message is for the caller, the cause for the log.
type Error struct {
	Kind    Kind
	Message string
	// RetryAfter is when it is worth to try again, where that is known.
	RetryAfter time.Duration

	cause error
}

// New returns an error with a message for the caller.
func New(kind Kind, format string, arguments ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, arguments...)}
}

// Wrap returns an error that the given one has caused.
func Wrap(cause error, kind Kind, format string, arguments ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, arguments...), cause: cause}
}

// Error returns the message and the cause.
func (e *Error) Error() string {
	if e.cause == nil {
		return e.Message
	}
	return e.Message + ": " + e.cause.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error {
	return e.cause
}

// Of returns the failure that err is or was caused by; anything unknown is of the kind Internal.
func Of(err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	return Wrap(err, Internal, "internal error")
}

// Is reports whether err is a failure of the kind.
func Is(err error, kind Kind) bool {
	return err != nil && Of(err).Kind == kind
}
