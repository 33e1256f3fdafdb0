package plugin

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

func TestSettingsThatCannotWork(t *testing.T) {
	for _, c := range []struct{ address, jsonData, message string }{
		{"", `{}`, "has no URL"},
		{"localhost:9201", `{}`, "an address such as http://localhost:9201"},
		{"ftp://x", `{}`, "an address such as"},
		{"http://x", `{"defaultScope":"platform"}`, "aggregate or token"},
		{"http://x", `[]`, "cannot be read"},
	} {
		_, err := New(context.Background(), backend.DataSourceInstanceSettings{URL: c.address, JSONData: json.RawMessage(c.jsonData)})
		if err == nil || !strings.Contains(err.Error(), c.message) || !backend.IsDownstreamError(err) {
			t.Error(c, err)
		}
	}
	_, err := New(context.Background(), backend.DataSourceInstanceSettings{
		URL: "https://x", JSONData: json.RawMessage(`{}`), DecryptedSecureJSONData: map[string]string{"tlsCACert": "no PEM"},
	})
	if err == nil || !strings.Contains(err.Error(), "TLS settings") {
		t.Error(err)
	}
}

func health(t *testing.T, source *DataSource, headers map[string]string) *backend.CheckHealthResult {
	t.Helper()
	result, err := source.CheckHealth(context.Background(), &backend.CheckHealthRequest{Headers: headers})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestHealth(t *testing.T) {
	service := newService(t, arrow(t, table()))
	source := dataSource(t, service.URL, `{}`, nil)
	result := health(t, source, nil)
	if result.Status != backend.HealthStatusOk || result.Message != "Reached sce-voice 0.1.0 at "+service.URL+": QuestDB ready, 2 views, scope aggregate" {
		t.Error(result)
	}
	result = health(t, source, map[string]string{"http_X-Grafana-Id": "signed"})
	if !strings.HasSuffix(result.Message, "scope aggregate without a person, self for you") || !strings.Contains(string(result.JSONDetails), `"yourScope":"self"`) {
		t.Error(result.Message, string(result.JSONDetails))
	}
}

func TestHealthSaysWhatIsWrong(t *testing.T) {
	answers := func(path string, status int, body string) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != path {
				_, _ = w.Write([]byte(`{"ready":true,"checks":[{"name":"questdb","ok":true}]}`))
				return
			}
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}))
		t.Cleanup(server.Close)
		return server.URL
	}
	for _, c := range []struct{ address, message string }{
		{answers("/readyz", 503, `{"ready":false,"checks":[{"name":"questdb","ok":false,"reason":"is restarting"}]}`), "not ready: questdb: is restarting"},
		{answers("/readyz", 200, "hello"), "not as sce-voice does"},
		{answers("/api/v1/catalog", 401, `{"code":"UNAUTHENTICATED","message":"the token is not known here"}`), "refused the token"},
		{answers("/api/v1/catalog", 200, "hello"), "not as sce-voice does"},
		{"http://127.0.0.1:1", "cannot reach"},
	} {
		result := health(t, dataSource(t, c.address, `{}`, nil), nil)
		if result.Status != backend.HealthStatusError || !strings.Contains(result.Message, c.message) {
			t.Error(c.message, result)
		}
	}
}

func TestTLS(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc((&service{}).serve))
	defer server.Close()
	authority := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	for _, c := range []struct {
		jsonData string
		secure   map[string]string
		status   backend.HealthStatus
	}{
		{`{}`, nil, backend.HealthStatusError},
		{`{"tlsSkipVerify":true}`, nil, backend.HealthStatusOk},
		{`{}`, map[string]string{"tlsCACert": authority}, backend.HealthStatusOk},
	} {
		if result := health(t, dataSource(t, server.URL, c.jsonData, c.secure), nil); result.Status != c.status {
			t.Error(c.jsonData, result)
		}
	}
}

func resource(t *testing.T, source *DataSource, method, path, address string) *backend.CallResourceResponse {
	t.Helper()
	var got *backend.CallResourceResponse
	err := source.CallResource(context.Background(), &backend.CallResourceRequest{
		Method: method, Path: path, URL: address, Headers: map[string][]string{"X-Grafana-Id": {"signed"}, "Cookie": {"x"}},
	}, backend.CallResourceResponseSenderFunc(func(response *backend.CallResourceResponse) error {
		got = response
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestResources(t *testing.T) {
	service := newService(t, nil)
	source := dataSource(t, service.URL, `{}`, map[string]string{"token": "secret"})
	got := resource(t, source, "GET", "values/department", "values/department?view=cost&from=now-1d&to=now")
	if got.Status != 200 || string(got.Body) != `{"path":"/api/v1/values/department?view=cost&from=now-1d&to=now"}` {
		t.Error(got.Status, string(got.Body))
	}
	if seen := service.requests[0].headers; seen.Get("X-Grafana-Id") != "signed" || seen.Get("Authorization") != "Bearer secret" || seen.Get("Cookie") != "" {
		t.Error(seen)
	}
	for _, c := range [][2]string{{"GET", "query"}, {"POST", "catalog"}, {"GET", "values/../person/export"}, {"GET", "values/A"}, {"GET", ""}} {
		if got := resource(t, source, c[0], c[1], c[1]); got.Status != 404 {
			t.Error(c, got.Status)
		}
	}
	if len(service.requests) != 1 {
		t.Error(len(service.requests), "requests")
	}
}

func TestAResourceThatIsRefusedDoesNotEndTheSessionOfTheUser(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(401)
		_, _ = w.Write([]byte(`{"code":"UNAUTHENTICATED","message":"the token is not known here"}`))
	}))
	defer server.Close()
	got := resource(t, dataSource(t, server.URL, `{}`, nil), "GET", "catalog", "catalog")
	if got.Status != 502 || !strings.Contains(string(got.Body), "refused the token") {
		t.Error(got.Status, string(got.Body))
	}
}
