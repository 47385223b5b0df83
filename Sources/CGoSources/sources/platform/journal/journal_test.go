package journal

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func logger(level Level) (*Logger, *strings.Builder) {
	var out strings.Builder
	l := New(&out, level)
	l.now = func() time.Time { return time.Date(2024, 2, 29, 12, 0, 0, 5e6, time.UTC) }
	return l, &out
}

func TestAnEntryIsOneLineOfJSON(t *testing.T) {
	l, out := logger(Info)
	l.With("component", "Web").Info("a \"line\"\nand <more>", "took", 1500*time.Millisecond, "error", errors.New("no"))
	want := `{"time":"2024-02-29T12:00:00.005Z","level":"info","message":"a \"line\"\nand <more>",` +
		`"component":"Web","took":1.5,"error":"no"}` + "\n"
	if out.String() != want {
		t.Errorf("got  %s\nwant %s", out, want)
	}
}

func TestWhatMattersLessThanTheLevelIsLeftOut(t *testing.T) {
	l, out := logger(Warn)
	l.Debug("one")
	l.Info("two")
	l.Warn("three")
	l.Error("four")
	if got := strings.Count(out.String(), "\n"); got != 2 {
		t.Errorf("%d lines: %s", got, out)
	}
}

func TestAValueThatIsNotJSONIsText(t *testing.T) {
	l, out := logger(Info)
	l.Info("odd", "channel", func() {})
	if !strings.Contains(out.String(), `"channel":"0x`) {
		t.Errorf("got %s", out)
	}
}

func TestLevelsHaveNames(t *testing.T) {
	for name, want := range map[string]Level{"debug": Debug, "INFO": Info, "warn": Warn, "error": Error} {
		if got, err := ParseLevel(name); err != nil || got != want {
			t.Errorf("%s is %v, %v", name, got, err)
		}
	}
	if _, err := ParseLevel("loud"); err == nil {
		t.Error("a level that nobody knows was taken")
	}
}
