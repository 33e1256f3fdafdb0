// Package plugin is a thin adapter between Grafana and the HTTP API of sce-voice. What a number means is decided there, not here.
package plugin

import (
	"context"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"
)

// Largest answer that is read, unless Grafana's own response_limit says otherwise.
const maxAnswerBytes = 512 << 20

// DataSource is one configured data source; Grafana makes a new one when its settings change.
type DataSource struct {
	settings settings
	http     *http.Client
}

var (
	_ backend.QueryDataHandler      = (*DataSource)(nil)
	_ backend.CheckHealthHandler    = (*DataSource)(nil)
	_ backend.CallResourceHandler   = (*DataSource)(nil)
	_ instancemgmt.InstanceDisposer = (*DataSource)(nil)
)

// New makes a data source of its settings. Settings that cannot work are reported by the first request, in words.
func New(ctx context.Context, instance backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
	settings, err := parseSettings(instance)
	if err != nil {
		return nil, backend.DownstreamError(err)
	}
	options, err := instance.HTTPClientOptions(ctx)
	if err != nil {
		return nil, backend.DownstreamErrorf("the settings of the data source cannot be read: %w", err)
	}
	settings.apply(&options)
	client, err := httpclient.NewProvider(httpclient.ProviderOptions{Middlewares: middlewares()}).New(options)
	if err != nil {
		return nil, backend.DownstreamErrorf("the TLS settings of the data source cannot be used: %w", err)
	}
	return &DataSource{settings: settings, http: client}, nil
}

// Dispose closes what the instance holds open.
func (d *DataSource) Dispose() {
	d.http.CloseIdleConnections()
}
