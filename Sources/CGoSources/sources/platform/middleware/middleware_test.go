package middleware

import (
	"context"
	"errors"
	"reflect"
	"testing"
)

// recorder is a middleware that writes down when it is called.
type recorder struct {
	name   string
	err    error
	events *[]string
}

func (r recorder) Before(_ context.Context, call Call) error {
	*r.events = append(*r.events, r.name+" before "+call.Component+"."+call.Method)
	return r.err
}

func (r recorder) After(_ context.Context, _ Call, err error) {
	result := "success"
	if err != nil {
		result = err.Error()
	}
	*r.events = append(*r.events, r.name+" after "+result)
}

func TestMiddlewaresStandAroundACall(t *testing.T) {
	refused := errors.New("refused")
	for _, c := range []struct {
		first, source error
		want          []string
	}{
		{nil, nil, []string{"a before Flow.Get", "b before Flow.Get", "source", "c after success"}},
		{nil, refused, []string{"a before Flow.Get", "b before Flow.Get", "source", "c after refused"}},
		{refused, nil, []string{"a before Flow.Get", "c after refused"}},
	} {
		var events []string
		err := Run(context.Background(), "Flow", "Get",
			[]Request{recorder{"a", c.first, &events}, recorder{"b", nil, &events}},
			[]Response{recorder{"c", nil, &events}},
			func(context.Context) error {
				events = append(events, "source")
				return c.source
			})
		if !reflect.DeepEqual(events, c.want) {
			t.Errorf("got %q", events)
		}
		if want := c.first != nil || c.source != nil; want != (err != nil) {
			t.Errorf("the result is %v", err)
		}
	}
}
