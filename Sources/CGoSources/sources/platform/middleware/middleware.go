// Package middleware puts what many calls have in common around them.
package middleware

import (
	"context"
	"time"
)

// A Call is the call of a method that middlewares stand around.
type Call struct {
	Component string
	Method    string
	Began     time.Time
}

// A Request is asked before a call. An error ends the call, and becomes its result.
type Request interface {
	Before(ctx context.Context, call Call) error
}

// A Response is told of a call that has ended, with its error where it has failed.
type Response interface {
	After(ctx context.Context, call Call, err error)
}

// Both is a middleware that stands on either side of a call.
type Both interface {
	Request
	Response
}

// Run calls source after the request middlewares, in their order, have let it pass, and tells the response middlewares how it
// has ended, also where it was not let pass.
func Run(
	ctx context.Context, component, method string, requests []Request, responses []Response,
	source func(ctx context.Context) error,
) error {
	call := Call{Component: component, Method: method, Began: time.Now()}
	err := before(ctx, call, requests)
	if err == nil {
		err = source(ctx)
	}
	for _, response := range responses {
		response.After(ctx, call, err)
	}
	return err
}

func before(ctx context.Context, call Call, requests []Request) error {
	for _, request := range requests {
		if err := request.Before(ctx, call); err != nil {
			return err
		}
	}
	return nil
}
