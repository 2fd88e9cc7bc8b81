//go:build tools

// Package languagenodejs makes go.mod and go.sum hold what a build of the Node.js language host needs.
package languagenodejs

import _ "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"
