// Package journal writes structured logs: one JSON object a line.
package journal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// A Level says how much an entry matters.
type Level int

// The levels, from the least to the most important.
const (
	Debug Level = iota
	Info
	Warn
	Error
)

var levelNames = [...]string{"debug", "info", "warn", "error"}

// ParseLevel returns the level of a name.
func ParseLevel(name string) (Level, error) {
	for level, known := range levelNames {
		if strings.EqualFold(name, known) {
			return Level(level), nil
		}
	}
	return Info, fmt.Errorf("%q is none of %s", name, strings.Join(levelNames[:], ", "))
}

// A Logger writes entries. Its methods may be called from several goroutines.
type Logger struct {
	mutex *sync.Mutex
	out   io.Writer
	level Level
	now   func() time.Time
	// pairs are what every entry of this logger has, encoded.
	pairs []byte
}

// New returns a logger that leaves out what matters less than the level.
func New(out io.Writer, level Level) *Logger {
	return &Logger{mutex: new(sync.Mutex), out: out, level: level, now: time.Now}
}

// Discard returns a logger that writes nothing.
func Discard() *Logger {
	return New(io.Discard, Error+1)
}

// With returns a logger whose entries also have these pairs of key and value.
func (l *Logger) With(pairs ...any) *Logger {
	child := *l
	child.pairs = appendPairs(append([]byte(nil), l.pairs...), pairs)
	return &child
}

// Debug writes an entry for those who look for a defect.
func (l *Logger) Debug(message string, pairs ...any) { l.Log(Debug, message, pairs...) }

// Info writes an entry about the ordinary course of things.
func (l *Logger) Info(message string, pairs ...any) { l.Log(Info, message, pairs...) }

// Warn writes an entry about what was handled and should not have happened.
func (l *Logger) Warn(message string, pairs ...any) { l.Log(Warn, message, pairs...) }

// Error writes an entry about what somebody has to look at.
func (l *Logger) Error(message string, pairs ...any) { l.Log(Error, message, pairs...) }

// Log writes an entry of a level, with pairs of key and value.
func (l *Logger) Log(level Level, message string, pairs ...any) {
	if level < l.level {
		return
	}
	var line []byte
	line = append(line, `{"time":"`...)
	line = l.now().UTC().AppendFormat(line, "2006-01-02T15:04:05.000Z07:00")
	line = append(line, `","level":"`+levelNames[level]+`","message":`...)
	line = appendValue(line, message)
	line = append(line, l.pairs...)
	line = appendPairs(line, pairs)
	line = append(line, "}\n"...)

	l.mutex.Lock()
	defer l.mutex.Unlock()
	// There is nobody left to tell when the log cannot be written.
	_, _ = l.out.Write(line)
}

func appendPairs(line []byte, pairs []any) []byte {
	for i := 0; i+1 < len(pairs); i += 2 {
		line = append(line, ',')
		line = appendValue(line, fmt.Sprint(pairs[i]))
		line = append(line, ':')
		line = appendValue(line, pairs[i+1])
	}
	return line
}

func appendValue(line []byte, value any) []byte {
	switch known := value.(type) {
	case error:
		value = known.Error()
	case time.Duration:
		value = known.Seconds()
	case fmt.Stringer:
		value = known.String()
	}
	var encoded bytes.Buffer
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return appendValue(line, fmt.Sprint(value))
	}
	return append(line, bytes.TrimSuffix(encoded.Bytes(), []byte("\n"))...)
}
