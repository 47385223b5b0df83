// Package auth is the component Auth: it refuses callers without a valid bearer token.
package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"strings"

	"example.com/service/internal/platform/caller"
	"example.com/service/internal/platform/fault"
	"example.com/service/internal/platform/middleware"
)

// Middleware refuses callers whose token is none of those that it knows.
type Middleware struct {
	// digests of the tokens, so that comparing takes the same time for all.
	digests [][sha256.Size]byte
}

// New returns the component with the tokens of callers, separated by commas.
func New(tokens string) *Middleware {
	c := new(Middleware)
	for _, token := range strings.Split(tokens, ",") {
		if token = strings.TrimSpace(token); token != "" {
			c.digests = append(c.digests, sha256.Sum256([]byte(token)))
		}
	}
	return c
}

// Before refuses a call without a valid token.
func (c *Middleware) Before(ctx context.Context, _ middleware.Call) error {
	scheme, token, _ := strings.Cut(caller.From(ctx).Authorization, " ")
	if !strings.EqualFold(scheme, "bearer") || token == "" {
		return fault.New(fault.Unauthenticated, "a bearer token is needed")
	}
	digest, known := sha256.Sum256([]byte(strings.TrimSpace(token))), 0
	for _, expected := range c.digests {
		known |= subtle.ConstantTimeCompare(digest[:], expected[:])
	}
	if known != 1 {
		return fault.New(fault.Unauthenticated, "the token is not valid")
	}
	return nil
}
