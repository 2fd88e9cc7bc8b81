// Stands in for the application's image: it shows the variables that its process was given, and answers what a node is asked.
package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// The variables of the container's first process, each ended by a NUL, as the kernel has them.
func environment() {
	bytes, err := os.ReadFile("/proc/1/environ")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Stdout.Write(bytes)
}

func serve() {
	http.HandleFunc("/api/v1/health/readiness", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "OK") })
	server := &http.Server{Addr: "127.0.0.1:" + os.Getenv("STAND_IN_PORT"), ReadHeaderTimeout: time.Second}
	fmt.Fprintln(os.Stderr, server.ListenAndServe())
	os.Exit(1)
}

func main() {
	if filepath.Base(os.Args[0]) == "tfectl" {
		environment()
		return
	}
	serve()
}
