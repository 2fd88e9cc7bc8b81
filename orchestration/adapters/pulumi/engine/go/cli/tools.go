//go:build tools

// Package cli makes go.mod and go.sum hold what a build of the Pulumi CLI needs.
package cli

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
