# conform in a container, without rights:
#
#     docker build -t conform .
#     docker run --rm --init --network host conform --target localhost:9990
#
# Files come and go by a mount: --user "$(id -u):$(id -g)" -v "$PWD:/data". The image holds node and
# conform, and no compiler: servers are judged by --target, or started in containers of their own.
ARG NODE_IMAGE=node:22-bookworm-slim

FROM ${NODE_IMAGE} AS packed
WORKDIR /conform
COPY . .
# package/ is what `npm pack` packs, with what it needs at work. A context that brings it along is taken
# at its word: that is how the image is built where a build has no registry.
RUN [ -d package ] || { \
      npm ci && npm pack --ignore-scripts && tar xzf conform-*.tgz \
      && npm prune --omit=dev --ignore-scripts && mv node_modules package/; \
    }

FROM ${NODE_IMAGE}
COPY --from=packed /conform/package /opt/conform
RUN ln -s /opt/conform/dist/suite/cli.js /usr/local/bin/conform \
  && chmod +x /opt/conform/dist/suite/cli.js \
  && install -d -o 1000 -g 1000 /data
# A number, so that Kubernetes sees that it is not root.
USER 1000:1000
ENV HOME=/tmp
WORKDIR /data
ENTRYPOINT ["conform"]
CMD ["--help"]
