package plugin

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

func queryData(t *testing.T, source *DataSource, headers map[string]string, queries ...backend.DataQuery) backend.Responses {
	t.Helper()
	response, err := source.QueryData(context.Background(), &backend.QueryDataRequest{Queries: queries, Headers: headers})
	if err != nil {
		t.Fatal(err)
	}
	return response.Responses
}

func TestQueriesOfARangeAreOneRequest(t *testing.T) {
	service := newService(t, arrow(t, table()))
	source := dataSource(t, service.URL+"/", `{}`, map[string]string{"token": "secret"})
	later := ask("D", `{"view":"cost"}`)
	later.TimeRange.To = tuesday.AddDate(0, 0, 1)
	responses := queryData(t, source, nil,
		ask("A", `{"view":"cost","params":{"department":["A","B"]},"columns":["week","cost"]}`),
		ask("B c", `{"view":"usage"}`), ask("empty", `{}`), ask("broken", `[]`), later)

	if len(service.requests) != 2 {
		t.Fatalf("%d requests", len(service.requests))
	}
	first := service.requests[0]
	if got := fmt.Sprint(first.body.Queries); got != "[{A cost map[department:[A B]] [week cost]} {B c usage map[] []}]" {
		t.Error(got)
	}
	if first.body.Range != (span{monday.UnixMilli(), tuesday.UnixMilli()}) || first.body.MaxDataPoints != 100 {
		t.Error(first.body)
	}
	if first.headers.Get("Authorization") != "Bearer secret" || !strings.HasPrefix(first.headers.Get("Accept"), arrowFile) {
		t.Error(first.headers)
	}
	for _, refID := range []string{"A", "B c", "D"} {
		if one := responses[refID]; one.Error != nil || one.Frames[0].Rows() != 4 || one.Frames[0].RefID != refID {
			t.Error(refID, one)
		}
	}
	for refID, message := range map[string]string{"empty": "no view is chosen", "broken": "cannot be read"} {
		one := responses[refID]
		if one.Status != 400 || one.ErrorSource != backend.ErrorSourceDownstream || !strings.Contains(one.Error.Error(), message) {
			t.Error(refID, one)
		}
	}
}

func TestMoreQueriesThanTheServiceTakesAreSeveralRequests(t *testing.T) {
	service := newService(t, arrow(t, table()))
	var queries []backend.DataQuery
	for n := range maxQueries + 1 {
		queries = append(queries, ask(fmt.Sprint("q", n), `{"view":"cost"}`))
	}
	responses := queryData(t, dataSource(t, service.URL, `{}`, nil), nil, queries...)
	if len(service.requests) != 2 || len(responses) != maxQueries+1 {
		t.Error(len(service.requests), len(responses))
	}
}

func TestOnlyTheIdentityOfTheSignedInUserIsPassedOn(t *testing.T) {
	service := newService(t, arrow(t, table()))
	headers := map[string]string{
		"http_X-Grafana-Id": "signed", "Cookie": "grafana_session=x", "Authorization": "Bearer user", "X-Id-Token": "oauth",
		"FromAlert": "true", "http_X-Rule-Uid": "rule", "http_X-Sce-Scope-Without-Person": "platform", "http_X-Grafana-User": "admin",
	}
	for _, c := range []struct{ jsonData, scope string }{{`{}`, "aggregate"}, {`{"defaultScope":"token"}`, ""}} {
		service.requests = nil
		queryData(t, dataSource(t, service.URL, c.jsonData, map[string]string{"token": "secret"}), headers, ask("A", `{"view":"cost"}`))
		seen := service.requests[0].headers
		for header, expected := range map[string]string{
			"X-Grafana-Id": "signed", "Authorization": "Bearer secret", "X-Sce-Scope-Without-Person": c.scope,
			"Cookie": "", "X-Id-Token": "", "Fromalert": "", "X-Rule-Uid": "", "X-Grafana-User": "",
		} {
			if seen.Get(header) != expected {
				t.Errorf("%s is %q with %s", header, seen.Get(header), c.jsonData)
			}
		}
	}
	service.requests = nil
	queryData(t, dataSource(t, service.URL, `{}`, nil), map[string]string{"FromAlert": "true"}, ask("A", `{"view":"cost"}`))
	if seen := service.requests[0].headers; seen.Get("X-Grafana-Id") != "" || seen.Get("X-Sce-Scope-Without-Person") != "aggregate" {
		t.Error(seen)
	}
}

func TestWhoseAFailureIs(t *testing.T) {
	said := func(code, message string) string {
		return fmt.Sprintf(`{"code":%q,"message":%q,"details":{"requestId":"r1"}}`, code, message)
	}
	for _, c := range []struct {
		status  int
		body    string
		expect  int
		source  backend.ErrorSource
		message string
	}{
		{400, said("INVALID_PARAMETER", "parameter x is y"), 400, backend.ErrorSourceDownstream, "parameter x is y"},
		{404, said("UNKNOWN_VIEW", "there is no view"), 404, backend.ErrorSourceDownstream, "there is no view"},
		{403, said("FORBIDDEN", "needs the scope platform"), 403, backend.ErrorSourceDownstream, "needs the scope platform"},
		{401, said("UNAUTHENTICATED", "the token is not known here"), 401, backend.ErrorSourceDownstream, "refused the token of this data source"},
		{401, said("UNAUTHENTICATED", "X-Grafana-Id is not valid: expired"), 401, backend.ErrorSourceDownstream, "does not accept the identity"},
		{500, said("INTERNAL", "something went wrong here"), 500, backend.ErrorSourceDownstream, "sce-voice failed: something went wrong here (request r1)"},
		{503, `{"ready":false,"checks":[{"name":"questdb","ok":false,"reason":"starts"}]}`, 503, backend.ErrorSourceDownstream, "not ready: questdb: starts"},
		{404, "<html>nginx</html>", 502, backend.ErrorSourceDownstream, "answered 404, not as sce-voice does"},
		{302, "", 502, backend.ErrorSourceDownstream, "answered 302, not as sce-voice does"},
		{200, "not Arrow", 500, backend.ErrorSourcePlugin, "a defect of it"},
	} {
		service := newService(t, func(question) (int, []byte) { return c.status, []byte(c.body) })
		for _, queries := range [][]backend.DataQuery{
			{ask("A", `{"view":"x"}`)},
			{ask("A", `{"view":"x"}`), ask("B", `{"view":"x"}`)},
		} {
			for refID, one := range queryData(t, dataSource(t, service.URL, `{}`, nil), nil, queries...) {
				if one.Error == nil || int(one.Status) != c.expect || one.ErrorSource != c.source || !strings.Contains(one.Error.Error(), c.message) {
					t.Errorf("%d %s: %s: %d %s %v", c.status, c.body, refID, one.Status, one.ErrorSource, one.Error)
				}
			}
		}
	}
}

func TestOneBadQueryDoesNotSpoilTheOthers(t *testing.T) {
	good := arrow(t, table())
	service := newService(t, func(one question) (int, []byte) {
		if one.View == "bad" {
			return 400, []byte(`{"code":"INVALID_PARAMETER","message":"no"}`)
		}
		return good(one)
	})
	responses := queryData(t, dataSource(t, service.URL, `{}`, nil), nil, ask("A", `{"view":"good"}`), ask("B", `{"view":"bad"}`))
	if responses["A"].Error != nil || responses["B"].Error == nil || responses["B"].Status != 400 {
		t.Error(responses)
	}
}

func TestWhatCannotBeReached(t *testing.T) {
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		// Only a server that has read the body notices that the client has gone.
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}))
	defer silent.Close()
	secured := httptest.NewTLSServer(http.NotFoundHandler())
	defer secured.Close()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	for _, c := range []struct{ address, jsonData, message string }{
		{closed.URL, `{}`, "cannot reach sce-voice at " + closed.URL},
		{silent.URL, `{"timeoutSeconds":0.1}`, "gave no answer within 100ms"},
		{secured.URL, `{}`, "TLS with sce-voice"},
		{strings.Replace(closed.URL, "127.0.0.1", "no-such-host.invalid", 1), `{}`, "cannot reach"},
		{strings.Replace(secured.URL, "https", "http", 1), `{}`, "answered 400, not as sce-voice does"},
	} {
		one := queryData(t, dataSource(t, c.address, c.jsonData, nil), nil, ask("A", `{"view":"x"}`))["A"]
		if one.Error == nil || one.ErrorSource != backend.ErrorSourceDownstream || !strings.Contains(one.Error.Error(), c.message) {
			t.Errorf("%s: %v", c.address, one.Error)
		}
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	elsewhere := newService(t, arrow(t, table()))
	redirecting := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	defer redirecting.Close()
	one := queryData(t, dataSource(t, redirecting.URL, `{}`, nil), map[string]string{"http_X-Grafana-Id": "signed"}, ask("A", `{"view":"x"}`))["A"]
	if one.Error == nil || len(elsewhere.requests) > 0 {
		t.Error(one, elsewhere.requests)
	}
}

func TestACancelledQuery(t *testing.T) {
	service := newService(t, arrow(t, table()))
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	cancel()
	response, err := dataSource(t, service.URL, `{}`, nil).QueryData(ctx, &backend.QueryDataRequest{Queries: []backend.DataQuery{ask("A", `{"view":"x"}`)}})
	if err != nil || response.Responses["A"].Error.Error() != "the query was cancelled" {
		t.Error(response, err)
	}
}

func TestAQuestionThatAClosingConnectionSwallowsIsAskedAgain(t *testing.T) {
	_, answer := arrow(t, table())(question{})
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if r.Header.Values("Idempotency-Key") != nil {
			t.Error("the header was sent")
		}
		// The second question comes on the connection of the first, which ends without an answer.
		if asked.Add(1) == 2 {
			connection, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_ = connection.Close()
			return
		}
		w.Header().Set("Content-Type", arrowFile)
		_, _ = w.Write(answer)
	}))
	t.Cleanup(server.Close)
	source := dataSource(t, server.URL, `{}`, nil)
	for _, refID := range []string{"A", "B"} {
		if one := queryData(t, source, nil, ask(refID, `{"view":"cost"}`))[refID]; one.Error != nil {
			t.Error(one.Error)
		}
	}
	if asked.Load() != 3 {
		t.Errorf("asked %d times", asked.Load())
	}
}
