package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/gtime"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	goplugin "github.com/hashicorp/go-plugin"
)

const pluginID = "scevoice-platform-datasource"

type host struct {
	data        pluginv2.DataClient
	resource    pluginv2.ResourceClient
	diagnostics pluginv2.DiagnosticsClient

	mutex     sync.Mutex
	instances map[string]backend.DataSourceInstanceSettings
}

func newHost(rpc goplugin.ClientProtocol) (*host, error) {
	h := &host{instances: map[string]backend.DataSourceInstanceSettings{}}
	var failed error
	dispense := func(name string) any {
		found, err := rpc.Dispense(name)
		failed = errors.Join(failed, err)
		return found
	}
	h.data, _ = dispense("data").(pluginv2.DataClient)
	h.resource, _ = dispense("resource").(pluginv2.ResourceClient)
	h.diagnostics, _ = dispense("diagnostics").(pluginv2.DiagnosticsClient)
	return h, failed
}

func (h *host) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /api/datasources/uid/{uid}", h.configure)
	mux.HandleFunc("POST /api/ds/query", h.query)
	mux.HandleFunc("/api/datasources/uid/{uid}/resources/{path...}", h.callResource)
	mux.HandleFunc("GET /api/datasources/uid/{uid}/health", h.health)
	return mux
}

func (h *host) configure(w http.ResponseWriter, r *http.Request) {
	var body struct {
		URL            string            `json:"url"`
		JSONData       json.RawMessage   `json:"jsonData"`
		SecureJSONData map[string]string `json:"secureJsonData"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		problem(w, http.StatusBadRequest, err)
		return
	}
	uid := r.PathValue("uid")
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if len(body.JSONData) == 0 {
		body.JSONData = json.RawMessage("{}")
	}
	h.instances[uid] = backend.DataSourceInstanceSettings{
		ID: int64(len(h.instances) + 1), UID: uid, Type: pluginID, Name: uid, URL: body.URL,
		JSONData: body.JSONData, DecryptedSecureJSONData: body.SecureJSONData, Updated: time.Now(),
	}
	w.WriteHeader(http.StatusNoContent)
}

func (h *host) context(uid string) (backend.PluginContext, error) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	settings, found := h.instances[uid]
	if !found {
		return backend.PluginContext{}, fmt.Errorf("there is no data source %q; PUT /api/datasources/uid/%s first", uid, uid)
	}
	return backend.PluginContext{OrgID: 1, PluginID: pluginID, DataSourceInstanceSettings: &settings}, nil
}

func (h *host) query(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Queries []json.RawMessage `json:"queries"`
		From    string            `json:"from"`
		To      string            `json:"to"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		problem(w, http.StatusBadRequest, err)
		return
	}
	request := &backend.QueryDataRequest{Headers: map[string]string{}}
	for _, header := range []string{backend.GrafanaUserSignInTokenHeaderName, "Cookie"} {
		if value := r.Header.Get(header); value != "" {
			request.SetHTTPHeader(header, value)
		}
	}
	// Any user can send these through Grafana.
	for _, header := range []string{"FromAlert", "X-Rule-Uid"} {
		if value := r.Header.Get(header); value != "" {
			request.Headers[header] = value
		}
	}
	span := gtime.NewTimeRange(body.From, body.To)
	for _, raw := range body.Queries {
		var known struct {
			RefID         string  `json:"refId"`
			MaxDataPoints int64   `json:"maxDataPoints"`
			IntervalMs    float64 `json:"intervalMs"`
			DataSource    struct {
				UID string `json:"uid"`
			} `json:"datasource"`
		}
		err := json.Unmarshal(raw, &known)
		if err == nil {
			request.PluginContext, err = h.context(known.DataSource.UID)
		}
		from, errFrom := span.ParseFrom()
		to, errTo := span.ParseTo()
		if err = errors.Join(err, errFrom, errTo); err != nil {
			problem(w, http.StatusBadRequest, err)
			return
		}
		request.Queries = append(request.Queries, backend.DataQuery{
			RefID: known.RefID, MaxDataPoints: known.MaxDataPoints, Interval: time.Duration(known.IntervalMs) * time.Millisecond,
			TimeRange: backend.TimeRange{From: from, To: to}, JSON: raw,
		})
	}
	answer, err := h.data.QueryData(r.Context(), backend.ToProto().QueryDataRequest(request))
	if err != nil {
		problem(w, http.StatusInternalServerError, err)
		return
	}
	response, err := backend.FromProto().QueryDataResponse(answer)
	if err != nil {
		problem(w, http.StatusInternalServerError, err)
		return
	}
	status := http.StatusOK
	for _, one := range response.Responses {
		if one.Error != nil {
			status = http.StatusBadRequest
		}
	}
	reply(w, status, response)
}

func (h *host) callResource(w http.ResponseWriter, r *http.Request) {
	plugin, err := h.context(r.PathValue("uid"))
	if err != nil {
		problem(w, http.StatusNotFound, err)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		problem(w, http.StatusBadRequest, err)
		return
	}
	address := r.PathValue("path")
	if r.URL.RawQuery != "" {
		address += "?" + r.URL.RawQuery
	}
	stream, err := h.resource.CallResource(r.Context(), backend.ToProto().CallResourceRequest(&backend.CallResourceRequest{
		PluginContext: plugin, Path: r.PathValue("path"), Method: r.Method, URL: address, Headers: r.Header, Body: body,
	}))
	if err != nil {
		problem(w, http.StatusInternalServerError, err)
		return
	}
	for first := true; ; first = false {
		next, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			problem(w, http.StatusInternalServerError, err)
			return
		}
		part := backend.FromProto().CallResourceResponse(next)
		if first {
			for name, values := range part.Headers {
				w.Header()[name] = values
			}
			w.WriteHeader(part.Status)
		}
		_, _ = w.Write(part.Body)
	}
}

func (h *host) health(w http.ResponseWriter, r *http.Request) {
	plugin, err := h.context(r.PathValue("uid"))
	if err != nil {
		problem(w, http.StatusNotFound, err)
		return
	}
	request := &backend.CheckHealthRequest{PluginContext: plugin}
	if identity := r.Header.Get(backend.GrafanaUserSignInTokenHeaderName); identity != "" {
		request.SetHTTPHeader(backend.GrafanaUserSignInTokenHeaderName, identity)
	}
	answer, err := h.diagnostics.CheckHealth(r.Context(), &pluginv2.CheckHealthRequest{
		PluginContext: backend.ToProto().PluginContext(request.PluginContext), Headers: request.Headers,
	})
	if err != nil {
		problem(w, http.StatusInternalServerError, err)
		return
	}
	result := backend.FromProto().CheckHealthResponse(answer)
	status := http.StatusOK
	if result.Status != backend.HealthStatusOk {
		status = http.StatusBadRequest
	}
	body := map[string]any{"status": result.Status.String(), "message": result.Message}
	if len(result.JSONDetails) > 0 {
		body["details"] = json.RawMessage(result.JSONDetails)
	}
	reply(w, status, body)
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

func problem(w http.ResponseWriter, status int, err error) {
	reply(w, status, map[string]string{"message": err.Error()})
}
