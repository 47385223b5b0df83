// Package value has the types of fields that Go has no type for.
package value

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Of returns a pointer to a copy of a value: what a column that may be NULL holds.
func Of[T any](value T) *T {
	return &value
}

// OrZero returns what a pointer points at, or the zero value of its type where it is nil.
func OrZero[T any](pointer *T) T {
	if pointer == nil {
		var zero T
		return zero
	}
	return *pointer
}

// A Decimal is a number of any precision in decimal notation, such as "19.90". It is text in JSON, because numbers
// there lose digits in many a client.
type Decimal string

// ParseDecimal returns the decimal that a text holds.
func ParseDecimal(text string) (Decimal, error) {
	digits, points := 0, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == '.' && points == 0 && digits > 0:
			points++
		case (c == '-' || c == '+') && i == 0:
		default:
			return "", fmt.Errorf("%q is not a decimal number", text)
		}
	}
	if digits == 0 || strings.HasSuffix(text, ".") {
		return "", fmt.Errorf("%q is not a decimal number", text)
	}
	return Decimal(text), nil
}

// UnmarshalJSON reads the text of a decimal, or a number.
func (d *Decimal) UnmarshalJSON(data []byte) error {
	text := string(data)
	if len(data) > 0 && data[0] == '"' {
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
	}
	parsed, err := ParseDecimal(text)
	if err == nil {
		*d = parsed
	}
	return err
}

// A UUID is a universally unique identifier in its canonical form, in lower case.
type UUID string

// ParseUUID returns the identifier that a text holds.
func ParseUUID(text string) (UUID, error) {
	if len(text) != 36 {
		return "", fmt.Errorf("%q is not a UUID", text)
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		isHyphen := i == 8 || i == 13 || i == 18 || i == 23
		if isHyphen != (c == '-') || !isHyphen && !strings.ContainsRune("0123456789abcdefABCDEF", rune(c)) {
			return "", fmt.Errorf("%q is not a UUID", text)
		}
	}
	return UUID(strings.ToLower(text)), nil
}

// UnmarshalJSON reads an identifier.
func (u *UUID) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	parsed, err := ParseUUID(text)
	if err == nil {
		*u = parsed
	}
	return err
}
