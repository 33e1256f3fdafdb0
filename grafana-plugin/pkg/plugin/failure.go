package plugin

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// failure says whose it is: the adapter's (plugin), or the asker's or the service's (downstream); `message` says which of the two.
type failure struct {
	status  int
	source  backend.ErrorSource
	message string
}

func (f failure) response() backend.DataResponse {
	return backend.ErrDataResponseWithSource(backend.Status(f.status), f.source, f.message)
}

// ours is a defect of this adapter, or of what it and the service have agreed on.
func ours(err error) *failure {
	return &failure{http.StatusInternalServerError, backend.ErrorSourcePlugin, fmt.Sprintf("the data source failed, which is a defect of it: %v", err)}
}

// yours is something the query has to say differently.
func yours(format string, values ...any) *failure {
	return &failure{http.StatusBadRequest, backend.ErrorSourceDownstream, fmt.Sprintf(format, values...)}
}

// refused turns an error answer of the service into words for the one who looks at the panel.
func refused(status int, body []byte, url string) *failure {
	failed := failure{status, backend.ErrorSourceDownstream, ""}
	var said struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Details struct {
			RequestID string `json:"requestId"`
		} `json:"details"`
	}
	if json.Unmarshal(body, &said) != nil || said.Code == "" {
		if reasons := notReady(body); reasons != "" {
			failed.message = "sce-voice at " + url + " is not ready: " + reasons
			return &failed
		}
		failed.status = http.StatusBadGateway
		failed.message = fmt.Sprintf("%s answered %d, not as sce-voice does; check the URL of the data source", url, status)
		return &failed
	}
	switch {
	case status == http.StatusUnauthorized && strings.Contains(said.Message, identityHeader):
		failed.message = "sce-voice does not accept the identity Grafana sent along: " + said.Message + " (access.grafana in sce-voice's configuration)"
	case status == http.StatusUnauthorized:
		failed.message = "sce-voice refused the token of this data source: " + said.Message
	case status >= 500:
		failed.message = "sce-voice failed: " + said.Message
		if said.Details.RequestID != "" {
			failed.message += " (request " + said.Details.RequestID + ")"
		}
	default:
		failed.message = said.Message
	}
	return &failed
}

func isTLS(err error) bool {
	var (
		unknown  x509.UnknownAuthorityError
		hostname x509.HostnameError
		invalid  x509.CertificateInvalidError
		record   tls.RecordHeaderError
		alert    tls.AlertError
		verify   *tls.CertificateVerificationError
	)
	return errors.As(err, &unknown) || errors.As(err, &hostname) || errors.As(err, &invalid) ||
		errors.As(err, &record) || errors.As(err, &alert) || errors.As(err, &verify) || strings.Contains(err.Error(), "tls: ")
}
