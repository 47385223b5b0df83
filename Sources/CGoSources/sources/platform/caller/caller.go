// Package caller carries what is known of the caller of a request through the components.
package caller

import "context"

// Caller is what a transport knows of the one who makes a request.
type Caller struct {
	// Address is the host that the request has come from, without the port.
	Address string
	// Authorization is the value of the header of that name.
	Authorization string
	// RequestID names the request in logs; it is made up where the caller has given none.
	RequestID string
}

type key struct{}

// With returns a context that knows the caller.
func With(ctx context.Context, caller Caller) context.Context {
	return context.WithValue(ctx, key{}, caller)
}

// From returns the caller that the context knows, or the zero value.
func From(ctx context.Context) Caller {
	caller, _ := ctx.Value(key{}).(Caller)
	return caller
}
