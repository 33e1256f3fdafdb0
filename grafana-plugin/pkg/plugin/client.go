package plugin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
)

const (
	identityHeader = backend.GrafanaUserSignInTokenHeaderName
	// Tells sce-voice to answer with groups only where no person is verified. It can only take away.
	scopeHeader = "X-Sce-Scope-Without-Person"
)

type answer struct {
	status int
	header http.Header
	body   []byte
}

// ask sends one request. `identity` is the signed-in user's Grafana id token as Grafana's backend gave it, or empty.
func (d *DataSource) ask(ctx context.Context, method, path, accept, identity string, body []byte) (answer, *failure) {
	request, err := http.NewRequestWithContext(ctx, method, d.settings.url+path, bytes.NewReader(body))
	if err != nil {
		return answer{}, ours(err)
	}
	request.Header.Set("Accept", accept)
	if len(body) > 0 {
		request.Header.Set("Content-Type", "application/json")
	}
	if d.settings.token != "" {
		request.Header.Set("Authorization", "Bearer "+d.settings.token)
	}
	if identity != "" {
		request.Header.Set(identityHeader, identity)
	}
	// A view only reads, so a question that a closing connection has swallowed is asked again. Not sent: it tells Go's client so.
	request.Header["Idempotency-Key"] = nil
	if d.settings.scope == "aggregate" {
		request.Header.Set(scopeHeader, "aggregate")
	}
	response, err := d.http.Do(request)
	if err != nil {
		return answer{}, d.unreachable(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	switch {
	case errors.Is(err, httpclient.ErrResponseBodyTooLarge):
		return answer{}, &failure{http.StatusBadGateway, backend.ErrorSourceDownstream, "the answer is larger than Grafana accepts; shorten the range or filter"}
	case err != nil:
		return answer{}, d.unreachable(err)
	case response.StatusCode >= 300:
		return answer{}, refused(response.StatusCode, content, d.settings.url)
	}
	return answer{response.StatusCode, response.Header, content}, nil
}

func (d *DataSource) unreachable(err error) *failure {
	cause := err
	for next := errors.Unwrap(cause); next != nil; next = errors.Unwrap(cause) {
		cause = next
	}
	timeout, waited := cause.(interface{ Timeout() bool })
	switch {
	case errors.Is(err, context.Canceled):
		return &failure{499, backend.ErrorSourceDownstream, "the query was cancelled"}
	case errors.Is(err, context.DeadlineExceeded), waited && timeout.Timeout():
		return &failure{http.StatusGatewayTimeout, backend.ErrorSourceDownstream, fmt.Sprintf("sce-voice at %s gave no answer within %s", d.settings.url, d.settings.timeout)}
	case isTLS(err):
		return &failure{http.StatusBadGateway, backend.ErrorSourceDownstream, fmt.Sprintf("TLS with sce-voice at %s failed: %v; check the URL and the certificates in the data source's settings", d.settings.url, cause)}
	}
	return &failure{http.StatusBadGateway, backend.ErrorSourceDownstream, fmt.Sprintf("cannot reach sce-voice at %s: %v", d.settings.url, cause)}
}
