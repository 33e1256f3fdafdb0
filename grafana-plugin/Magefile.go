//go:build mage

package main

import (
	// mage:import
	build "github.com/grafana/grafana-plugin-sdk-go/build"
)

func init() {
	// The same sources give the same bytes: no paths of this machine, no time of the build.
	_ = build.SetBeforeBuildCallback(func(cfg build.Config) (build.Config, error) {
		if cfg.Env == nil {
			cfg.Env = map[string]string{}
		}
		cfg.Env["GOFLAGS"] = "-trimpath -buildvcs=false"
		cfg.CustomVars = map[string]string{
			"github.com/grafana/grafana-plugin-sdk-go/build/buildinfo.buildInfoJSON": `{"pluginID":"scevoice-platform-app"}`,
		}
		return cfg, nil
	})
}
