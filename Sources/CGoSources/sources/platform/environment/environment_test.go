package environment

import (
	"testing"
	"time"
)

func TestVariablesThatAreMissingHaveDefaults(t *testing.T) {
	r := NewReaderOf(map[string]string{"SET": "x", "EMPTY": "", "TIMEOUT": "1m30s", "SIZE": "5"})
	if r.String("SET", "d") != "x" || r.String("EMPTY", "d") != "d" || r.String("NONE", "d") != "d" {
		t.Error("a text is wrong")
	}
	if r.Duration("TIMEOUT", 0) != 90*time.Second || r.Duration("NONE", time.Second) != time.Second {
		t.Error("a duration is wrong")
	}
	if r.Int("SIZE", 1) != 5 || r.Int("NONE", 7) != 7 {
		t.Error("a number is wrong")
	}
	if err := r.Err(); err != nil {
		t.Error(err)
	}
}

func TestEverythingThatIsWrongIsToldAtOnce(t *testing.T) {
	r := NewReaderOf(map[string]string{"URL": "mysql://user:secret@host", "TIMEOUT": "soon", "SIZE": "0"})
	r.URL("URL", "the address of the database", "postgres", "postgresql")
	r.Required("TOKEN", "the token of callers")
	r.Duration("TIMEOUT", time.Second)
	r.Int("SIZE", 1)
	want := "URL must begin with postgres:// or postgresql://; TOKEN is not set: the token of callers; " +
		`TIMEOUT must be a duration such as 10s, not "soon"; SIZE must be a number from 1 on, not "0"`
	if err := r.Err(); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
