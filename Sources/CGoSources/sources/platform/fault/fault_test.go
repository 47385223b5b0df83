package fault

import (
	"errors"
	"fmt"
	"testing"
)

func TestAnErrorKeepsItsKindWhenItIsWrapped(t *testing.T) {
	err := fmt.Errorf("loading: %w", New(NotFound, "no product %d", 7))
	if !Is(err, NotFound) {
		t.Errorf("kind of %v is %v", err, Of(err).Kind)
	}
	if got := Of(err).Message; got != "no product 7" {
		t.Errorf("message is %q", got)
	}
}

func TestAnUnknownErrorIsInternal(t *testing.T) {
	cause := errors.New("disk on fire")
	if got := Of(cause); got.Kind != Internal || !errors.Is(got, cause) {
		t.Errorf("got %v of kind %v", got, got.Kind)
	}
	if Is(nil, Internal) {
		t.Error("no error is of a kind")
	}
}

func TestTheCauseIsPartOfTheText(t *testing.T) {
	err := Wrap(errors.New("connection refused"), Unavailable, "shopdb does not answer")
	if got := err.Error(); got != "shopdb does not answer: connection refused" {
		t.Errorf("got %q", got)
	}
}
