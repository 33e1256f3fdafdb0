package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// received is what the service saw of a request.
type received struct {
	path    string
	headers http.Header
	body    requestBody
}

// service stands for the ingestor: it answers every view with `answer`, in Arrow, one part for each question.
type service struct {
	*httptest.Server
	requests []received
	answer   func(question) (int, []byte)
}

func newService(t *testing.T, answer func(question) (int, []byte)) *service {
	t.Helper()
	s := &service{answer: answer}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *service) serve(w http.ResponseWriter, r *http.Request) {
	content, _ := io.ReadAll(r.Body)
	one := received{path: r.URL.RequestURI(), headers: r.Header}
	_ = json.Unmarshal(content, &one.body)
	s.requests = append(s.requests, one)
	switch {
	case r.URL.Path == "/readyz":
		_, _ = io.WriteString(w, `{"ready":true,"checks":[{"name":"questdb","ok":true,"reason":null}]}`)
	case r.URL.Path == "/api/v1/catalog":
		scope := "aggregate"
		if r.Header.Get("X-Grafana-Id") != "" {
			scope = "self"
		}
		_, _ = fmt.Fprintf(w, `{"version":"0.1.0","scope":%q,"views":[{"id":"a"},{"id":"b"}]}`, scope)
	case r.URL.Path == "/api/v1/query":
		s.query(w, one.body.Queries)
	default:
		_, _ = fmt.Fprintf(w, `{"path":%q}`, one.path)
	}
}

func (s *service) query(w http.ResponseWriter, questions []question) {
	if len(questions) == 1 {
		status, content := s.answer(questions[0])
		w.Header().Set("Content-Type", arrowFile)
		if status >= 300 {
			w.Header().Set("Content-Type", "application/json")
		}
		w.WriteHeader(status)
		_, _ = w.Write(content)
		return
	}
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for _, one := range questions {
		status, content := s.answer(one)
		part, _ := parts.CreatePart(textproto.MIMEHeader{
			"Content-Type": {arrowFile}, "X-Ref-Id": {url.PathEscape(one.RefID)}, "X-Status": {fmt.Sprint(status)},
		})
		_, _ = part.Write(content)
	}
	_ = parts.Close()
	w.Header().Set("Content-Type", "multipart/mixed; boundary="+parts.Boundary())
	_, _ = w.Write(body.Bytes())
}

func dataSource(t *testing.T, address string, jsonData string, secure map[string]string) *DataSource {
	t.Helper()
	instance, err := New(context.Background(), backend.DataSourceInstanceSettings{
		Type: "scevoice-platform-datasource", UID: "u", Name: "n", URL: address, JSONData: json.RawMessage(jsonData), DecryptedSecureJSONData: secure,
	})
	if err != nil {
		t.Fatal(err)
	}
	source := instance.(*DataSource)
	t.Cleanup(source.Dispose)
	return source
}

var (
	monday  = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	tuesday = monday.AddDate(0, 0, 1)
)

func ask(refID, body string) backend.DataQuery {
	return backend.DataQuery{RefID: refID, JSON: json.RawMessage(body), MaxDataPoints: 100, TimeRange: backend.TimeRange{From: monday, To: tuesday}}
}

// table has a time, two texts and two numbers; the rows are not in the order of time.
func table() *data.Frame {
	frame := data.NewFrame("usage",
		data.NewField("week", nil, []*time.Time{&tuesday, &monday, &monday, nil}),
		data.NewField("department", nil, []*string{text("A"), text("A"), text("B"), text("B")}),
		data.NewField("currency", nil, []*string{text("USD"), text("USD"), text("USD"), text("USD")}),
		data.NewField("cost", nil, []*float64{number(3), number(1), number(2), number(9)}),
		data.NewField("hours", nil, []*float64{number(30), nil, number(20), number(90)}),
		data.NewField("until", nil, []*time.Time{nil, nil, nil, nil}),
	)
	frame.Fields[3].Config = &data.FieldConfig{DisplayName: "Cost", Unit: "currencyUSD"}
	frame.Fields[4].Config = &data.FieldConfig{DisplayName: "Hours", Unit: "h"}
	frame.Meta = &data.FrameMeta{ExecutedQueryString: "view usage"}
	return frame
}

func histogramTable() *data.Frame {
	return data.NewFrame("bins",
		data.NewField("role", nil, []*string{text("R"), text("R"), text("S"), text("S")}),
		data.NewField("bin", nil, []*string{text("1–2"), text("0–1"), text("0–1"), text("≥ 2")}),
		data.NewField("bin_from_cores", nil, []*float64{number(1), number(0), number(0), number(2)}),
		data.NewField("bin_to_cores", nil, []*float64{number(2), number(1), number(1), nil}),
		data.NewField("hours", nil, []*float64{number(10), number(20), number(30), number(40)}),
	)
}

func arrow(t *testing.T, frame *data.Frame) func(question) (int, []byte) {
	t.Helper()
	content, err := frame.MarshalArrow()
	if err != nil {
		t.Fatal(err)
	}
	return func(question) (int, []byte) { return http.StatusOK, content }
}

func text(value string) *string     { return &value }
func number(value float64) *float64 { return &value }
