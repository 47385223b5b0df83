// Package authjwt is the component AuthJWT: it refuses callers without a valid JSON Web Token.
package authjwt

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"example.com/service/internal/platform/caller"
	"example.com/service/internal/platform/fault"
	"example.com/service/internal/platform/middleware"
)

const (
	// issuer and audience are what a token must name, where they are not empty.
	issuer   = "shop"
	audience = "shop"

	// leeway is how far the clocks of those who issue tokens may be off.
	leeway = 30 * time.Second
)

// Middleware refuses callers whose token was not signed (HS256) with the secret, or is not valid now.
type Middleware struct {
	secret []byte
	now    func() time.Time
}

// New returns the component with the secret that tokens are signed with.
func New(secret string) *Middleware {
	return &Middleware{secret: []byte(secret), now: time.Now}
}

// claims are what is checked of a token (RFC 7519).
type claims struct {
	Issuer    string          `json:"iss"`
	Audience  json.RawMessage `json:"aud"`
	Expires   *float64        `json:"exp"`
	NotBefore *float64        `json:"nbf"`
}

// Before refuses a call without a valid token.
func (c *Middleware) Before(ctx context.Context, _ middleware.Call) error {
	scheme, token, _ := strings.Cut(caller.From(ctx).Authorization, " ")
	if !strings.EqualFold(scheme, "bearer") || token == "" {
		return fault.New(fault.Unauthenticated, "a bearer token is needed")
	}
	told, isSigned := c.verify(strings.TrimSpace(token))
	switch {
	case !isSigned:
		return fault.New(fault.Unauthenticated, "the token is not valid")
	case !c.isCurrent(told):
		return fault.New(fault.Unauthenticated, "the token is not valid at this time")
	case issuer != "" && told.Issuer != issuer, audience != "" && !names(told.Audience, audience):
		return fault.New(fault.Unauthenticated, "the token is for somebody else")
	}
	return nil
}

// verify returns the claims of a token that was signed with the secret. No algorithm but HS256 is taken, whatever the token
// says, so that a token without a signature is never one.
func (c *Middleware) verify(token string) (claims, bool) {
	var header struct {
		Algorithm string `json:"alg"`
	}
	var told claims
	parts := strings.Split(token, ".")
	if len(parts) != 3 || !decode(parts[0], &header) || header.Algorithm != "HS256" {
		return claims{}, false
	}
	code := hmac.New(sha256.New, c.secret)
	code.Write([]byte(parts[0] + "." + parts[1]))
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || !hmac.Equal(signature, code.Sum(nil)) || !decode(parts[1], &told) {
		return claims{}, false
	}
	return told, true
}

// isCurrent reports whether a token is valid now. One that never expires is not.
func (c *Middleware) isCurrent(told claims) bool {
	now, slack := float64(c.now().Unix()), leeway.Seconds()
	if told.Expires == nil || now >= *told.Expires+slack {
		return false
	}
	return told.NotBefore == nil || now >= *told.NotBefore-slack
}

// names reports whether the audience of a token, a text or a list of texts, has the wanted one.
func names(told json.RawMessage, wanted string) bool {
	var one string
	if json.Unmarshal(told, &one) == nil {
		return one == wanted
	}
	var many []string
	if json.Unmarshal(told, &many) != nil {
		return false
	}
	for _, one := range many {
		if one == wanted {
			return true
		}
	}
	return false
}

func decode(part string, target any) bool {
	content, err := base64.RawURLEncoding.DecodeString(part)
	return err == nil && json.Unmarshal(content, target) == nil
}
