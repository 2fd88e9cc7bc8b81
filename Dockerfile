# tfe-repave with the Pulumi CLI and the provider plugins that it runs: docs/project.md, "In a container".
# Node.js 24 by digest. The digest is that of the list of platforms: amd64 and arm64.
ARG NODE_IMAGE=docker.io/library/node:24.20.0-bookworm-slim@sha256:ba849c60be29959425b8734d57b8b4b7d56f98edd9504c9af091d5281095a71e

# The package as `npm pack` makes it, with what package-lock.json says it needs at run time.
FROM ${NODE_IMAGE} AS package
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run package -- --pack-destination /tmp \
  && mkdir /package \
  && tar -xzf /tmp/tfe-repave-*.tgz -C /package --strip-components=1 \
  && cp package-lock.json .npmrc /package/ \
  && npm ci --prefix /package --omit=dev --no-audit --no-fund \
  # Packages above the folder of the project are found from within it: `import { program } from "tfe-repave"` needs no other install.
  && mv /package/node_modules /node_modules \
  && mv /package /node_modules/tfe-repave

# The Pulumi CLI: `engine` downloads the release whose SHA-256 is in orchestration/adapters/pulumi/engine/version.ts, and refuses any other.
# A build with `--build-context engine=…` takes this folder from elsewhere: /pulumi/bin with the CLI, /pulumi/home with the plugins.
FROM ${NODE_IMAGE} AS engine
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
COPY --from=package /node_modules /node_modules
# A build has no Go: without the download it fails here.
RUN XDG_CACHE_HOME=/tmp/cache node /node_modules/tfe-repave/orchestration/bin.mjs engine \
  && mkdir /pulumi \
  && mv /tmp/cache/tfe-repave/engine/*-linux-*/bin /pulumi/bin \
  && rm -rf /tmp/cache
# The plugins of exactly the versions that the package has. The CLI compares their archives with these SHA-256, where they are given.
ARG AWS_PLUGIN_SHA256=
ARG COMMAND_PLUGIN_SHA256=
ENV PULUMI_HOME=/pulumi/home PULUMI_SKIP_UPDATE_CHECK=true
RUN version() { node -p "require('/node_modules/@pulumi/$1/package.json').version"; } \
  && /pulumi/bin/pulumi plugin install resource aws "$(version aws)" ${AWS_PLUGIN_SHA256:+--checksum "$AWS_PLUGIN_SHA256"} \
  && /pulumi/bin/pulumi plugin install resource command "$(version command)" ${COMMAND_PLUGIN_SHA256:+--checksum "$COMMAND_PLUGIN_SHA256"}

FROM ${NODE_IMAGE}
# Certificate authorities for the Pulumi CLI, OpenSSH for `tfe:transport: ssh`, and an init that passes signals on.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates openssh-client tini \
  && rm -rf /var/lib/apt/lists/*
COPY --from=package /node_modules /node_modules
COPY --from=engine /pulumi/bin /opt/pulumi/bin
COPY --from=engine /pulumi/home/plugins /home/node/.pulumi/plugins
# With `--user` any number may be the user's, so that the files of a run belong to whoever has the project. Such a user has no home:
# HOME and PULUMI_HOME name one.
RUN ln -s /node_modules/tfe-repave/orchestration/bin.mjs /usr/local/bin/tfe-repave \
  && mkdir -p /project /home/node/.cache \
  && chmod 1777 /project /home/node /home/node/.cache /home/node/.pulumi
ENV HOME=/home/node \
  PATH=/opt/pulumi/bin:$PATH \
  PULUMI_HOME=/home/node/.pulumi \
  PULUMI_SKIP_UPDATE_CHECK=true
USER 1000
VOLUME /project
WORKDIR /project
ENTRYPOINT ["tini", "--", "tfe-repave"]
CMD ["--help"]
