package grpcapi

import (
	"encoding/json"
	"fmt"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"example.com/service/internal/platform/fault"
	"example.com/service/internal/platform/value"
)

// A Reader makes values of what messages hold as text, and keeps the first that is none.
type Reader struct {
	err error
}

// Err returns what is wrong with the message, or nil.
func (r *Reader) Err() error {
	return r.err
}

// Missing notes that a field has no value.
func (r *Reader) Missing(name string) {
	r.note(name, fmt.Errorf("it is missing"))
}

func (r *Reader) note(name string, err error) {
	if r.err == nil {
		r.err = fault.New(fault.Invalid, "%s: %v", name, err)
	}
}

// Decimal returns the decimal number of a field.
func (r *Reader) Decimal(name, text string) value.Decimal {
	parsed, err := value.ParseDecimal(text)
	if err != nil {
		r.note(name, err)
	}
	return parsed
}

// OptionalDecimal returns the decimal number of a field that may be absent.
func (r *Reader) OptionalDecimal(name string, text *string) *value.Decimal {
	return optional(name, text, r.Decimal)
}

// UUID returns the UUID of a field.
func (r *Reader) UUID(name, text string) value.UUID {
	parsed, err := value.ParseUUID(text)
	if err != nil {
		r.note(name, err)
	}
	return parsed
}

// OptionalUUID returns the UUID of a field that may be absent.
func (r *Reader) OptionalUUID(name string, text *string) *value.UUID {
	return optional(name, text, r.UUID)
}

// JSON returns the JSON of a field.
func (r *Reader) JSON(name, text string) json.RawMessage {
	if !json.Valid([]byte(text)) {
		r.note(name, fmt.Errorf("%.100q is not JSON", text))
		return nil
	}
	return json.RawMessage(text)
}

// OptionalJSON returns the JSON of a field that may be absent.
func (r *Reader) OptionalJSON(name string, text *string) *json.RawMessage {
	return optional(name, text, r.JSON)
}

// Time returns the time of a field.
func (r *Reader) Time(name string, stamp *timestamppb.Timestamp) time.Time {
	if stamp == nil {
		r.Missing(name)
		return time.Time{}
	}
	if err := stamp.CheckValid(); err != nil {
		r.note(name, err)
	}
	return stamp.AsTime()
}

// OptionalTime returns the time of a field that may be absent.
func (r *Reader) OptionalTime(name string, stamp *timestamppb.Timestamp) *time.Time {
	if stamp == nil {
		return nil
	}
	return value.Of(r.Time(name, stamp))
}

func optional[T any](name string, text *string, read func(name, text string) T) *T {
	if text == nil {
		return nil
	}
	return value.Of(read(name, *text))
}

// OptionalBytes returns the bytes of a field that may be absent.
func OptionalBytes(bytes []byte) *[]byte {
	if bytes == nil {
		return nil
	}
	return &bytes
}

// OptionalText returns the text of a decimal number or UUID that may be NULL.
func OptionalText[T ~string](text *T) *string {
	if text == nil {
		return nil
	}
	return value.Of(string(*text))
}

// OptionalJSON returns the text of JSON that may be NULL.
func OptionalJSON(text *json.RawMessage) *string {
	if text == nil {
		return nil
	}
	return value.Of(string(*text))
}

// OptionalTimestamp returns the message of a time that may be NULL.
func OptionalTimestamp(moment *time.Time) *timestamppb.Timestamp {
	if moment == nil {
		return nil
	}
	return timestamppb.New(*moment)
}

// Texts returns the texts of values that are text in messages.
func Texts[T ~string | ~[]byte](items []T) []string {
	return List(items, func(item T) string { return string(item) })
}

// List returns a list of what convert makes of each item.
func List[From, To any](items []From, convert func(From) To) []To {
	list := make([]To, len(items))
	for i, item := range items {
		list[i] = convert(item)
	}
	return list
}
