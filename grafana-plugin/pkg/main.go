// Command gpx_scevoice is the backend of the sce-voice data source: it passes queries to the ingestor and its Arrow frames back.
package main

import (
	"os"

	"github.com/grafana/grafana-plugin-sdk-go/backend/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"

	"github.com/scevoice/platform/pkg/plugin"
)

func main() {
	if err := datasource.Manage("scevoice-platform-datasource", plugin.New, datasource.ManageOpts{}); err != nil {
		log.DefaultLogger.Error("the plugin ended", "error", err)
		os.Exit(1)
	}
}
