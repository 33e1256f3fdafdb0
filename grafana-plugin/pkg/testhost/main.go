// Command testhost starts the backend as Grafana does and offers Grafana's data source API on loopback (README.md).
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
)

func main() {
	executable := flag.String("plugin", "", "the backend's executable")
	address := flag.String("listen", "127.0.0.1:0", "where to listen")
	verbose := flag.Bool("verbose", false, "print the plugin's log")
	flag.Parse()
	if err := run(*executable, *address, *verbose); err != nil {
		log.Fatal(err)
	}
}

func run(executable, address string, verbose bool) error {
	client := goplugin.NewClient(clientConfig(executable, verbose))
	defer client.Kill()
	rpc, err := client.Client()
	if err != nil {
		return fmt.Errorf("the plugin %s did not start: %w", executable, err)
	}
	host, err := newHost(rpc)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: host.routes()}
	go func() { _ = server.Serve(listener) }()
	if err := json.NewEncoder(os.Stdout).Encode(map[string]any{
		"url": "http://" + listener.Addr().String(), "pluginPid": client.ReattachConfig().Pid,
	}); err != nil {
		return err
	}
	waitForEnd()
	return server.Close()
}

// What Grafana uses: pkg/plugins/backendplugin/grpcplugin/client.go.
func clientConfig(executable string, verbose bool) *goplugin.ClientConfig {
	level := hclog.Off
	if verbose {
		level = hclog.Debug
	}
	return &goplugin.ClientConfig{
		Cmd: exec.Command(executable),
		HandshakeConfig: goplugin.HandshakeConfig{
			ProtocolVersion:  grpcplugin.ProtocolVersion,
			MagicCookieKey:   grpcplugin.MagicCookieKey,
			MagicCookieValue: grpcplugin.MagicCookieValue,
		},
		VersionedPlugins: map[int]goplugin.PluginSet{
			grpcplugin.ProtocolVersion: {
				"diagnostics": &grpcplugin.DiagnosticsGRPCPlugin{},
				"resource":    &grpcplugin.ResourceGRPCPlugin{},
				"data":        &grpcplugin.DataGRPCPlugin{},
			},
		},
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		Logger:           hclog.New(&hclog.LoggerOptions{Level: level, Output: os.Stderr}),
	}
}

// waitForEnd returns when the one who started this process has gone, or asks it to go.
func waitForEnd() {
	done := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(done)
	}()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	select {
	case <-done:
	case <-signals:
	}
}
