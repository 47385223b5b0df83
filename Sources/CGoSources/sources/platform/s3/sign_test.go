package s3

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

// The example of https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
func TestURLsAreSignedAsAmazonSays(t *testing.T) {
	bucket, err := Open("files", "s3://AKIAIOSFODNN7EXAMPLE:"+
		url.QueryEscape("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")+"@s3.amazonaws.com/examplebucket")
	if err != nil {
		t.Fatal(err)
	}
	bucket.now = func() time.Time { return time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC) }
	target, err := url.Parse("https://examplebucket.s3.amazonaws.com/test.txt")
	if err != nil {
		t.Fatal(err)
	}
	bucket.presign(target, 24*time.Hour)
	if got := target.Query().Get("X-Amz-Signature"); got != "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404" {
		t.Errorf("signature %s", got)
	}
	if got, err := bucket.Presign("a/b c.txt", time.Minute); err != nil ||
		!strings.HasPrefix(got, "https://s3.amazonaws.com/examplebucket/a/b%20c.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&") {
		t.Errorf("got %s, %v", got, err)
	}
}
