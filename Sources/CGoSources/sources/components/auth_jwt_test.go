package authjwt

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"example.com/service/internal/platform/caller"
	"example.com/service/internal/platform/fault"
	"example.com/service/internal/platform/middleware"
)

const now = 1700000000

// sign returns a token of these claims.
func sign(secret, algorithm, claims string) string {
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"`+algorithm+`","typ":"JWT"}`)) + "." +
		base64.RawURLEncoding.EncodeToString([]byte(claims))
	code := hmac.New(sha256.New, []byte(secret))
	code.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(code.Sum(nil))
}

func claimsUntil(expires int) string {
	return fmt.Sprintf(`{"iss":%q,"aud":%q,"exp":%d}`, issuer, audience, expires)
}

func ask(authorization string) error {
	component := New("secret")
	component.now = func() time.Time { return time.Unix(now, 0) }
	ctx := caller.With(context.Background(), caller.Caller{Authorization: authorization})
	return component.Before(ctx, middleware.Call{})
}

func TestSignedTokensAreLetPass(t *testing.T) {
	for _, claims := range []string{
		claimsUntil(now + 60),
		claimsUntil(now - 29),
		fmt.Sprintf(`{"iss":%q,"aud":["other",%q],"exp":%d.5,"nbf":%d}`, issuer, audience, now+60, now+29),
	} {
		if err := ask("Bearer " + sign("secret", "HS256", claims)); err != nil {
			t.Errorf("%s: %v", claims, err)
		}
	}
}

func TestOtherTokensAreRefused(t *testing.T) {
	good := sign("secret", "HS256", claimsUntil(now+60))
	unsigned := sign("secret", "none", claimsUntil(now+60))
	tokens := []string{
		"", "Bearer", "Basic " + good, "Bearer " + good + "x", "Bearer " + good[:len(good)-44],
		"Bearer " + unsigned, "Bearer a.b.c", "Bearer ..",
		"Bearer " + sign("other", "HS256", claimsUntil(now+60)),
		"Bearer " + sign("secret", "HS512", claimsUntil(now+60)),
		"Bearer " + sign("secret", "HS256", claimsUntil(now-31)),
		"Bearer " + sign("secret", "HS256", fmt.Sprintf(`{"iss":%q,"aud":%q}`, issuer, audience)),
		"Bearer " + sign("secret", "HS256", fmt.Sprintf(`{"iss":%q,"aud":%q,"exp":%d,"nbf":%d}`, issuer, audience, now+60, now+31)),
		"Bearer " + sign("secret", "HS256", `{`),
	}
	if issuer != "" {
		tokens = append(tokens, "Bearer "+sign("secret", "HS256", fmt.Sprintf(`{"aud":%q,"exp":%d}`, audience, now+60)))
	}
	if audience != "" {
		tokens = append(tokens, "Bearer "+sign("secret", "HS256", fmt.Sprintf(`{"iss":%q,"aud":7,"exp":%d}`, issuer, now+60)))
	}
	for _, token := range tokens {
		if err := ask(token); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("%q: %v", token, err)
		}
	}
}
