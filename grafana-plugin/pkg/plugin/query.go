package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

const (
	arrowFile = "application/vnd.apache.arrow.file"
	// The service takes this many questions in one request.
	maxQueries    = 32
	maxDataPoints = 1_000_000
)

// query is what the editor, dashboards and alert rules save.
type query struct {
	RefID   string         `json:"refId"`
	View    string         `json:"view"`
	Params  map[string]any `json:"params,omitempty"`
	Format  string         `json:"format"`
	Wide    bool           `json:"wide"`
	Columns []string       `json:"columns"`
	// "text": the starts of periods as texts, for bars that stand beside each other.
	Periods string `json:"periods"`
	// "nothing": a table without rows has no columns either. Grafana's table then says why there is nothing instead of showing bare headers.
	WhenEmpty string `json:"whenEmpty"`
}

// batch holds the questions of one range: one request to the service.
type batch struct {
	queries []query
	body    requestBody
}

type requestBody struct {
	Queries       []question `json:"queries"`
	Range         span       `json:"range"`
	MaxDataPoints int64      `json:"maxDataPoints,omitempty"`
}

type question struct {
	RefID   string         `json:"refId"`
	View    string         `json:"view"`
	Params  map[string]any `json:"params,omitempty"`
	Columns []string       `json:"columns,omitempty"`
}

type span struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

// QueryData asks the service once for all queries of a range.
func (d *DataSource) QueryData(ctx context.Context, request *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	response := backend.NewQueryDataResponse()
	for _, batch := range batches(request.Queries, response.Responses) {
		d.run(ctx, batch, request.GetHTTPHeader(identityHeader), response.Responses)
	}
	return response, nil
}

func batches(queries []backend.DataQuery, responses backend.Responses) []*batch {
	var all []*batch
	open := map[string]*batch{}
	for _, one := range queries {
		var parsed query
		if err := json.Unmarshal(one.JSON, &parsed); err != nil {
			responses[one.RefID] = yours("the query cannot be read: %v", err).response()
			continue
		}
		if parsed.View == "" {
			responses[one.RefID] = yours("no view is chosen").response()
			continue
		}
		parsed.RefID = one.RefID
		body := requestBody{
			Range:         span{one.TimeRange.From.UnixMilli(), one.TimeRange.To.UnixMilli()},
			MaxDataPoints: min(max(one.MaxDataPoints, 0), maxDataPoints),
		}
		key := fmt.Sprint(body.Range, body.MaxDataPoints)
		if open[key] == nil || len(open[key].queries) == maxQueries {
			open[key] = &batch{body: body}
			all = append(all, open[key])
		}
		open[key].queries = append(open[key].queries, parsed)
		open[key].body.Queries = append(open[key].body.Queries, question{parsed.RefID, parsed.View, parsed.Params, parsed.Columns})
	}
	return all
}

func (d *DataSource) run(ctx context.Context, batch *batch, identity string, responses backend.Responses) {
	body, err := json.Marshal(batch.body)
	if err != nil {
		fail(batch, ours(err), responses)
		return
	}
	answer, failed := d.ask(ctx, http.MethodPost, "/api/v1/query", arrowFile+", application/json;q=0.5", identity, body)
	if failed != nil {
		fail(batch, failed, responses)
		return
	}
	parts, err := partsOf(answer, batch.queries[0].RefID)
	if err != nil {
		fail(batch, ours(err), responses)
		return
	}
	for _, query := range batch.queries {
		part, found := parts[query.RefID]
		if !found {
			responses[query.RefID] = ours(errors.New("there is no answer to this query")).response()
			continue
		}
		responses[query.RefID] = part.response(query, d.settings.url)
	}
}

func fail(batch *batch, failed *failure, responses backend.Responses) {
	for _, query := range batch.queries {
		responses[query.RefID] = failed.response()
	}
}

type part struct {
	status int
	body   []byte
}

// partsOf reads one Arrow file (the answer to one question) or a multipart body (to several), by refId.
func partsOf(answer answer, onlyRefID string) (map[string]part, error) {
	kind, parameters, err := mime.ParseMediaType(answer.header.Get("Content-Type"))
	if err != nil {
		return nil, fmt.Errorf("the answer has no content type: %w", err)
	}
	if kind == arrowFile {
		return map[string]part{onlyRefID: {answer.status, answer.body}}, nil
	}
	if kind != "multipart/mixed" {
		return nil, fmt.Errorf("the answer is %s, not Arrow", kind)
	}
	parts := map[string]part{}
	reader := multipart.NewReader(bytes.NewReader(answer.body), parameters["boundary"])
	for {
		next, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return parts, nil
		}
		if err != nil {
			return nil, fmt.Errorf("the answer is cut short: %w", err)
		}
		refID, err := url.PathUnescape(next.Header.Get("X-Ref-Id"))
		if err != nil {
			return nil, err
		}
		status, err := strconv.Atoi(next.Header.Get("X-Status"))
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(next)
		if err != nil {
			return nil, fmt.Errorf("the answer is cut short: %w", err)
		}
		parts[refID] = part{status, body}
	}
}

func (p part) response(query query, url string) backend.DataResponse {
	if p.status >= 300 {
		return refused(p.status, p.body, url).response()
	}
	frame, err := data.UnmarshalArrowFrame(p.body)
	if err != nil {
		return ours(fmt.Errorf("the frame cannot be decoded: %w", err)).response()
	}
	frame.RefID = query.RefID
	shaped, failed := shape(frame, query)
	if failed != nil {
		return failed.response()
	}
	return backend.DataResponse{Status: backend.StatusOK, Frames: data.Frames{shaped}}
}
