package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

type readiness struct {
	Ready  bool `json:"ready"`
	Checks []struct {
		Name   string  `json:"name"`
		OK     bool    `json:"ok"`
		Reason *string `json:"reason"`
	} `json:"checks"`
}

type catalog struct {
	Version string            `json:"version"`
	Scope   string            `json:"scope"`
	Views   []json.RawMessage `json:"views"`
}

// CheckHealth says what was reached and what may be seen through it: without a person (alert rules), and as the one who asks.
func (d *DataSource) CheckHealth(ctx context.Context, request *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	if failed := d.ready(ctx); failed != nil {
		return unhealthy(failed), nil
	}
	own, failed := d.catalog(ctx, "")
	if failed != nil {
		return unhealthy(failed), nil
	}
	message := fmt.Sprintf("Reached sce-voice %s at %s: QuestDB ready, %d views, scope %s", own.Version, d.settings.url, len(own.Views), own.Scope)
	details := map[string]any{"version": own.Version, "views": len(own.Views), "scope": own.Scope}
	if identity := request.GetHTTPHeader(identityHeader); identity != "" {
		person, failed := d.catalog(ctx, identity)
		if failed != nil {
			return unhealthy(failed), nil
		}
		message += fmt.Sprintf(" without a person, %s for you", person.Scope)
		details["yourScope"] = person.Scope
	}
	encoded, err := json.Marshal(details)
	if err != nil {
		return nil, err
	}
	return &backend.CheckHealthResult{Status: backend.HealthStatusOk, Message: message, JSONDetails: encoded}, nil
}

func (d *DataSource) ready(ctx context.Context) *failure {
	answer, failed := d.ask(ctx, http.MethodGet, "/readyz", "application/json", "", nil)
	if failed != nil {
		return failed
	}
	var report readiness
	if err := json.Unmarshal(answer.body, &report); err != nil || len(report.Checks) == 0 {
		return refused(answer.status, nil, d.settings.url)
	}
	return nil
}

func (d *DataSource) catalog(ctx context.Context, identity string) (catalog, *failure) {
	answer, failed := d.ask(ctx, http.MethodGet, "/api/v1/catalog", "application/json", identity, nil)
	if failed != nil {
		return catalog{}, failed
	}
	var found catalog
	if err := json.Unmarshal(answer.body, &found); err != nil {
		return catalog{}, refused(answer.status, nil, d.settings.url)
	}
	return found, nil
}

func unhealthy(failed *failure) *backend.CheckHealthResult {
	return &backend.CheckHealthResult{Status: backend.HealthStatusError, Message: failed.message}
}

// notReady reads the body of a 503 of /readyz.
func notReady(body []byte) string {
	var report readiness
	if json.Unmarshal(body, &report) != nil {
		return ""
	}
	var reasons []string
	for _, check := range report.Checks {
		if !check.OK && check.Reason != nil {
			reasons = append(reasons, check.Name+": "+*check.Reason)
		}
	}
	return strings.Join(reasons, "; ")
}
