# syntax=docker/dockerfile:1
#
#   docker build --tag moodtape .                  on the CPU
#   docker build --target gpu --tag moodtape:gpu . with the libraries of CUDA
#   docker run --rm moodtape score "主力资金净流入3.66亿元"

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No package needs its install step: native code comes prebuilt.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build \
  && npm prune --omit=dev --ignore-scripts \
  && rm -r src tsconfig.json tsconfig.build.json package-lock.json .npmrc \
  # ONNX Runtime brings its libraries for every system.
  && rm -r node_modules/onnxruntime-node/bin/napi-v6/darwin node_modules/onnxruntime-node/bin/napi-v6/win32
COPY LICENSE ./
COPY config config
COPY demo demo
COPY models models
COPY schemas schemas
COPY topologies topologies

FROM build AS build-gpu
# ONNX Runtime's CUDA provider, from NuGet.
RUN node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12

FROM nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04 AS gpu
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build-gpu /app /app
RUN install --directory --owner 1000 --group 1000 /var/lib/moodtape
WORKDIR /app
ENV NODE_ENV=production \
  MOODTAPE_HOME=/var/lib/moodtape \
  MOODTAPE_METRICS_HOST=0.0.0.0 \
  MOODTAPE_METRICS_PORT=9464
USER 1000:1000
EXPOSE 9464
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.MOODTAPE_METRICS_PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/cli/main.js"]
CMD ["run", "topologies/live.yaml"]

FROM node:24-bookworm-slim AS cpu
COPY --from=build /app /app
RUN install --directory --owner 1000 --group 1000 /var/lib/moodtape
WORKDIR /app
ENV NODE_ENV=production \
  MOODTAPE_HOME=/var/lib/moodtape \
  MOODTAPE_METRICS_HOST=0.0.0.0 \
  MOODTAPE_METRICS_PORT=9464
USER 1000:1000
EXPOSE 9464
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.MOODTAPE_METRICS_PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/cli/main.js"]
CMD ["run", "topologies/live.yaml"]
