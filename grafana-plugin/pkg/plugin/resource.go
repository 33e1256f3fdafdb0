package plugin

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// The only paths that can be asked for through Grafana; all of them only read.
var resources = regexp.MustCompile(`^(catalog|values/[a-z][a-z0-9_]*)$`)

// CallResource passes on what the editors and variables need: the catalogue and the values of parameters.
func (d *DataSource) CallResource(ctx context.Context, request *backend.CallResourceRequest, sender backend.CallResourceResponseSender) error {
	path := strings.Trim(request.Path, "/")
	if request.Method != http.MethodGet || !resources.MatchString(path) {
		return send(sender, &failure{status: http.StatusNotFound, message: "there is no " + request.Method + " " + path + "; there are GET catalog and GET values/<parameter>"})
	}
	query := ""
	if address, err := url.Parse(request.URL); err == nil && address.RawQuery != "" {
		query = "?" + address.RawQuery
	}
	answer, failed := d.ask(ctx, http.MethodGet, "/api/v1/"+path+query, "application/json", request.GetHTTPHeader(identityHeader), nil)
	if failed != nil {
		return send(sender, failed)
	}
	return sender.Send(&backend.CallResourceResponse{
		Status:  answer.status,
		Headers: map[string][]string{"Content-Type": {"application/json"}, "Cache-Control": {"private, no-store"}},
		Body:    answer.body,
	})
}

func send(sender backend.CallResourceResponseSender, failed *failure) error {
	status := failed.status
	if status == http.StatusUnauthorized {
		// Grafana's frontend takes a 401 for the end of the user's own session.
		status = http.StatusBadGateway
	}
	body, err := json.Marshal(map[string]string{"message": failed.message})
	if err != nil {
		return err
	}
	return sender.Send(&backend.CallResourceResponse{Status: status, Headers: map[string][]string{"Content-Type": {"application/json"}}, Body: body})
}
