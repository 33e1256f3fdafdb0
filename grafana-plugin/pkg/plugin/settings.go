package plugin

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
)

const defaultTimeoutSeconds = 60

type settings struct {
	url   string
	token string
	tls   *httpclient.TLSOptions
	// What a request without a verified person may see: "aggregate" narrows the token's own scope, "token" does not.
	scope   string
	timeout time.Duration
}

func parseSettings(instance backend.DataSourceInstanceSettings) (settings, error) {
	options := struct {
		TLSSkipVerify  bool    `json:"tlsSkipVerify"`
		DefaultScope   string  `json:"defaultScope"`
		TimeoutSeconds float64 `json:"timeoutSeconds"`
	}{DefaultScope: "aggregate", TimeoutSeconds: defaultTimeoutSeconds}
	if len(instance.JSONData) > 0 {
		if err := json.Unmarshal(instance.JSONData, &options); err != nil {
			return settings{}, fmt.Errorf("the settings of the data source cannot be read: %w", err)
		}
	}
	address, err := url.Parse(strings.TrimRight(strings.TrimSpace(instance.URL), "/"))
	if instance.URL == "" {
		return settings{}, errors.New("the data source has no URL; give it the address of sce-voice, such as http://localhost:9201")
	}
	if err != nil || (address.Scheme != "http" && address.Scheme != "https") || address.Host == "" {
		return settings{}, fmt.Errorf("the URL of the data source is %q; an address such as http://localhost:9201 is needed", instance.URL)
	}
	if options.DefaultScope != "aggregate" && options.DefaultScope != "token" {
		return settings{}, fmt.Errorf("defaultScope is %q; aggregate or token is needed", options.DefaultScope)
	}
	if options.TimeoutSeconds <= 0 {
		options.TimeoutSeconds = defaultTimeoutSeconds
	}
	secret := instance.DecryptedSecureJSONData
	return settings{
		url:     address.String(),
		token:   secret["token"],
		scope:   options.DefaultScope,
		timeout: time.Duration(options.TimeoutSeconds * float64(time.Second)),
		tls: &httpclient.TLSOptions{
			CACertificate:      secret["tlsCACert"],
			ClientCertificate:  secret["tlsClientCert"],
			ClientKey:          secret["tlsClientKey"],
			InsecureSkipVerify: options.TLSSkipVerify,
		},
	}, nil
}

func (s settings) apply(options *httpclient.Options) {
	options.TLS = s.tls
	options.Timeouts.Timeout = s.timeout
	// Only what this adapter sets itself leaves it: no cookie, no OAuth token, no header of the browser.
	options.ForwardHTTPHeaders = false
	options.BasicAuth = nil
	options.Header = nil
	options.ConfigureClient = func(_ httpclient.Options, client *http.Client) {
		// A redirect would carry the identity of a person to another host.
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
}

func middlewares() []httpclient.Middleware {
	return []httpclient.Middleware{
		httpclient.TracingMiddleware(nil),
		httpclient.DataSourceMetricsMiddleware(),
		httpclient.UserAgentMiddleware(),
		httpclient.ContextualMiddleware(),
		httpclient.ErrorSourceMiddleware(),
		httpclient.ResponseLimitMiddleware(maxAnswerBytes),
	}
}
