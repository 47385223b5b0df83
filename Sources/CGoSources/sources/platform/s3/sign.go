package s3

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"time"
)

// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
const (
	algorithm  = "AWS4-HMAC-SHA256"
	timeFormat = "20060102T150405Z"
)

// sign adds the headers by which the server knows who has sent a request.
func (b *Bucket) sign(request *http.Request, content []byte) {
	moment := b.now().UTC().Format(timeFormat)
	digest := sha256.Sum256(content)
	hash := hex.EncodeToString(digest[:])
	request.Header.Set("X-Amz-Date", moment)
	request.Header.Set("X-Amz-Content-Sha256", hash)
	headers := "host:" + request.URL.Host + "\nx-amz-content-sha256:" + hash + "\nx-amz-date:" + moment + "\n"
	names := "host;x-amz-content-sha256;x-amz-date"
	signature := b.signature(moment, request.Method, request.URL, headers, names, hash)
	request.Header.Set("Authorization", algorithm+" Credential="+b.access+"/"+b.scope(moment)+
		", SignedHeaders="+names+", Signature="+signature)
}

// presign adds the query by which a GET of the URL is allowed until the time has passed.
func (b *Bucket) presign(target *url.URL, valid time.Duration) {
	moment := b.now().UTC().Format(timeFormat)
	query := url.Values{
		"X-Amz-Algorithm":     {algorithm},
		"X-Amz-Credential":    {b.access + "/" + b.scope(moment)},
		"X-Amz-Date":          {moment},
		"X-Amz-Expires":       {strconv.FormatInt(int64(valid/time.Second), 10)},
		"X-Amz-SignedHeaders": {"host"},
	}
	target.RawQuery = encode(query)
	signature := b.signature(
		moment, http.MethodGet, target, "host:"+target.Host+"\n", "host", "UNSIGNED-PAYLOAD")
	target.RawQuery += "&X-Amz-Signature=" + signature
}

func (b *Bucket) scope(moment string) string {
	return moment[:8] + "/" + b.region + "/s3/aws4_request"
}

func (b *Bucket) signature(moment, method string, target *url.URL, headers, names, hash string) string {
	canonical := strings.Join([]string{method, target.EscapedPath(), target.RawQuery, headers, names, hash}, "\n")
	digest := sha256.Sum256([]byte(canonical))
	text := strings.Join([]string{algorithm, moment, b.scope(moment), hex.EncodeToString(digest[:])}, "\n")
	key := []byte("AWS4" + b.secret)
	for _, part := range []string{moment[:8], b.region, "s3", "aws4_request", text} {
		code := hmac.New(sha256.New, key)
		code.Write([]byte(part))
		key = code.Sum(nil)
	}
	return hex.EncodeToString(key)
}

// encode returns a query in the order, and with the escapes, that signatures are made of.
func encode(query url.Values) string {
	pairs := make([]string, 0, len(query))
	for name := range query {
		pairs = append(pairs, escape(name, false)+"="+escape(query.Get(name), false))
	}
	sort.Strings(pairs)
	return strings.Join(pairs, "&")
}

// escape escapes everything but letters, digits and -._~, and slashes in paths.
func escape(text string, isPath bool) string {
	const hexadecimal = "0123456789ABCDEF"
	var escaped strings.Builder
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~", c) >= 0,
			c == '/' && isPath:
			escaped.WriteByte(c)
		default:
			escaped.WriteByte('%')
			escaped.WriteByte(hexadecimal[c>>4])
			escaped.WriteByte(hexadecimal[c&15])
		}
	}
	return escaped.String()
}
