package value

import (
	"encoding/json"
	"testing"
)

func TestDecimalsKeepTheirDigits(t *testing.T) {
	for _, text := range []string{"0", "-1", "+3.50", "19.90", "123456789012345678901234567890.000000001"} {
		if got, err := ParseDecimal(text); err != nil || string(got) != text {
			t.Errorf("%s became %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "-", ".5", "5.", "1.2.3", "1e5", "NaN", "1,5", " 1", "1 OR 1=1"} {
		if got, err := ParseDecimal(text); err == nil {
			t.Errorf("%q became %s", text, got)
		}
	}
}

func TestDecimalsAreTextInJSON(t *testing.T) {
	var parsed struct{ A, B Decimal }
	if err := json.Unmarshal([]byte(`{"A":"19.90","B":19.90}`), &parsed); err != nil {
		t.Fatal(err)
	}
	encoded, err := json.Marshal(parsed)
	if got := string(encoded); err != nil || got != `{"A":"19.90","B":"19.90"}` {
		t.Errorf("got %s, %v", got, err)
	}
	if err := json.Unmarshal([]byte(`{"A":true}`), &parsed); err == nil {
		t.Error("true was taken for a decimal")
	}
}

func TestUUIDsAreCanonical(t *testing.T) {
	const text = "\"0189DC53-A6b7-7c31-9f4e-2b1d3c4e5f60\""
	var parsed UUID
	if err := json.Unmarshal([]byte(text), &parsed); err != nil || parsed != "0189dc53-a6b7-7c31-9f4e-2b1d3c4e5f60" {
		t.Errorf("got %s, %v", parsed, err)
	}
	for _, text := range []string{"", "0189dc53", "0189dc53-a6b7-7c31-9f4e-2b1d3c4e5f6g", "0189dc53+a6b7-7c31-9f4e-2b1d3c4e5f60"} {
		if got, err := ParseUUID(text); err == nil {
			t.Errorf("%q became %s", text, got)
		}
	}
}

func TestNullIsZero(t *testing.T) {
	if OrZero[int](nil) != 0 || OrZero(Of(7)) != 7 {
		t.Error("a pointer was lost")
	}
}
