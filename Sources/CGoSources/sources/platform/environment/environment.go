// Package environment reads the configuration of a program from environment variables.
package environment

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"example.com/service/internal/platform/journal"
)

// A Reader reads variables and remembers everything that is wrong with them, so that all of it is told at once.
type Reader struct {
	lookup   func(name string) (string, bool)
	problems []string
}

// NewReader returns a reader of the variables of this process.
func NewReader() *Reader {
	return &Reader{lookup: os.LookupEnv}
}

// NewReaderOf returns a reader of the given variables.
func NewReaderOf(variables map[string]string) *Reader {
	return &Reader{lookup: func(name string) (string, bool) {
		value, found := variables[name]
		return value, found
	}}
}

// Err returns what is wrong with the variables that were read.
func (r *Reader) Err() error {
	if len(r.problems) == 0 {
		return nil
	}
	return errors.New(strings.Join(r.problems, "; "))
}

func (r *Reader) problem(format string, arguments ...any) {
	r.problems = append(r.problems, fmt.Sprintf(format, arguments...))
}

// String returns a variable that may be missing.
func (r *Reader) String(name, otherwise string) string {
	if value, found := r.lookup(name); found && value != "" {
		return value
	}
	return otherwise
}

// Required returns a variable that must be there; what says for what it is needed.
func (r *Reader) Required(name, what string) string {
	value := r.String(name, "")
	if value == "" {
		r.problem("%s is not set: %s", name, what)
	}
	return value
}

// URL returns a variable that must hold an absolute URL of one of the schemes. The value may have a password, so it is
// never part of an error.
func (r *Reader) URL(name, what string, schemes ...string) string {
	value := r.Required(name, what)
	if value == "" {
		return ""
	}
	parsed, err := url.Parse(value)
	if err == nil {
		for _, scheme := range schemes {
			if parsed.Scheme == scheme {
				return value
			}
		}
	}
	r.problem("%s must begin with %s://", name, strings.Join(schemes, ":// or "))
	return ""
}

// Duration returns a variable such as 10s or 1m30s; it must be more than nothing.
func (r *Reader) Duration(name string, otherwise time.Duration) time.Duration {
	text := r.String(name, "")
	if text == "" {
		return otherwise
	}
	value, err := time.ParseDuration(text)
	if err != nil || value <= 0 {
		r.problem("%s must be a duration such as 10s, not %q", name, text)
	}
	return value
}

// Int returns a variable that is a number from 1 on.
func (r *Reader) Int(name string, otherwise int) int {
	text := r.String(name, "")
	if text == "" {
		return otherwise
	}
	value, err := strconv.Atoi(text)
	if err != nil || value < 1 {
		r.problem("%s must be a number from 1 on, not %q", name, text)
	}
	return value
}

// Level returns a variable that is the name of a level of the log.
func (r *Reader) Level(name string, otherwise journal.Level) journal.Level {
	text := r.String(name, "")
	if text == "" {
		return otherwise
	}
	level, err := journal.ParseLevel(text)
	if err != nil {
		r.problem("%s: %s", name, err)
	}
	return level
}
