package serve

import (
	"context"
	"io"
	"net/http"
	"testing"
	"time"
)

func TestRequestsThatAreBeingAnsweredAreFinished(t *testing.T) {
	begun, finish := make(chan struct{}), make(chan struct{})
	server, err := HTTP("127.0.0.1:0", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(begun)
		<-finish
		_, _ = io.WriteString(w, "done")
	}))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	drained, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- Run(ctx, time.Minute, func() { close(drained) }, server) }()

	answer := make(chan string, 1)
	go func() {
		response, err := http.Get("http://" + server.Address())
		if err != nil {
			answer <- err.Error()
			return
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		answer <- string(body)
	}()
	<-begun
	stop()
	<-drained
	close(finish)
	if got := <-answer; got != "done" {
		t.Errorf("the answer is %q", got)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestAnAddressThatIsTakenIsAnError(t *testing.T) {
	first, err := HTTP("127.0.0.1:0", http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	defer first.listener.Close()
	if _, err := HTTP(first.Address(), http.NotFoundHandler()); err == nil {
		t.Error("an address was given twice")
	}
}
