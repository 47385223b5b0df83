// Package s3 keeps files in a bucket of an S3 server, with requests signed by AWS Signature Version 4.
package s3

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"example.com/service/internal/platform/fault"
)

// maxFile is how many bytes of a file are read at most.
const maxFile = 64 << 20

// A Bucket is where files are kept. Its methods may be called from several goroutines.
type Bucket struct {
	name     string
	endpoint url.URL
	bucket   string
	region   string
	access   string
	secret   string
	client   *http.Client
	now      func() time.Time
}

// Open returns the bucket of a URL such as s3://key:secret@host/bucket?region=eu-west-1. Where the server is not reached
// by https at that host, endpoint=http://127.0.0.1:9000 says how.
func Open(name, address string) (*Bucket, error) {
	parsed, err := url.Parse(address)
	if err != nil || parsed.User == nil || strings.Trim(parsed.Path, "/") == "" {
		return nil, fmt.Errorf("the URL of %s is not like s3://key:secret@host/bucket", name)
	}
	endpoint := &url.URL{Scheme: "https", Host: parsed.Host}
	if given := parsed.Query().Get("endpoint"); given != "" {
		endpoint, err = url.Parse(given)
		if err != nil || endpoint.Host == "" || endpoint.Scheme != "http" && endpoint.Scheme != "https" {
			return nil, fmt.Errorf("the endpoint in the URL of %s is not like https://host:port", name)
		}
	}
	region := parsed.Query().Get("region")
	if region == "" {
		region = "us-east-1"
	}
	secret, _ := parsed.User.Password()
	return &Bucket{
		name: name, endpoint: *endpoint, bucket: strings.Trim(parsed.Path, "/"), region: region,
		access: parsed.User.Username(), secret: secret, client: &http.Client{}, now: time.Now,
	}, nil
}

// Ping reports whether the bucket is there and may be used.
func (b *Bucket) Ping(ctx context.Context) error {
	_, err := b.do(ctx, http.MethodHead, "", nil)
	return err
}

// Put keeps a file under a key, in place of one that was there.
func (b *Bucket) Put(ctx context.Context, key string, content []byte) error {
	if key == "" {
		return fault.New(fault.Invalid, "the key of a file must not be empty")
	}
	_, err := b.do(ctx, http.MethodPut, key, content)
	return err
}

// Get returns the file under a key. None there is a fault of the kind NotFound.
func (b *Bucket) Get(ctx context.Context, key string) ([]byte, error) {
	if key == "" {
		return nil, fault.New(fault.NotFound, "there is no such file")
	}
	return b.do(ctx, http.MethodGet, key, nil)
}

// Delete removes the file under a key, if there is one.
func (b *Bucket) Delete(ctx context.Context, key string) error {
	if key == "" {
		return nil
	}
	_, err := b.do(ctx, http.MethodDelete, key, nil)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// Presign returns a URL by which anybody can read the file under a key until the time has passed.
func (b *Bucket) Presign(key string, valid time.Duration) (string, error) {
	if key == "" {
		return "", fault.New(fault.Invalid, "the key of a file must not be empty")
	}
	target := b.url(key)
	b.presign(target, valid)
	return target.String(), nil
}

func (b *Bucket) url(key string) *url.URL {
	target := b.endpoint
	target.Path = strings.TrimSuffix(target.Path, "/") + "/" + b.bucket
	if key != "" {
		target.Path += "/" + key
	}
	target.RawPath = escape(target.Path, true)
	return &target
}

func (b *Bucket) do(ctx context.Context, method, key string, content []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, b.url(key).String(), bytes.NewReader(content))
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "internal error")
	}
	b.sign(request, content)
	response, err := b.client.Do(request)
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "%s does not answer", b.name)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxFile+1))
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "%s does not answer", b.name)
	}
	if len(answer) > maxFile {
		return nil, fault.New(fault.Internal, "the file has more than %d bytes", maxFile)
	}
	if response.StatusCode/100 == 2 {
		return answer, nil
	}
	return nil, b.refusal(response.StatusCode, answer)
}

// refusal says what an answer that is no success means for a caller.
func (b *Bucket) refusal(status int, answer []byte) error {
	var told struct{ Code, Message string }
	_ = xml.Unmarshal(answer, &told)
	cause := errors.New(strings.TrimSpace(fmt.Sprintf("%d %s %s", status, told.Code, told.Message)))
	switch {
	case status == http.StatusNotFound && told.Code != "NoSuchBucket":
		return fault.Wrap(cause, fault.NotFound, "there is no such file")
	case status >= 500 || status == http.StatusTooManyRequests:
		return fault.Wrap(cause, fault.Unavailable, "%s does not answer", b.name)
	default:
		return fault.Wrap(cause, fault.Internal, "internal error")
	}
}
