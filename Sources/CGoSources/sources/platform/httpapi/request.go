package httpapi

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"example.com/service/internal/platform/fault"
	"example.com/service/internal/platform/value"
)

// A Request is an HTTP request whose fields are read one by one. What is wrong with them is gathered, so that a caller
// learns all of it at once from Err.
type Request struct {
	http   *http.Request
	names  []string
	values []string

	query    url.Values
	body     map[string]json.RawMessage
	problems []string
}

// Err returns what was wrong with the fields that were read.
func (r *Request) Err() error {
	if len(r.problems) == 0 {
		return nil
	}
	return fault.New(fault.Invalid, "%s", strings.Join(r.problems, "; "))
}

// Path reads a parameter of the path into what target points at.
func (r *Request) Path(name string, target any) {
	for i, known := range r.names {
		if known == name && i < len(r.values) {
			r.parse("path", name, r.values[i], target)
			return
		}
	}
	r.problem("path", name, "is missing")
}

// Query reads a parameter of the query into what target points at.
func (r *Request) Query(name string, target any) {
	if text, found := r.queryText(name); found {
		r.parse("query", name, text, target)
	} else {
		r.problem("query", name, "is missing")
	}
}

// OptionalQuery reads a parameter of the query where it is given, and leaves nil otherwise.
func OptionalQuery[Value any](r *Request, name string, target **Value) {
	if text, found := r.queryText(name); found {
		*target = new(Value)
		r.parse("query", name, text, *target)
	}
}

// OptionalPath reads a parameter of the path into a new value.
func OptionalPath[Value any](r *Request, name string, target **Value) {
	*target = new(Value)
	r.Path(name, *target)
}

func (r *Request) queryText(name string) (string, bool) {
	if r.query == nil {
		query, err := url.ParseQuery(r.http.URL.RawQuery)
		if err != nil {
			r.problems = append(r.problems, "the query cannot be read")
		}
		r.query = query
	}
	if !r.query.Has(name) {
		return "", false
	}
	return r.query.Get(name), true
}

// Body reads a field of the body, a JSON object, into what target points at.
func (r *Request) Body(name string, target any) {
	field, found := r.fields()[name]
	switch {
	case !found:
		r.problem("body", name, "is missing")
	case bytes.Equal(field, []byte("null")):
		r.problem("body", name, "must not be null")
	default:
		r.decode(name, field, target)
	}
}

// OptionalBody reads a field of the body where it is given. Target points at a pointer, which stays nil otherwise.
func (r *Request) OptionalBody(name string, target any) {
	if field, found := r.fields()[name]; found {
		r.decode(name, field, target)
	}
}

func (r *Request) decode(name string, field json.RawMessage, target any) {
	err := json.Unmarshal(field, target)
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &mismatch):
		r.problem("body", name, "must not be a "+mismatch.Value)
	case err != nil:
		r.problem("body", name, "cannot be read: "+err.Error())
	}
}

// fields returns the fields of the body. An empty body is an object without fields.
func (r *Request) fields() map[string]json.RawMessage {
	if r.body != nil {
		return r.body
	}
	r.body = make(map[string]json.RawMessage)
	content, err := io.ReadAll(r.http.Body)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		r.problems = append(r.problems, fmt.Sprintf("the body has more than %d bytes", tooLarge.Limit))
	case err != nil:
		r.problems = append(r.problems, "the body cannot be read")
	case len(bytes.TrimSpace(content)) > 0:
		if err := json.Unmarshal(content, &r.body); err != nil || r.body == nil {
			r.body = make(map[string]json.RawMessage)
			r.problems = append(r.problems, "the body is not a JSON object")
		}
	}
	return r.body
}

// parse reads the text of a parameter. Targets are pointers to the types of fields.
func (r *Request) parse(place, name, text string, target any) {
	var err error
	switch target := target.(type) {
	case *string:
		*target = text
	case *bool:
		*target, err = strconv.ParseBool(text)
	case *int32:
		var number int64
		number, err = strconv.ParseInt(text, 10, 32)
		*target = int32(number)
	case *int64:
		*target, err = strconv.ParseInt(text, 10, 64)
	case *float64:
		*target, err = strconv.ParseFloat(text, 64)
	case *time.Time:
		*target, err = time.Parse(time.RFC3339, text)
	case *value.Decimal:
		*target, err = value.ParseDecimal(text)
	case *value.UUID:
		*target, err = value.ParseUUID(text)
	case *[]byte:
		*target, err = base64.StdEncoding.DecodeString(text)
	default:
		err = json.Unmarshal([]byte(text), target)
	}
	if err != nil {
		r.problem(place, name, fmt.Sprintf("cannot be %q", text))
	}
}

func (r *Request) problem(place, name, what string) {
	r.problems = append(r.problems, name+" ("+place+") "+what)
}
